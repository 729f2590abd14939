//! Names in UTF-8: what is refused all the same, and what would be the same without it.

use std::sync::Arc;

use prom_client::{Counter, Desc, Family, Gauge, Histogram, Kind, LabelName, Names, StateSet};

use super::{Light, Result, refused, register, registry, still_there, unharmed};
use crate::support::{collector, samples, text};

#[test]
fn reserved_and_unreadable_names_are_refused_in_utf8_too() {
    use Kind::{Counter as C, Gauge as G, Histogram as H};
    for (kind, name, why) in [
        (G, "", "it is empty"),
        (C, "_total", "it is empty"),
        (G, "é.\0", "there is a NUL at position 2, which servers do not read"),
        (G, "__a.b", "names beginning with `__` are reserved"),
        (C, "a.b_total_total", "the suffix `_total` is not for the name of a counter"),
        (G, "a.b_total", "the suffix `_total` is not for the name of a gauge"),
        (H, "a.b_bucket", "the suffix `_bucket` is not for the name of a histogram"),
        (G, "prom_client_a.b", "names beginning with `prom_client_` are reserved"),
        (
            C,
            "prom.client.refused_series",
            "to readers that know no UTF-8 names it would be `prom_client_refused_series`, which is reserved",
        ),
    ] {
        let registry = registry();
        let error = register(&registry.with_names(Names::Utf8), kind, name).expect_err(name);
        assert_eq!(error.to_string(), format!("invalid name `{}`: {why}", name.escape_debug()));
        assert!(!error.is_conflict());
        unharmed(&registry);
    }
}

#[test]
fn reserved_and_unreadable_labels_are_refused_in_utf8_too() {
    const NAME: &str =
        "to readers that know no UTF-8 names it would be `__name__`, which is reserved";
    for (name, why) in [
        ("", "it is empty"),
        ("\0", "there is a NUL at position 0, which servers do not read"),
        ("__a.b", "names beginning with `__` are reserved"),
        ("..name..", NAME),
        ("--name_é", NAME),
        (".-name--", NAME),
        ("-name-", NAME),
        ("le", "a histogram uses this label itself"),
    ] {
        let message = format!("invalid name `{}`: {why}", name.escape_debug());
        let registry = registry();
        let utf8 = registry.with_names(Names::Utf8);
        let own = utf8.metric::<Family<(&str,), Histogram>>("h", "").labels([name]);
        assert_eq!(refused(own.register()), message);
        let part = utf8.with_label(name, "x");
        let constant = part.and_then(|part| part.register::<Histogram>("h", ""));
        assert_eq!(refused(constant), message);
        if name != "le" {
            assert_eq!(refused(LabelName::parse_in(Names::Utf8, name)), message);
        }
        unharmed(&registry);
    }
    assert_eq!(
        refused(
            registry()
                .with_names(Names::Utf8)
                .with_prefix("a.b")
                .and_then(|part| { part.with_names(Names::Classic).register::<Gauge>("c", "") })
        ),
        format!(
            "invalid name `a.b_c`: '.' at position 1 is not an ASCII letter, digit or underscore{}",
            super::OR_UTF8,
        ),
    );
}

#[test]
fn names_that_become_the_same_by_escaping_are_refused_and_both_places_are_named() {
    use Kind::{Counter as C, Gauge as G, Histogram as H};
    for ((old_kind, old_name), (new_kind, new_name), clash) in [
        ((C, "a.b"), (C, "a_b"), "a_b"),
        ((C, "a_b"), (C, "a.b"), "a_b"),
        ((C, "a.b"), (C, "a-b"), "a_b"),
        ((G, "花火"), (G, "火花"), "__"),
        ((H, "a.b"), (G, "a_b_sum"), "a_b_sum"),
        ((G, "a_b_sum"), (H, "a.b"), "a_b_sum"),
        ((H, "a"), (G, "a.count"), "a_count"),
        ((G, "a.count"), (H, "a"), "a_count"),
        ((C, "a.b"), (G, "a.b.total"), "a_b_total"),
        // Dots and values are escaped so, if a reader asks for it.
        ((G, "a.b"), (G, "a_dot_b"), "a_dot_b"),
        ((G, "a_dot_b"), (G, "a.b"), "a_dot_b"),
        ((G, "U__a_2e_b"), (G, "a.b"), "U__a_2e_b"),
        ((C, "a.b"), (C, "a_dot_b_"), "a_dot_b_"),
    ] {
        let registry = registry();
        let utf8 = registry.with_names(Names::Utf8);
        let (file, old_line) = (file!(), line!() + 1);
        register(&utf8, old_kind, old_name).expect(old_name);
        let before = text(&registry);
        let (error, new_line) = (register(&utf8, new_kind, new_name), line!());
        let error = error.expect_err(new_name);
        assert_eq!(
            error.to_string(),
            format!(
                "{new_kind} `{new_name}` at {file}:{new_line} exposes `{clash}` to readers that know \
                 no UTF-8 names, as does {old_kind} `{old_name}` at {file}:{old_line}"
            )
        );
        assert!(error.is_conflict());
        assert_eq!(text(&registry), before);
        still_there(&registry);

        // What goes frees what it would be escaped to.
        assert!(utf8.unregister(old_name));
        register(&utf8, new_kind, new_name).expect(new_name);
    }
}

#[test]
fn names_that_clash_in_no_one_escaping_are_not_refused() {
    // The second is by underscores what the first is by dots, and no reader sees both.
    let registry = registry().with_names(Names::Utf8);
    register(&registry, Kind::Gauge, "a.b").expect("the first");
    register(&registry, Kind::Gauge, "a-dot_b").expect("another");
}

#[test]
fn a_label_that_becomes_the_name_of_its_state_set_is_refused() -> Result {
    let registry = registry();
    let utf8 = registry.with_names(Names::Utf8);
    for (name, label, why) in [
        ("a.b", "a_b", "the labels `a.b` and `a_b` would both be `a_b`"),
        ("a_b", "a.b", "the labels `a.b` and `a_b` would both be `a_b`"),
        ("a:b", "a.b", "the labels `a.b` and `a:b` would both be `a_b`"),
        ("a.b", "a_dot_b", "the labels `a.b` and `a_dot_b` would both be `a_dot_b`"),
    ] {
        let own = utf8.metric::<Family<(&str,), StateSet<Light>>>(name, "").labels([label]);
        let part = utf8.with_label(label, "x")?;
        let set = |name: &str| Desc::new_in(Names::Utf8, name, "", Kind::StateSet);
        for error in [
            refused(own.register()),
            refused(part.register::<StateSet<Light>>(name, "")),
            refused(part.family_fn(set(name)?, |_| Ok(()))),
        ] {
            assert_eq!(error, format!("to readers that know no UTF-8 names {why}"));
        }
        unharmed(&registry);
    }
    let own = utf8.metric::<Family<(&str,), StateSet<Light>>>("a.b", "").labels(["a.b"]);
    assert_eq!(refused(own.register()), "invalid name `a.b`: a stateset uses this label itself");
    // Its states' label would be a second name.
    let message = "invalid name `.-name--`: to readers that know no UTF-8 names it would be `__name__`, \
                   which is reserved";
    assert_eq!(refused(utf8.register::<StateSet<Light>>(".-name--", "")), message);
    let set = collector(&[(".-name--", Kind::StateSet)], |_| Ok(()));
    assert_eq!(refused(utf8.register_collector(set)), message);
    unharmed(&registry);
    Ok(())
}

#[test]
fn labels_that_become_the_same_by_escaping_are_refused() -> Result {
    let registry = registry();
    let utf8 = registry.with_names(Names::Utf8);
    let part = utf8.with_label("zone.name", "eu")?;
    let own = utf8.metric::<Family<(&str, &str), Gauge>>("g", "").labels(["a b", "a_b"]);
    let own_and_constant = part.metric::<Family<(&str,), Gauge>>("g", "").labels(["zone:name"]);
    for (error, one, other, escaped) in [
        (refused(own.register()), "a b", "a_b", "a_b"),
        (refused(own_and_constant.register()), "zone.name", "zone:name", "zone_name"),
    ] {
        assert_eq!(
            error,
            format!(
                "to readers that know no UTF-8 names the labels `{one}` and `{other}` would both be \
                 `{escaped}`"
            )
        );
    }
    assert_eq!(refused(part.with_label("zone.name", "us")), "the label `zone.name` stands twice");
    unharmed(&registry);
    Ok(())
}

#[test]
fn a_collector_needs_a_registry_that_allows_its_names() -> Result {
    #[derive(Debug)]
    struct Dotted;
    impl prom_client::Collector for Dotted {
        fn describe(&self) -> Result<Vec<Desc>, prom_client::NameError> {
            Ok(vec![Desc::new_in(Names::Utf8, "disk.free", "", Kind::Gauge)?])
        }

        fn collect(
            &self,
            out: &mut prom_client::Collection,
        ) -> Result<(), prom_client::CollectError> {
            out.family("disk.free")?.gauge(&[("disk.name", "sda")], 1_i64)
        }
    }
    let registry = registry();
    let dotted: Arc<dyn prom_client::Collector> = Arc::new(Dotted);
    assert!(refused(registry.register_collector(Arc::clone(&dotted))).ends_with(super::OR_UTF8));
    unharmed(&registry);
    registry.with_names(Names::Utf8).register_collector(Arc::clone(&dotted))?;
    assert!(samples(&registry).contains(&"disk_free{disk_name=\"sda\"} 1".to_owned()));
    assert!(registry.unregister_collector(&dotted), "it is the same part");
    unharmed(&registry);
    Ok(())
}

#[test]
fn a_collector_fails_if_its_labels_would_be_the_same_once_they_are_escaped() -> Result {
    let registry = registry();
    let alike = collector(&[("c", Kind::Gauge)], |out| {
        let mut family = out.family("c")?;
        family.gauge(&[("a.b", "x")], 1_i64)?;
        family.gauge(&[("a_b", "x")], 2_i64)
    });
    registry.with_names(Names::Utf8).register_collector(alike)?;
    let failed = "prom_client_collector_failures_total{collector=\"c\"} 1".to_owned();
    assert_eq!(samples(&registry), ["bystander 7".to_owned(), failed]);
    still_there(&registry);

    let jobs: Counter = registry.register("jobs", "Jobs done.")?;
    jobs.inc();
    assert_eq!(registry.snapshot().counter("jobs", &[]), Some(1));
    Ok(())
}
