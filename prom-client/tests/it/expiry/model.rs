//! A family beside a map of the times at which series were updated last.

use std::collections::BTreeMap;
use std::time::Duration;

use prom_client::{Counter, Family, Metric, Registry};
use proptest::prelude::*;

use super::{START, registry, secs};

const TTL: u64 = 160;

#[derive(Clone, Debug)]
enum Step {
    /// By a look-up.
    Inc(u32),
    /// By the handle of the series' last life, which may be over.
    IncHeld(u32),
    /// So often that it has a cell of its own.
    IncMuch(u32),
    /// So many series that nobody comes back to.
    Create(u32),
    Advance(u64),
    Scrape,
    Remove(u32),
    Clear,
}

/// One life of a series.
#[derive(Debug)]
struct Life {
    counter: Counter,
    total: u64,
    start: u64,
    updated: u64,
    /// The first scrape that found the last update.
    found: Option<u64>,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..6_u32).prop_map(Step::Inc),
        6 => (0..6_u32).prop_map(Step::IncHeld),
        1 => (0..6_u32).prop_map(Step::IncMuch),
        2 => (1..100_u32).prop_map(Step::Create),
        8 => prop_oneof![1..10_u64, 10..TTL + 20].prop_map(Step::Advance),
        8 => Just(Step::Scrape),
        2 => (0..6_u32).prop_map(Step::Remove),
        1 => Just(Step::Clear),
    ]
}

#[derive(Default)]
struct Model {
    now: u64,
    lives: BTreeMap<u32, Life>,
    /// Handles of series that were removed.
    over: Vec<Counter>,
    /// The last handle of each.
    held: BTreeMap<u32, Counter>,
}

impl Model {
    /// What has gone by itself, it did in time.
    fn follow(&mut self, family: &Family<(u32,), Counter>) -> Result<(), TestCaseError> {
        for i in self.lives.keys().copied().collect::<Vec<_>>() {
            let life = &self.lives[&i];
            if !life.counter.is_live() {
                let age = self.now - life.updated;
                prop_assert!(age >= TTL, "{i} went after {age}");
                self.over.push(life.counter);
                self.lives.remove(&i);
            }
        }
        for i in 0..6 {
            let total = family.find(&(i,)).map(Counter::value);
            prop_assert_eq!(total, self.lives.get(&i).map(|life| life.total));
        }
        prop_assert!(self.over.iter().all(|counter| !counter.is_live() && counter.value() == 0));
        Ok(())
    }

    fn update(&mut self, i: u32, counter: Counter, times: u64) {
        (0..times).for_each(|_| counter.inc());
        if !counter.is_live() {
            return;
        }
        let now = self.now;
        let new = || Life { counter, total: 0, start: now, updated: now, found: None };
        let life = self.lives.entry(i).or_insert_with(new);
        life.total += times;
        (life.updated, life.found) = (now, None);
    }

    /// A scrape shows what lives, with its start, and nothing whose time is over.
    fn scrape(&mut self, registry: &Registry) -> Result<(), TestCaseError> {
        let snapshot = registry.snapshot();
        let shown = snapshot.family("m").expect("it is registered");
        for i in 0..6_u32 {
            let label = i.to_string();
            let series = shown.series(&[("i", &label)]);
            let Some(life) = self.lives.get_mut(&i) else {
                prop_assert!(series.is_none());
                continue;
            };
            prop_assert_eq!(series.is_some(), life.counter.is_live());
            let Some(series) = series else { continue };
            prop_assert_eq!(series.start(), Some(START + secs(life.start)));
            prop_assert_eq!(snapshot.counter("m", &[("i", &label)]), Some(life.total));
            if let Some(found) = life.found {
                prop_assert!(self.now - found < TTL, "{i} was found at {found}");
            } else {
                life.found = Some(self.now);
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn series_go_when_a_map_of_times_says_so(steps in prop::collection::vec(step(), 1..100)) {
        let (registry, hand) = registry();
        let family: Family<(u32,), Counter> = registry
            .metric("m", "")
            .labels(["i"])
            .ttl(Duration::from_secs(TTL))
            .register()
            .unwrap();
        let (mut model, mut passers_by) = (Model::default(), 1_000..);
        for step in steps {
            match step {
                Step::Inc(i) | Step::IncMuch(i) => {
                    let times = if matches!(step, Step::Inc(_)) { 1 } else { 1_100 };
                    let counter = family.with(&(i,));
                    model.follow(&family).or_else(|error| {
                        // The look-up has just begun it.
                        if model.lives.contains_key(&i) { Err(error) } else { Ok(()) }
                    })?;
                    model.held.insert(i, counter);
                    model.update(i, counter, times);
                }
                Step::IncHeld(i) => {
                    if let Some(counter) = model.held.get(&i).copied() {
                        model.update(i, counter, 1);
                    }
                }
                Step::Create(count) => {
                    passers_by.by_ref().take(count as usize).for_each(|i| family.with(&(i,)).inc());
                }
                Step::Advance(by) => {
                    model.now += by;
                    hand.advance(secs(by));
                }
                Step::Scrape => model.scrape(&registry)?,
                Step::Remove(i) => {
                    let lived = model.lives.remove(&i);
                    prop_assert_eq!(family.remove(&(i,)), lived.is_some());
                    model.over.extend(lived.map(|life| life.counter));
                }
                Step::Clear => {
                    family.clear();
                    model.over.extend(std::mem::take(&mut model.lives).into_values().map(|l| l.counter));
                    prop_assert!(family.is_empty());
                }
            }
            model.follow(&family)?;
        }
        // Left alone, everything goes.
        for _ in 0..3 {
            hand.advance(secs(TTL));
            model.now += TTL;
            model.scrape(&registry)?;
            model.follow(&family)?;
        }
        prop_assert!(model.lives.is_empty());
        prop_assert!(family.is_empty());
    }
}
