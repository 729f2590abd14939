//! Snapshots and renderings.

use std::time::Duration;

use prom_client::{
    Buckets, Clock, ContentType, Counter, Family, Format, Gauge, Histogram, Kind, Number, Pairs,
    Registry, Value,
};

use super::Result;
use crate::support::exposition;

#[test]
fn a_snapshot_finds_values_by_name_and_labels() -> Result {
    let (clock, _hand) = Clock::manual(Duration::from_secs(7));
    let registry = Registry::with_clock(clock);
    let part = registry.with_label("zone", "eu")?;
    let jobs: Family<(&str, u16), Counter> =
        part.metric("jobs", "Jobs done.").labels(["queue", "code"]).register()?;
    jobs.with(&("mail", 200)).inc_by(3);
    jobs.with(&("", 500)).inc();
    part.register::<Counter<f64>>("spent", "")?.inc_by(0.5);
    part.register::<Gauge<f64>>("load", "")?.set(0.25);
    part.register::<Gauge>("open", "")?.set(-4);
    let time: Histogram = part.metric("time", "").buckets(Buckets::new([1.0, 2.0])?).register()?;
    [0.5, 1.5, 1.5, 9.0].into_iter().for_each(|value| time.observe(value));

    let snapshot = registry.snapshot();
    let zone = ("zone", "eu");
    assert_eq!(snapshot.counter("jobs", &[("code", "200"), zone, ("queue", "mail")]), Some(3));
    assert_eq!(
        snapshot.counter("jobs_total", &[("queue", "mail"), ("code", "200"), zone]),
        Some(3)
    );
    assert_eq!(snapshot.counter("jobs", &[("code", "500"), zone]), Some(1), "empty equals absent");
    assert_eq!(
        snapshot.counter("jobs", &[("code", "500"), ("queue", ""), ("more", ""), zone]),
        Some(1)
    );
    assert_eq!(snapshot.counter("jobs", &[("code", "500")]), None, "all labels count");
    assert_eq!(snapshot.counter("open", &[zone]), None, "it is a gauge");
    assert_eq!(snapshot.gauge("open", &[zone]), Some(-4));
    assert_eq!(snapshot.gauge("load", &[zone]), None, "it is a float");
    assert_eq!(snapshot.float("load", &[zone]), Some(0.25));
    assert_eq!(snapshot.float("spent", &[zone]), Some(0.5));
    assert_eq!(snapshot.float("open", &[zone]), Some(-4.0));
    assert_eq!(snapshot.float("time", &[zone]), None);
    assert_eq!(snapshot.value("spent", &[zone]), Some(&Value::Counter(Number::F64(0.5))));
    assert_eq!(snapshot.value("nothing", &[]), None);
    let reading = snapshot.histogram("time", &[zone]).expect("it is there");
    assert_eq!((reading.bounds(), reading.counts()), (&[1.0, 2.0][..], &[1, 2, 1][..]));
    assert_eq!((reading.count(), reading.sum()), (4, 12.5));

    let names: Vec<&str> = snapshot.families().iter().map(|family| family.desc().name()).collect();
    let names: Vec<&str> =
        names.into_iter().filter(|name| !name.starts_with("prom_client_")).collect();
    assert_eq!(names, ["jobs", "load", "open", "spent", "time"]);
    let family = snapshot.family("jobs").expect("it is there");
    assert_eq!((family.desc().help(), family.desc().kind()), ("Jobs done.", Kind::Counter));
    let series = family.series(&[("code", "200"), zone, ("queue", "mail")]).expect("it is there");
    assert_eq!(series.labels().collect::<Vec<_>>(), [("code", "200"), ("queue", "mail"), zone]);
    assert_eq!(series.start(), Some(Duration::from_secs(7)));
    Ok(())
}

#[test]
fn snapshots_are_equal_when_nothing_happened() -> Result {
    let registry = Registry::new();
    let family: Family<Pairs, Gauge> = registry.metric("g", "").labels(["a", "b"]).register()?;
    family.try_with(&[("b", "2")])?.set(1);
    let before = registry.snapshot();
    assert_eq!(before.family("g"), registry.snapshot().family("g"));
    family.try_with(&[("b", "2")])?.inc();
    assert_ne!(before.family("g"), registry.snapshot().family("g"));
    Ok(())
}

#[test]
fn render_answers_in_the_format_that_was_asked_for() -> Result {
    let registry = Registry::new();
    registry.register::<Counter>("jobs", "Jobs done.")?.inc();
    let openmetrics = "application/openmetrics-text;version=1.0.0";
    for (accept, format) in [
        ("", Format::Text),
        ("*/*", Format::Text),
        ("text/plain;version=0.0.4;q=0.5", Format::Text),
        ("image/png", Format::Text),
        (openmetrics, Format::OpenMetrics),
        (
            "text/plain;q=0.3,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1",
            Format::OpenMetrics,
        ),
    ] {
        let (content_type, body) = registry.render(accept);
        assert_eq!(content_type, ContentType::from(format).as_str(), "{accept}");
        let body = String::from_utf8(body)?;
        assert_eq!(body.ends_with("# EOF\n"), format == Format::OpenMetrics, "{accept}");
        assert!(body.contains("\njobs_total 1\n"), "{accept}");
    }
    assert!(
        registry
            .to_openmetrics()
            .starts_with("# TYPE jobs counter\n# HELP jobs Jobs done.\njobs_total 1\n")
    );
    Ok(())
}

#[test]
fn an_empty_registry_is_a_valid_exposition() {
    let registry = Registry::new();
    assert_eq!(exposition(&registry, Format::Text), "");
    assert_eq!(exposition(&registry, Format::OpenMetrics), "# EOF\n");
}
