//! Metrics in statics: for programs that want to count anywhere and pass nothing around.
//!
//! They belong to the default registry, and are in its exposition from the first scrape on, touched
//! or not. Nothing runs before `main`. A library takes a `&Registry` instead: see the example
//! `library`.

use prom_client::{Buckets, Counter, Family, Gauge, Histogram, Unit, default_registry, statics};

statics! {
    /// Letters accepted.
    static ACCEPTED: Counter = "post_letters_accepted_total";

    /// Letters returned to the sender, by reason.
    static RETURNED: Family<(&'static str,), Counter> = "post_letters_returned", |metric| metric
        .labels(["reason"]);

    /// Letters waiting to be sorted.
    static WAITING: Gauge = "post_letters_waiting";

    /// Weight of the letters accepted.
    static WEIGHT: Histogram = "post_letter_weight", |metric| metric
        .unit(Unit::GRAMS)
        .buckets(Buckets::new([20.0, 50.0, 500.0, 1_000.0]).expect("the bounds increase"));

    /// Parcels accepted, of which there are none yet.
    static PARCELS: Counter = "post_parcels_accepted_total";
}

fn main() {
    for (weight, stamped) in [(18.0, true), (75.0, false), (480.0, true), (1_200.0, true)] {
        if accept(weight, stamped) {
            sort();
        }
    }
    WAITING.add(2);

    let text = default_registry().to_text();
    assert!(text.contains("post_letters_accepted_total 3\n"));
    assert!(text.contains("post_parcels_accepted_total 0\n"), "nothing has touched it");
    assert!(PARCELS.error().is_none(), "its name was free");
    print!("{text}");
}

fn accept(weight: f64, stamped: bool) -> bool {
    if !stamped {
        RETURNED.with(&("no_stamp",)).inc();
        return false;
    }
    ACCEPTED.inc();
    WEIGHT.observe(weight);
    WAITING.inc();
    true
}

fn sort() {
    WAITING.dec();
}
