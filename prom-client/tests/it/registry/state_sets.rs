//! State sets.

use std::sync::atomic::{AtomicBool, Ordering};

use prom_client::{Family, Format, Gauge, Metric, Registry, State, StateSet};

use super::Result;
use crate::support::{exposition, samples};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Idle,
    Busy,
    Stuck,
}

impl State for Phase {
    const ALL: &'static [Self] = &[Self::Idle, Self::Busy, Self::Stuck];
    const NAMES: &'static [&'static str] = &["idle", "busy", "stuck"];
}

#[test]
fn a_state_set_begins_in_the_first_state_and_goes_where_it_is_set() -> Result {
    let registry = Registry::new();
    let phase: StateSet<Phase> = registry.with_prefix("job")?.register("phase", "Phase.")?;
    assert_eq!(phase.state(), Phase::Idle);
    for (state, name) in Phase::ALL.iter().zip(Phase::NAMES).rev() {
        phase.set(*state);
        assert_eq!(phase.state(), *state);
        assert_eq!(registry.snapshot().state("job_phase", &[]), Some(*name));
        let line = |other: &&str| {
            format!("job_phase{{job_phase=\"{other}\"}} {}", u8::from(other == name))
        };
        let expected: Vec<String> = Phase::NAMES.iter().map(line).collect();
        assert_eq!(samples(&registry), expected);
    }
    assert_eq!(format!("{phase:?}"), "StateSet(Some(\"idle\"))");
    assert!(registry.unregister("job_phase"));
    assert!(!phase.is_live());
    phase.set(Phase::Stuck);
    assert_eq!(phase.state(), Phase::Idle, "it is over");
    Ok(())
}

#[test]
fn a_family_has_a_state_set_per_label_set_and_forgets_removed_ones() -> Result {
    let registry = Registry::new();
    let phases: Family<(&str,), StateSet<Phase>> =
        registry.metric("phase", "").labels(["job"]).max_series(2).register()?;
    let mail = phases.with(&("mail",));
    mail.set(Phase::Stuck);
    phases.with(&("fax",)).set(Phase::Busy);
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.state("phase", &[("job", "mail")]), Some("stuck"));
    assert_eq!(snapshot.state("phase", &[("job", "fax")]), Some("busy"));
    assert_eq!(snapshot.state("phase", &[("job", "none")]), None);
    phases.remove(&("mail",));
    mail.set(Phase::Busy);
    assert_eq!(phases.with(&("mail",)).state(), Phase::Idle, "a new one");
    phases.with(&("more",)).set(Phase::Stuck);
    assert_eq!(registry.snapshot().state("phase", &[("job", "_OTHER")]), Some("stuck"));
    Ok(())
}

#[test]
fn every_scrape_shows_exactly_one_state_while_threads_set_it() -> Result {
    let registry = Registry::new();
    let single: StateSet<Phase> = registry.register("single", "")?;
    let phases: Family<(u8,), StateSet<Phase>> =
        registry.metric("phase", "").labels(["job"]).register()?;
    let handles = [single, phases.with(&(1,)), phases.with(&(2,))];
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for shift in 0..2 {
            let done = &done;
            scope.spawn(move || {
                for i in shift.. {
                    handles.iter().for_each(|states| states.set(Phase::ALL[i % 3]));
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        for round in 0..400 {
            let format = [Format::Text, Format::OpenMetrics][round % 2];
            let text = exposition(&registry, format);
            for series in ["single{single=", "phase{job=\"1\",", "phase{job=\"2\","] {
                let values: Vec<&str> = text
                    .lines()
                    .filter(|line| line.starts_with(series))
                    .map(|line| &line[line.len() - 2..])
                    .collect();
                assert_eq!(values.len(), 3, "{text}");
                assert_eq!(values.iter().filter(|value| **value == " 1").count(), 1, "{text}");
                assert_eq!(values.iter().filter(|value| **value == " 0").count(), 2, "{text}");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    Ok(())
}

#[test]
fn get_or_register_knows_states_by_their_type() -> Result {
    #[derive(Clone, Copy, PartialEq)]
    struct Only;
    impl State for Only {
        const ALL: &'static [Self] = &[Self];
        const NAMES: &'static [&'static str] = &["only"];
    }
    let registry = Registry::new();
    let phase: StateSet<Phase> = registry.metric("phase", "").get_or_register()?;
    phase.set(Phase::Busy);
    let same: StateSet<Phase> = registry.metric("phase", "").get_or_register()?;
    assert_eq!(same.state(), Phase::Busy);
    let other = registry.metric::<StateSet<Only>>("phase", "").get_or_register();
    let error = other.map(drop).expect_err("it has other states").to_string();
    assert!(error.contains("has another type than stateset `phase` at "), "{error}");
    assert!(registry.register::<Gauge>("phase", "").is_err());
    Ok(())
}
