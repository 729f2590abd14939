//! Label sets that do not fit, are too many, or are too long.

use std::convert::Infallible;
use std::time::Duration;

use prom_client::{Counter, Family, Gauge, LabelName, LabelSet, LabelVisitor, Pairs};

use super::{Result, refused, registry, still_there, unharmed};
use crate::support::samples;

/// Has two names of its own and shows as many values as it likes.
struct Wrong(usize);
impl LabelSet for Wrong {
    type Of<'a> = Self;
    type Error = Infallible;
    const NAMES: &'static [&'static str] = &["a", "b"];
    fn visit(&self, _: &[LabelName], visitor: &mut impl LabelVisitor) -> Result<(), Self::Error> {
        (0..self.0).for_each(|_| visitor.value("x"));
        Ok(())
    }
    fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&Self) -> R) -> Option<R> {
        Some(f(&Self(values.len())))
    }
}

#[test]
fn label_names_that_do_not_fit_the_label_set_are_refused() {
    let registry = registry();
    let few = registry.metric::<Family<(&str, u16), Counter>>("c", "").labels(["a"]);
    let many = registry.metric::<Family<[&str; 2], Counter>>("c", "").labels(["a", "b", "c"]);
    let none = registry.metric::<Family<(), Counter>>("c", "").labels(["a"]);
    let unnamed = registry.metric::<Family<(&str,), Counter>>("c", "");
    let unnamed_pairs = registry.metric::<Family<Pairs, Counter>>("c", "");
    let renamed = registry.metric::<Family<Wrong, Counter>>("c", "").labels(["a", "b"]);
    for (error, message) in [
        (refused(few.register()), "a label set of 2 values was given 1 names"),
        (refused(many.register()), "a label set of 2 values was given 3 names"),
        (refused(none.register()), "a label set of 0 values was given 1 names"),
        (refused(unnamed.register()), "the labels have no names; give them with `labels`"),
        (refused(unnamed_pairs.register()), "the labels have no names; give them with `labels`"),
        (refused(renamed.register()), "the label set has its own names [\"a\", \"b\"]"),
    ] {
        assert_eq!(error, message);
    }
    unharmed(&registry);
}

#[test]
fn label_names_that_stand_twice_are_refused() -> Result {
    let registry = registry();
    let part = registry.with_label("zone", "eu")?;
    let own = registry.metric::<Family<(&str, &str), Counter>>("c", "").labels(["a", "a"]);
    let own_and_constant = part.metric::<Family<(&str,), Counter>>("c", "").labels(["zone"]);
    assert_eq!(refused(own.register()), "the label `a` stands twice");
    assert_eq!(refused(own_and_constant.register()), "the label `zone` stands twice");
    assert_eq!(refused(part.with_label("zone", "us")), "the label `zone` stands twice");
    unharmed(&registry);
    Ok(())
}

#[test]
fn pairs_that_do_not_fit_are_refused_and_create_nothing() -> Result {
    let registry = registry();
    let family: Family<Pairs, Gauge> = registry.metric("g", "").labels(["a", "b"]).register()?;
    for (pairs, message) in [
        (&[("c", "1")][..], "unknown label `c`; the labels are `a`, `b`"),
        (&[("a", "1"), ("b", "2"), ("c", "3")], "unknown label `c`; the labels are `a`, `b`"),
        (&[("A", "1")], "unknown label `A`; the labels are `a`, `b`"),
        (&[("", "1")], "unknown label ``; the labels are `a`, `b`"),
        (&[("a", "1"), ("a", "1")], "the label `a` was given twice"),
        (&[("b", "1"), ("a", "1"), ("b", "2")], "the label `b` was given twice"),
    ] {
        assert_eq!(refused(family.try_with(pairs)), message);
        assert!(family.find(pairs).is_none() && !family.remove(pairs));
        assert_eq!((family.len(), samples(&registry).len()), (0, 1));
    }
    family.try_with(&[("b", "2")])?.set(1);
    assert_eq!(registry.snapshot().gauge("g", &[("b", "2")]), Some(1), "what is left out is empty");
    still_there(&registry);
    Ok(())
}

#[test]
fn a_label_set_that_shows_the_wrong_number_of_values_is_refused_like_one_too_many() -> Result {
    let registry = registry();
    let family: Family<Wrong, Counter> = registry.metric("c", "").max_series(9).register()?;
    for shown in [2, 0, 1, 3, 100] {
        family.with(&Wrong(shown)).inc();
    }
    assert_eq!((family.refused(), family.len()), (4, 2));
    assert!(family.find(&Wrong(1)).is_none() && !family.remove(&Wrong(3)));
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.counter("c", &[("a", "x"), ("b", "x")]), Some(1));
    assert_eq!(snapshot.counter("c", &[("a", "_OTHER"), ("b", "_OTHER")]), Some(4));
    still_there(&registry);
    Ok(())
}

#[test]
fn a_family_that_is_full_counts_the_rest_in_one_series() -> Result {
    let registry = registry();
    let family: Family<(&str, u16), Counter> =
        registry.metric("visits", "").labels(["page", "code"]).max_series(2).register()?;
    for page in ["/", "/about", "/admin.php", "/wp-login.php", "/"] {
        family.with(&(page, 200)).inc();
    }
    let of_visits = |samples: Vec<String>| -> Vec<String> {
        samples.into_iter().filter(|line| line.contains("visits")).collect()
    };
    assert_eq!(
        of_visits(samples(&registry)),
        [
            "prom_client_refused_series_total{family=\"visits\"} 2",
            "visits_total{page=\"/\",code=\"200\"} 2",
            "visits_total{page=\"/about\",code=\"200\"} 1",
            "visits_total{page=\"_OTHER\",code=\"_OTHER\"} 2",
        ]
    );
    assert_eq!((family.len(), family.refused()), (3, 2));
    family.remove(&("/about", 200));
    family.with(&("/new", 200)).inc();
    assert_eq!(
        registry.snapshot().counter("visits", &[("page", "/new"), ("code", "200")]),
        Some(1)
    );
    still_there(&registry);
    Ok(())
}

#[test]
fn label_values_of_8_mib_and_more_are_refused_like_one_too_many() -> Result {
    const MIB: usize = 1 << 20;
    let registry = registry();
    let family: Family<(&str,), Counter> = registry.metric("c", "").labels(["a"]).register()?;
    let long = "x".repeat(8 * MIB + 1);
    for (length, kept) in [(8 * MIB - 1, true), (8 * MIB, false), (8 * MIB + 1, false)] {
        let value = &long[..length];
        family.with(&(value,)).inc();
        assert_eq!(family.find(&(value,)).is_some(), kept, "{length}");
    }
    assert_eq!((family.len(), family.refused()), (2, 2));
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.counter("c", &[("a", "_OTHER")]), Some(2));
    assert_eq!(snapshot.counter("c", &[("a", &long[..8 * MIB - 1])]), Some(1));
    assert_eq!(
        snapshot.counter("prom_client_refused_series", &[("family", "c")]),
        Some(2),
        "a refusal shows"
    );
    still_there(&registry);
    Ok(())
}

#[test]
fn a_time_to_live_of_zero_is_refused() {
    let registry = registry();
    let family = |ttl: u64| {
        let metric = registry.metric::<Family<(&str,), Counter>>("jobs", "").labels(["queue"]);
        metric.ttl(Duration::from_nanos(ttl))
    };
    let message = "a time-to-live of zero leaves a series no time to be scraped";
    assert_eq!(refused(family(0).register()), message);
    assert_eq!(refused(family(0).get_or_register()), message);
    unharmed(&registry);
    family(1).register().expect("nothing was registered before");
    assert_eq!(refused(family(0).get_or_register()), message);
}
