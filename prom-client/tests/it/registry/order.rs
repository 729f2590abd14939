//! The order of families and series.

use prom_client::{Counter, Family, Format, Gauge, Kind, Registry};

use super::Result;
use crate::support::{collector, exposition, samples};

#[test]
fn families_are_sorted_by_the_name_that_each_format_shows() -> Result {
    let registry = Registry::new();
    registry.register::<Gauge>("foo_z", "")?;
    registry.register::<Counter>("foo", "")?;
    registry.register_collector(collector(
        &[("foo_c", Kind::Gauge), ("a", Kind::Gauge)],
        |out| {
            out.family("foo_c")?.gauge(&[], 0_i64)?;
            out.family("a")?.gauge(&[], 0_i64)
        },
    ))?;
    registry.register::<Gauge>("foo_bar", "")?;
    registry.register::<Gauge>("fo", "")?;
    let heads = |format| -> Vec<String> {
        let text = exposition(&registry, format);
        let heads = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        heads.filter(|head| !head.starts_with("prom_client_")).map(str::to_owned).collect()
    };
    assert_eq!(
        heads(Format::Text),
        ["a gauge", "fo gauge", "foo_bar gauge", "foo_c gauge", "foo_total counter", "foo_z gauge"]
    );
    assert_eq!(
        heads(Format::OpenMetrics),
        ["a gauge", "fo gauge", "foo counter", "foo_bar gauge", "foo_c gauge", "foo_z gauge"]
    );
    Ok(())
}

#[test]
fn series_are_sorted_by_their_label_values_in_both_formats() -> Result {
    let registry = Registry::new();
    let family: Family<(&str, &str), Gauge> =
        registry.metric("g", "").labels(["a", "b"]).register()?;
    // As bytes; an empty value first, a value before the one that it begins.
    let sorted = [
        ("", "z"),
        ("A", "a"),
        ("a", "a"),
        ("a", "aa"),
        ("a", "b"),
        ("a0", ""),
        ("b", "1"),
        ("ä", "0"),
    ];
    for i in [5, 2, 7, 0, 3, 6, 1, 4] {
        let (a, b) = sorted[i];
        family.with(&(a, b)).set(i as i64);
    }
    for format in [Format::Text, Format::OpenMetrics] {
        let text = exposition(&registry, format);
        let values: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("g{"))
            .filter_map(|line| line.rsplit(' ').next())
            .collect();
        assert_eq!(values, ["0", "1", "2", "3", "4", "5", "6", "7"], "{text}");
    }
    family.remove(&("a", "aa"));
    family.with(&("a", "a ")).set(9);
    let values: Vec<String> = samples(&registry)
        .iter()
        .filter_map(|line| line.rsplit(' ').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(
        values,
        ["0", "1", "2", "9", "4", "5", "6", "7"],
        "the order is kept as series come and go"
    );
    Ok(())
}
