//! Statics that cannot be registered, in a program of their own: they are on the registry of the process.

#![cfg(feature = "statics")]

use prom_client::{Counter, Family, Histogram, default_registry};

prom_client::statics! {
    /// A metric that is as it should be.
    static GOOD: Counter = "good";

    /// A family with a label twice.
    static TWICE: Family<(&'static str, u16), Counter> = "twice", |m| m.labels(["a", "a"]);

    /// A family with too few labels.
    static FEW: Family<(&'static str, u16), Counter> = "few", |m| m.labels(["a"]);

    /// A family whose labels have no names.
    static UNNAMED: Family<(&'static str,), Counter> = "unnamed";

    /// A histogram with a label of its own format.
    static RESERVED: Family<(&'static str,), Histogram> = "reserved", |m| m.labels(["le"]);
}

#[test]
fn statics_that_cannot_be_registered_say_why_and_harm_no_scrape() {
    #[cfg(feature = "process")]
    assert!(default_registry().unregister_collector(&prom_client::process_collector()));
    assert!(default_registry().to_text().ends_with("# TYPE good_total counter\ngood_total 0\n"));
    let said = |error: Option<&prom_client::RegisterError>| error.map(ToString::to_string);
    assert_eq!(said(GOOD.error()), None);
    assert_eq!(said(TWICE.error()).as_deref(), Some("the label `a` stands twice"));
    assert_eq!(said(FEW.error()).as_deref(), Some("a label set of 2 values was given 1 names"));
    assert_eq!(
        said(UNNAMED.error()).as_deref(),
        Some("the labels have no names; give them with `labels`")
    );
    assert_eq!(
        said(RESERVED.error()).as_deref(),
        Some("invalid name `le`: a histogram uses this label itself")
    );
}
