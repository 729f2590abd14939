//! Parts: prefixes and constant labels.

use prom_client::{Buckets, Counter, Family, Gauge, Histogram, Kind, Registry};

use super::Result;
use crate::support::{collector, samples, text};

#[test]
fn a_part_adds_its_prefixes_and_labels_to_what_is_registered_through_it() -> Result {
    let registry = Registry::new();
    let part = registry
        .with_prefix("shop")?
        .with_label("zone", "eu")?
        .with_prefix("db")?
        .with_label("app", "a")?;
    part.register::<Counter>("queries", "Queries run.")?.inc();
    part.register::<Gauge>("open", "Connections.")?.set(2);
    let by_table: Family<(&str,), Histogram> = part
        .metric("rows", "Rows read.")
        .labels(["table"])
        .buckets(Buckets::new([10.0])?)
        .register()?;
    by_table.with(&("users",)).observe(3.0);
    registry.register::<Counter>("other", "Outside of the part.")?;
    assert_eq!(
        samples(&registry),
        [
            "other_total 0",
            "shop_db_open{app=\"a\",zone=\"eu\"} 2",
            "shop_db_queries_total{app=\"a\",zone=\"eu\"} 1",
            "shop_db_rows_bucket{app=\"a\",zone=\"eu\",table=\"users\",le=\"10\"} 1",
            "shop_db_rows_bucket{app=\"a\",zone=\"eu\",table=\"users\",le=\"+Inf\"} 1",
            "shop_db_rows_sum{app=\"a\",zone=\"eu\",table=\"users\"} 3",
            "shop_db_rows_count{app=\"a\",zone=\"eu\",table=\"users\"} 1",
        ]
    );
    assert_eq!(text(&part), text(&registry), "a part shows the whole registry");
    Ok(())
}

#[test]
fn an_empty_prefix_and_an_empty_label_add_nothing() -> Result {
    let registry = Registry::new();
    let part = registry.with_prefix("")?.with_label("zone", "")?.with_prefix("")?;
    part.register::<Counter>("jobs", "Jobs done.")?;
    assert_eq!(samples(&registry), ["jobs_total 0"]);
    assert!(registry.register::<Counter>("jobs", "Jobs done.").is_err());
    Ok(())
}

#[test]
fn parts_that_differ_in_constant_labels_share_a_family() -> Result {
    let registry = Registry::new();
    for (shard, code, total) in [("b", 500, 4), ("a", 500, 2), ("b", 200, 3), ("a", 200, 1)] {
        let part = registry.with_label("shard", shard)?;
        let queries: Family<(u16,), Counter> =
            part.metric("queries", "Queries run.").labels(["code"]).get_or_register()?;
        queries.with(&(code,)).inc_by(total);
    }
    assert_eq!(
        text(&registry),
        "# HELP queries_total Queries run.\n\
         # TYPE queries_total counter\n\
         queries_total{shard=\"a\",code=\"200\"} 1\n\
         queries_total{shard=\"a\",code=\"500\"} 2\n\
         queries_total{shard=\"b\",code=\"200\"} 3\n\
         queries_total{shard=\"b\",code=\"500\"} 4\n"
    );
    Ok(())
}

#[test]
fn a_collector_exposes_under_the_prefix_and_labels_of_its_part() -> Result {
    let registry = Registry::new();
    let disks = collector(&[("free_bytes", Kind::Gauge), ("reads", Kind::Counter)], |out| {
        out.family("free_bytes")?.gauge(&[("disk", "sdb")], 7_i64)?;
        out.family("free_bytes")?.gauge(&[("disk", "sda")], 5_i64)?;
        out.family("reads_total")?.counter(&[], 9_u64)
    });
    registry.with_prefix("disk")?.with_label("host", "h")?.register_collector(disks)?;
    assert_eq!(
        samples(&registry),
        [
            "disk_free_bytes{disk=\"sda\",host=\"h\"} 5",
            "disk_free_bytes{disk=\"sdb\",host=\"h\"} 7",
            "disk_reads_total{host=\"h\"} 9",
            "prom_client_collector_failures_total{collector=\"disk_free_bytes\"} 0",
        ]
    );
    Ok(())
}
