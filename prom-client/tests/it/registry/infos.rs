//! Infos.

use prom_client::{Counter, Gauge, Registry, Value};

use super::Result;
use crate::support::text;

#[test]
fn an_info_shows_the_labels_that_were_set_last() -> Result {
    let registry = Registry::new();
    let info = registry.info("config_info", "In use.", &[("hash", "1"), ("source", "")])?;
    let same = info.clone();
    assert_eq!(registry.snapshot().info("config", "hash"), Some("1"));
    same.set(&[("origin", "a\"b"), ("empty", "")])?;
    let expected = "# HELP config_info In use.\n# TYPE config_info gauge\n\
                    config_info{origin=\"a\\\"b\"} 1\n";
    assert_eq!(text(&registry), expected);
    let snapshot = registry.snapshot();
    assert_eq!(snapshot.info("config_info", "origin"), Some("a\"b"));
    assert_eq!(snapshot.info("config", "hash"), None);
    assert_eq!(snapshot.value("config", &[("origin", "a\"b")]), Some(&Value::Info));
    info.set(&[])?;
    assert!(text(&registry).ends_with("\nconfig_info 1\n"));
    Ok(())
}

#[test]
fn labels_that_do_not_fit_leave_an_info_as_it_was() -> Result {
    let registry = Registry::new().with_label("zone", "eu")?;
    let info = registry.info("config", "", &[("hash", "1")])?;
    for (labels, message) in [
        (&[("a-b", "1")][..], "invalid name `a-b`: '-' at position 1 is not"),
        (&[("a", "1"), ("a", "")], "the label `a` stands twice"),
        (&[("zone", "us")], "the label `zone` stands twice"),
        (&[("zone", "")], "the label `zone` stands twice"),
    ] {
        let error = info.set(labels).expect_err("it does not fit").to_string();
        assert!(error.starts_with(message), "{error}");
        let error = registry.info("other", "", labels).expect_err("it does not fit").to_string();
        assert!(error.starts_with(message), "{error}");
    }
    assert_eq!(
        text(&registry),
        "# TYPE config_info gauge\nconfig_info{zone=\"eu\",hash=\"1\"} 1\n"
    );
    Ok(())
}

#[test]
fn infos_of_parts_share_a_family_and_unregister_by_either_name() -> Result {
    let registry = Registry::new();
    let (a, b) = (registry.with_label("shard", "a")?, registry.with_label("shard", "b")?);
    b.info("node", "Nodes.", &[("rack", "7")])?;
    a.info("node", "Nodes.", &[("host", "x")])?;
    assert_eq!(
        text(&registry),
        "# HELP node_info Nodes.\n# TYPE node_info gauge\n\
         node_info{shard=\"a\",host=\"x\"} 1\nnode_info{shard=\"b\",rack=\"7\"} 1\n"
    );
    assert_eq!(registry.snapshot().info("node", "rack"), Some("7"));
    assert!(a.unregister("node_info") && b.unregister("node"));
    registry.register::<Gauge>("node_info", "Free again.")?;
    registry.register::<Counter>("node", "Free again.")?;
    Ok(())
}
