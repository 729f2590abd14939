//! A family beside a map: whatever is created, counted, removed and scraped in whatever order, both show
//! the same series, sorted.

use std::collections::BTreeMap;

use prom_client::{Counter, Family, Registry};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Inc(Labels),
    Remove(Labels),
    RetainOdd,
    Clear,
    Scrape,
}

/// Few enough to meet again, of lengths on both sides of what a word holds.
type Labels = [String; 2];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "", "a", "ab", "GET", "DELETE", "7 bytes", "8 bytes!", "ünï", "a\"b\\c"
        ])
        .prop_map(String::from),
        (0_usize..40, 0_u8..3).prop_map(|(length, last)| "x".repeat(length) + &last.to_string()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let labels = || [value(), value()];
    prop_oneof![
        8 => labels().prop_map(Step::Inc),
        4 => labels().prop_map(Step::Remove),
        2 => Just(Step::Scrape),
        1 => Just(Step::RetainOdd),
        1 => Just(Step::Clear),
    ]
}

/// The lines of a scrape.
fn lines(model: &BTreeMap<Labels, u64>) -> Vec<String> {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"");
    let line = |([a, b], n): (&Labels, &u64)| {
        format!("hits_total{{a=\"{}\",b=\"{}\"}} {n}", escaped(a), escaped(b))
    };
    model.iter().map(line).collect()
}

proptest! {
    #[test]
    fn a_family_shows_what_a_map_would(steps in prop::collection::vec(step(), 1..120)) {
        let registry = Registry::new();
        let family: Family<[&str; 2], Counter> =
            registry.metric("hits", "Hits.").labels(["a", "b"]).register().unwrap();
        let mut model: BTreeMap<Labels, u64> = BTreeMap::new();
        for step in steps.into_iter().chain([Step::Scrape]) {
            match step {
                Step::Inc(labels) => {
                    family.with(&labels.each_ref().map(String::as_str)).inc();
                    *model.entry(labels).or_default() += 1;
                }
                Step::Remove(labels) => {
                    let removed = family.remove(&labels.each_ref().map(String::as_str));
                    prop_assert_eq!(removed, model.remove(&labels).is_some());
                }
                Step::RetainOdd => {
                    family.retain(|_, counter| counter.value() % 2 == 1);
                    model.retain(|_, n| *n % 2 == 1);
                }
                Step::Clear => {
                    family.clear();
                    model.clear();
                }
                Step::Scrape => {
                    let text = registry.to_text();
                    let seen: Vec<&str> =
                        text.lines().filter(|line| line.starts_with("hits_total")).collect();
                    prop_assert_eq!(seen, lines(&model));
                }
            }
            prop_assert_eq!(family.len(), model.len());
        }
    }
}
