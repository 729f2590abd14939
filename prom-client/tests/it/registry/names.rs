//! What is registered under a name: asking for it, taking it out, and two of the same.

use prom_client::{
    Buckets, Counter, Family, Gauge, Histogram, Metric, RegisterError, Registry, Unit,
};

use super::Result;
use crate::support::{samples, text};

#[test]
fn unregister_takes_a_metric_out_and_ends_its_handles() -> Result {
    let registry = Registry::new();
    for name in ["jobs", "jobs_total"] {
        let jobs: Counter = registry.register("jobs", "Jobs done.")?;
        jobs.inc();
        assert!(registry.unregister(name), "{name}");
        assert!(!jobs.is_live());
        jobs.inc_by(100);
        assert_eq!((jobs.value(), text(&registry).as_str()), (0, ""));
        assert!(!registry.unregister(name), "{name}");
        let again: Counter = registry.register("jobs", "Jobs done.")?;
        jobs.inc_by(100);
        assert_eq!(again.value(), 0, "nothing of an old handle lands in a new metric");
        registry.unregister("jobs");
    }
    Ok(())
}

#[test]
fn unregister_frees_every_name_that_the_metric_took() -> Result {
    let registry = Registry::new();
    registry.register::<Histogram>("h", "A histogram.")?;
    assert!(registry.register::<Gauge>("h_sum", "A gauge.").is_err());
    assert!(registry.unregister("h"));
    registry.register::<Gauge>("h_sum", "A gauge.")?;
    registry.register::<Counter>("h", "A counter.")?;
    Ok(())
}

#[test]
fn unregister_reaches_only_what_was_registered_through_the_same_part() -> Result {
    let registry = Registry::new();
    let part = |shard| registry.with_prefix("db")?.with_label("shard", shard);
    for shard in ["a", "b"] {
        part(shard)?.register::<Counter>("queries", "Queries run.")?;
    }
    assert!(!registry.unregister("queries"));
    assert!(!registry.unregister("db_queries"));
    assert!(!part("c")?.unregister("queries"));
    assert!(part("a")?.unregister("queries"));
    assert_eq!(samples(&registry), ["db_queries_total{shard=\"b\"} 0"]);
    assert!(part("b")?.unregister("queries_total"));
    assert_eq!(text(&registry), "");
    Ok(())
}

#[test]
fn get_or_register_gives_the_metric_that_is_there_with_its_own_options() -> Result {
    let registry = Registry::new();
    let sizes = |bound| -> Result<Histogram> {
        Ok(registry
            .metric("size", "Sizes.")
            .unit(Unit::BYTES)
            .buckets(Buckets::new([bound])?)
            .get_or_register()?)
    };
    let (one, two) = (sizes(1.0)?, sizes(2.0)?);
    one.observe(0.5);
    two.observe(0.5);
    assert_eq!(one.snapshot().map(|reading| reading.count()), Some(2));
    assert_eq!(two.snapshot().map(|reading| reading.bounds().to_vec()), Some(vec![1.0]));

    let visits = |most| -> Result<Family<(&'static str,), Counter>> {
        Ok(registry
            .metric("visits", "Visits.")
            .labels(["page"])
            .max_series(most)
            .get_or_register()?)
    };
    visits(1)?.with(&("/",)).inc();
    visits(9)?.with(&("/about",)).inc();
    assert_eq!(visits(9)?.refused(), 1);
    Ok(())
}

#[test]
fn threads_that_ask_for_one_metric_at_once_get_one() {
    let registry = Registry::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let jobs: Counter = registry
                    .metric("jobs", "Jobs done.")
                    .get_or_register()
                    .expect("all ask for the same");
                jobs.inc();
            });
        }
    });
    assert_eq!(samples(&registry), ["jobs_total 8"]);
}

#[test]
fn a_collision_names_both_places() -> Result {
    let registry = Registry::new();
    let (jobs, old) = (registry.register::<Counter>("jobs", "Jobs done."), line!());
    jobs?.inc();
    let (error, new) = (registry.register::<Gauge>("jobs", "Jobs under way."), line!());
    let error = error.expect_err("taken");
    let file = file!();
    assert_eq!(
        error.to_string(),
        format!(
            "gauge `jobs` at {file}:{new} exposes `jobs`, as does counter `jobs` at {file}:{old}"
        )
    );
    assert!(error.is_conflict());
    assert!(!registry.register::<Gauge>("a b", "").expect_err("no name").is_conflict());
    Ok(())
}

#[test]
fn errors_say_all_in_one_message() {
    let error: RegisterError = Registry::new().register::<Gauge>("a b", "").expect_err("no name");
    assert_eq!(
        error.to_string(),
        "invalid name `a b`: ' ' at position 1 is not an ASCII letter, digit or underscore; \
         `Registry::with_names(Names::Utf8)` allows such names"
    );
    // A chain of errors would print it twice.
    assert!(std::error::Error::source(&error).is_none());
}

#[test]
fn a_suffix_names_only_a_metric_of_the_kind_that_has_it() -> Result {
    let registry = Registry::new();
    registry.register::<Gauge>("depth", "")?;
    registry.info("build", "", &[])?;
    registry.register::<Counter>("jobs", "")?;
    for name in ["depth_total", "depth_info", "build_total", "jobs_info"] {
        assert!(!registry.unregister(name), "{name}");
        assert!(registry.snapshot().family(name).is_none(), "{name}");
    }
    for name in ["jobs_total", "build_info", "depth"] {
        assert!(registry.snapshot().family(name).is_some(), "{name}");
        assert!(registry.unregister(name), "{name}");
    }
    Ok(())
}
