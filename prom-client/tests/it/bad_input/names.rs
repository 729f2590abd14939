//! Names of metrics, labels and units, and bounds of buckets.

use prom_client::{
    Buckets, Counter, Desc, Family, Gauge, Histogram, Kind, LabelName, MetricName, RegisterError,
    StateSet, Summary, Unit,
};

use super::{Light, Result, invalid, refused, register, registry, unharmed};
use crate::support::samples;

#[test]
fn invalid_and_reserved_metric_names_are_refused() {
    const ALL: &[Kind] = &[Kind::Counter, Kind::Gauge, Kind::Histogram, Kind::Info, Kind::StateSet];
    const C: &[Kind] = &[Kind::Counter];
    const G: &[Kind] = &[Kind::Gauge];
    const H: &[Kind] = &[Kind::Histogram];
    for (kinds, name, why) in [
        (ALL, "", "it is empty"),
        (ALL, "1st", "it begins with a digit"),
        (ALL, "a-b", "'-' at position 1 is not an ASCII letter, digit or underscore"),
        (ALL, "a.b", "'.' at position 1 is not an ASCII letter, digit or underscore"),
        (ALL, "a b", "' ' at position 1 is not an ASCII letter, digit or underscore"),
        (ALL, "job:rate5m", "':' at position 3 is not an ASCII letter, digit or underscore"),
        (ALL, "naïve", "'ï' at position 2 is not an ASCII letter, digit or underscore"),
        (ALL, "a\n", "'\\n' at position 1 is not an ASCII letter, digit or underscore"),
        (ALL, "a{b=\"c\"}", "'{' at position 1 is not an ASCII letter, digit or underscore"),
        (ALL, "__name__", "names beginning with `__` are reserved"),
        (ALL, "prom_client_jobs", "names beginning with `prom_client_` are reserved"),
        (C, "_total", "it is empty"),
        (C, "jobs_total_total", "the suffix `_total` is not for the name of a counter"),
        (G, "jobs_total", "the suffix `_total` is not for the name of a gauge"),
        (H, "jobs_total", "the suffix `_total` is not for the name of a histogram"),
        (C, "jobs_created", "the suffix `_created` is not for the name of a counter"),
        (G, "jobs_bucket", "the suffix `_bucket` is not for the name of a gauge"),
        (H, "jobs_bucket", "the suffix `_bucket` is not for the name of a histogram"),
    ] {
        for kind in kinds {
            let registry = registry();
            let error = register(&registry, *kind, name).expect_err(name);
            assert_eq!(error.to_string(), invalid(name, why), "{kind}");
            assert!(!error.is_conflict());
            unharmed(&registry);
        }
    }
}

#[test]
fn the_character_that_a_name_must_not_have_is_pointed_at() {
    for (name, position) in
        [("a-b", Some(1)), ("ïx", Some(0)), ("xyz ", Some(3)), ("9", Some(0)), ("", None)]
    {
        let error = MetricName::parse(name, Kind::Gauge).expect_err(name);
        assert_eq!((error.name(), error.position()), (name, position));
    }
}

#[test]
fn a_prefix_that_no_name_can_begin_with_is_refused() -> Result {
    for (prefix, why) in [
        ("a-b", "'-' at position 1 is not an ASCII letter, digit or underscore"),
        ("7up", "it begins with a digit"),
    ] {
        let registry = registry();
        assert_eq!(refused(registry.with_prefix(prefix)), invalid(prefix, why));
        unharmed(&registry);
    }
    // With these it depends on the name.
    for (prefix, name, message) in [
        (
            "prom",
            "client_jobs",
            "invalid name `prom_client_jobs`: names beginning with `prom_client_` are reserved",
        ),
        ("_", "jobs", "invalid name `__jobs`: names beginning with `__` are reserved"),
        (
            "jobs",
            "bucket",
            "invalid name `jobs_bucket`: the suffix `_bucket` is not for the name of a gauge",
        ),
    ] {
        let registry = registry();
        let part = registry.with_prefix(prefix)?;
        assert_eq!(refused(part.register::<Gauge>(name, "")), message);
        unharmed(&registry);
    }
    Ok(())
}

#[test]
fn invalid_and_reserved_label_names_are_refused() {
    for (name, why) in [
        ("", "it is empty"),
        ("9", "it begins with a digit"),
        ("a-b", "'-' at position 1 is not an ASCII letter, digit or underscore"),
        ("a:b", "':' at position 1 is not an ASCII letter, digit or underscore"),
        ("ö", "'ö' at position 0 is not an ASCII letter, digit or underscore"),
        ("a\"", "'\"' at position 1 is not an ASCII letter, digit or underscore"),
        ("__name__", "names beginning with `__` are reserved"),
        ("le", "a histogram uses this label itself"),
    ] {
        let message = invalid(name, why);
        let registry = registry();
        let own = registry.metric::<Family<(&str,), Histogram>>("h", "").labels([name]);
        assert_eq!(refused(own.register()), message);
        let part = registry.with_label(name, "x");
        let constant = part.and_then(|part| part.register::<Histogram>("h", ""));
        assert_eq!(refused(constant), message);
        if name != "le" {
            assert_eq!(refused(LabelName::parse(name)), message);
        }
        unharmed(&registry);
    }
}

#[test]
fn the_label_quantile_is_refused_on_a_summary() -> Result {
    let registry = registry();
    let message = "invalid name `quantile`: a summary uses this label itself";
    let own = registry.metric::<Family<(&str,), Summary>>("s", "").labels(["quantile"]);
    assert_eq!(refused(own.register()), message);
    let part = registry.with_label("quantile", "0.5")?;
    assert_eq!(refused(part.register::<Summary>("s", "")), message);
    unharmed(&registry);
    registry.metric::<Family<(&str,), Histogram>>("h", "").labels(["quantile"]).register()?;
    Ok(())
}

#[test]
fn the_label_le_is_refused_only_where_the_format_writes_it() -> Result {
    let registry = registry();
    let family: Family<(&str,), Counter> = registry.metric("c", "").labels(["le"]).register()?;
    family.with(&("1",)).inc();
    assert!(samples(&registry).contains(&"c_total{le=\"1\"} 1".to_owned()));
    Ok(())
}

#[test]
fn units_that_no_name_can_end_in_are_refused() {
    for (unit, message) in [
        ("", "invalid name ``: it is empty"),
        ("2", "invalid name `2`: it begins with a digit"),
        (
            "m/s",
            "invalid name `m/s`: '/' at position 1 is not an ASCII letter, digit or underscore",
        ),
        ("°C", "invalid name `°C`: '°' at position 0 is not an ASCII letter, digit or underscore"),
        ("_x", "invalid name `_x`: names beginning with `_` are reserved"),
    ] {
        assert_eq!(refused(Unit::new(unit)), message);
    }
    // A unit must not smuggle in a suffix that a name must not have.
    for unit in ["total", "bucket", "created"] {
        let registry = registry();
        let registered = Unit::new(unit)
            .map_err(RegisterError::from)
            .and_then(|unit| registry.metric::<Gauge>("jobs", "").unit(unit).register());
        assert!(registered.is_err(), "{unit}");
        unharmed(&registry);
    }
}

#[test]
fn bounds_that_cannot_be_buckets_are_refused() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    for (buckets, message) in [
        (Buckets::new([]), "there is no bound besides +Inf"),
        (Buckets::new([2.0, 1.0]), "bound 1 at position 1 is not above 2 before it"),
        (Buckets::new([1.0, 1.0]), "bound 1 at position 1 is not above 1 before it"),
        (Buckets::new([0.0, -0.0]), "bound -0 at position 1 is not above 0 before it"),
        (Buckets::new([1.0, nan]), "bound NaN at position 1 is not finite; +Inf is always added"),
        (Buckets::new([inf]), "bound inf at position 0 is not finite; +Inf is always added"),
        (Buckets::new([1.0, inf]), "bound inf at position 1 is not finite; +Inf is always added"),
        (Buckets::new([-inf, 1.0]), "bound -inf at position 0 is not finite; +Inf is always added"),
        (Buckets::new((0..508).map(f64::from)), "508 bounds are more than 507"),
        (Buckets::linear(0.0, 1.0, 1), "there is no bound besides +Inf"),
        (Buckets::linear(0.0, 0.0, 3), "bound 0 at position 1 is not above 0 before it"),
        (Buckets::exponential(0.0, 2.0, 3), "bound 0 at position 1 is not above 0 before it"),
        (
            Buckets::exponential(1e308, 1e300, 3),
            "bound inf at position 1 is not finite; +Inf is always added",
        ),
    ] {
        assert_eq!(refused(buckets), message);
    }
}

#[test]
fn a_unit_of_an_info_or_a_state_set_is_refused() -> Result {
    let registry = registry();
    let states = registry.metric::<StateSet<Light>>("light", "").unit(Unit::SECONDS);
    assert_eq!(refused(states.register()), "invalid name `light_seconds`: a stateset has no unit");
    let info = Desc::new("build", "", Kind::Info)?.unit(Unit::SECONDS);
    let message = "invalid name `build_seconds`: an info has no unit";
    assert_eq!(refused(registry.family_fn(info, |_| Ok(()))), message);
    unharmed(&registry);
    Ok(())
}

#[test]
fn a_label_named_like_its_state_set_is_refused() -> Result {
    type Lights = Family<(&'static str,), StateSet<Light>>;
    let registry = registry();
    let message = "invalid name `a_light`: a stateset uses this label itself";
    let part = registry.with_prefix("a")?;
    let family = part.metric::<Lights>("light", "").labels(["a_light"]);
    assert_eq!(refused(family.register()), message);
    let part = part.with_label("a_light", "1")?;
    assert_eq!(refused(part.register::<StateSet<Light>>("light", "")), message);
    unharmed(&registry);
    part.register::<StateSet<Light>>("other", "")?;
    Ok(())
}
