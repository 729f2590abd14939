//! Callbacks that fail, panic, or say what cannot be.

use prom_client::{CollectedFamily, Desc, Kind, RegisterError, Registry};

use super::{Result, refused, registry, still_there};
use crate::support::{samples, text};

/// Registers a callback `bad` that does something wrong.
type Register = fn(&Registry) -> Result<(), RegisterError>;

fn family(
    registry: &Registry,
    kind: Kind,
    wrong: fn(&mut CollectedFamily<'_>) -> Result<(), prom_client::CollectError>,
) -> Result<(), RegisterError> {
    registry.family_fn(Desc::new("bad", "", kind)?, move |out| {
        if kind == Kind::Gauge {
            out.gauge(&[("good", "1")], 1_i64)?;
        }
        wrong(out)
    })
}

const WRONG: &[Register] = &[
    |registry| registry.counter_fn("bad", "", || -1_i64),
    |registry| registry.counter_fn("bad", "", || f64::NAN),
    |registry| registry.counter_fn("bad", "", || "x".parse::<u64>()),
    |registry| registry.gauge_fn("bad", "", || Err::<f64, _>("the disk is gone")),
    |registry| registry.gauge_fn("bad", "", || -> i64 { panic!("expected by a test") }),
    |registry| family(registry, Kind::Gauge, |out| out.counter(&[], 1_u64)),
    |registry| family(registry, Kind::Gauge, |out| out.gauge(&[("a-b", "1")], 1_i64)),
    |registry| family(registry, Kind::Gauge, |out| out.gauge(&[("good", "1")], 2_i64)),
    |registry| family(registry, Kind::Gauge, |_| panic!("expected by a test")),
    |registry| family(registry, Kind::StateSet, |out| out.state_set(&[], &["a"], "b")),
];

#[test]
fn a_callback_that_fails_or_panics_is_left_out_and_counted() -> Result {
    for (case, register) in WRONG.iter().enumerate() {
        let registry = registry();
        register(&registry)?;
        registry.gauge_fn("good", "", || 1_i64)?;
        for scrape in 1..=2 {
            assert_eq!(
                samples(&registry),
                [
                    "bystander 7",
                    "good 1",
                    &format!("prom_client_collector_failures_total{{collector=\"bad\"}} {scrape}"),
                    "prom_client_collector_failures_total{collector=\"good\"} 0",
                ],
                "case {case}"
            );
        }
        assert!(!text(&registry).contains("# TYPE bad"), "case {case}");
        still_there(&registry);
    }
    Ok(())
}

#[test]
fn a_callback_whose_name_is_taken_or_none_is_refused() -> Result {
    let registry = registry();
    registry.gauge_fn("free", "", || 1_i64)?;
    let before = text(&registry);
    for name in ["bystander", "free"] {
        let (error, line) = (refused(registry.counter_fn(name, "", || 1_u64)), line!());
        assert!(error.starts_with(&format!("counter `{name}` at {}:{line} ", file!())), "{error}");
        assert!(
            error.contains(&format!("exposes `{name}`, as does gauge `{name}` at ")),
            "{error}"
        );
    }
    let error = refused(registry.gauge_fn("prom_client_x", "", || 1_i64));
    assert!(error.starts_with("invalid name `prom_client_x`: "), "{error}");
    let asked = registry.metric::<prom_client::Gauge>("free", "").get_or_register();
    let error = refused(asked);
    assert!(error.contains("has another type than gauge `free` at "), "{error}");
    assert_eq!(text(&registry), before);
    Ok(())
}
