//! Names that two metrics would expose.

use prom_client::{Counter, Family, Gauge, Histogram, Kind, Pairs, Unit};

use super::{Result, refused, register, registry, still_there};
use crate::support::text;

#[test]
fn clashing_exposition_names_are_refused_and_both_places_are_named() {
    use Kind::{Counter as C, Gauge as G, Histogram as H, Info as I, StateSet as S};
    for ((old_kind, old_name), (new_kind, new_name), clash) in [
        ((C, "foo"), (C, "foo"), "foo"),
        ((C, "foo"), (C, "foo_total"), "foo"),
        ((C, "foo_total"), (C, "foo"), "foo"),
        ((C, "foo"), (G, "foo"), "foo"),
        ((G, "foo"), (C, "foo_total"), "foo"),
        ((G, "foo"), (H, "foo"), "foo"),
        ((H, "foo"), (G, "foo"), "foo"),
        ((H, "foo"), (H, "foo"), "foo"),
        ((H, "foo"), (G, "foo_sum"), "foo_sum"),
        ((G, "foo_sum"), (H, "foo"), "foo_sum"),
        ((H, "foo"), (G, "foo_count"), "foo_count"),
        ((G, "foo_count"), (H, "foo"), "foo_count"),
        ((H, "foo"), (C, "foo_count"), "foo_count"),
        ((C, "foo_count_total"), (H, "foo"), "foo_count"),
        ((H, "foo"), (H, "foo_sum"), "foo_sum"),
        ((I, "foo"), (I, "foo_info"), "foo"),
        ((I, "foo_info"), (G, "foo_info"), "foo_info"),
        ((G, "foo_info"), (I, "foo"), "foo_info"),
        ((I, "foo"), (C, "foo"), "foo"),
        ((I, "foo"), (C, "foo_info"), "foo_info"),
        ((S, "foo"), (G, "foo"), "foo"),
        ((H, "foo"), (S, "foo_count"), "foo_count"),
        ((S, "foo_info"), (I, "foo"), "foo_info"),
    ] {
        let registry = registry();
        let (file, old_line) = (file!(), line!() + 1);
        register(&registry, old_kind, old_name).expect(old_name);
        let before = text(&registry);
        let (error, new_line) = (register(&registry, new_kind, new_name), line!());
        let error = error.expect_err(new_name);
        let family = |kind: Kind, name: &str| {
            let name = match kind {
                C => name.trim_end_matches("_total"),
                I => name.trim_end_matches("_info"),
                _ => name,
            };
            format!("{kind} `{name}`")
        };
        let (old, new) = (family(old_kind, old_name), family(new_kind, new_name));
        assert_eq!(
            error.to_string(),
            format!(
                "{new} at {file}:{new_line} exposes `{clash}`, as does {old} at {file}:{old_line}"
            )
        );
        assert!(error.is_conflict());
        assert_eq!(text(&registry), before);
        still_there(&registry);
    }
}

#[test]
fn names_that_become_the_same_by_a_prefix_or_a_unit_clash() -> Result {
    let registry = registry();
    registry.with_prefix("a_b")?.register::<Gauge>("c", "")?;
    registry.metric::<Gauge>("d", "").unit(Unit::SECONDS).register()?;
    for (error, message) in [
        (
            refused(registry.with_prefix("a")?.register::<Gauge>("b_c", "")),
            "exposes `a_b_c`, as does gauge `a_b_c` at ",
        ),
        (
            refused(registry.register::<Counter>("a_b_c", "")),
            "exposes `a_b_c`, as does gauge `a_b_c` at ",
        ),
        (
            refused(registry.register::<Gauge>("d_seconds", "")),
            "exposes `d_seconds`, as does gauge `d_seconds` at ",
        ),
    ] {
        assert!(error.contains(message), "{error}");
    }
    still_there(&registry);
    Ok(())
}

#[test]
fn parts_that_differ_in_more_than_the_values_of_constant_labels_are_refused() -> Result {
    type Labelled = Family<(&'static str,), Gauge>;
    let registry = registry();
    let a = registry.with_label("shard", "a")?;
    a.metric::<Labelled>("g", "Help.").unit(Unit::BYTES).labels(["x"]).register()?;
    let before = text(&registry);

    let b = registry.with_label("shard", "b")?;
    let more = b.with_label("zone", "z")?;
    let help = b.metric::<Labelled>("g", "Other.").unit(Unit::BYTES).labels(["x"]);
    let unit = b.metric::<Labelled>("g_bytes", "Help.").labels(["x"]);
    let labels = b.metric::<Labelled>("g", "Help.").unit(Unit::BYTES).labels(["y"]);
    let no_labels = b.metric::<Gauge>("g", "Help.").unit(Unit::BYTES);
    let constant = more.metric::<Labelled>("g", "Help.").unit(Unit::BYTES).labels(["x"]);
    let kind = b.metric::<Histogram>("g", "Help.").unit(Unit::BYTES);
    for (error, message) in [
        (refused(help.register()), "has another help than gauge `g_bytes` at "),
        (refused(unit.register()), "has another unit than gauge `g_bytes` at "),
        (refused(labels.register()), "has another set of labels than gauge `g_bytes` at "),
        (refused(no_labels.register()), "has another set of labels than gauge `g_bytes` at "),
        (
            refused(constant.register()),
            "has another set of constant labels than gauge `g_bytes` at ",
        ),
        (refused(kind.register()), "exposes `g_bytes`, as does gauge `g_bytes` at "),
    ] {
        assert!(error.contains(message), "{error}");
    }
    assert_eq!(text(&registry), before);
    still_there(&registry);
    Ok(())
}

#[test]
fn asking_for_a_metric_that_is_another_one_says_what_differs() -> Result {
    type Labelled = Family<(&'static str,), Counter>;
    let registry = registry();
    registry.metric::<Counter>("jobs", "Jobs done.").get_or_register()?;
    registry.metric::<Labelled>("calls", "").labels(["a"]).register()?;
    let before = text(&registry);

    let help = registry.metric::<Counter>("jobs", "Jobs.");
    let number = registry.metric::<Counter<f64>>("jobs", "Jobs done.");
    let kind = registry.metric::<Gauge>("jobs", "Jobs done.");
    let labels = registry.metric::<Labelled>("jobs", "Jobs done.").labels(["a"]);
    let names = registry.metric::<Labelled>("calls", "").labels(["b"]);
    let set = registry.metric::<Family<Pairs, Counter>>("calls", "").labels(["a"]);
    for (error, message) in [
        (refused(help.get_or_register()), "has another help than counter `jobs` at "),
        (refused(number.get_or_register()), "has another type than counter `jobs` at "),
        (refused(kind.get_or_register()), "has another type than counter `jobs` at "),
        (refused(labels.get_or_register()), "has another set of labels than counter `jobs` at "),
        (refused(names.get_or_register()), "has another set of labels than counter `calls` at "),
        (refused(set.get_or_register()), "has another type than counter `calls` at "),
    ] {
        assert!(error.contains(message), "{error}");
    }
    assert_eq!(text(&registry), before);
    still_there(&registry);
    Ok(())
}
