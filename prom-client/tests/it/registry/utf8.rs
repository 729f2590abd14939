//! Names in UTF-8: who may use them, and who reads what.

use prom_client::{
    Buckets, ContentType, Counter, Desc, Encoder, Escaping, Family, Format, Gauge, Histogram, Kind,
    Names, Registry, Unit,
};

use super::Result;
use crate::support::text;

const PROMETHEUS_3: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
    application/openmetrics-text;version=0.0.1;q=0.5,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
const PROMETHEUS_2: &str = "application/openmetrics-text;version=1.0.0;q=0.5,\
    application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

#[test]
fn parts_inherit_the_names_that_are_allowed_and_the_rest_of_the_registry_does_not() -> Result {
    let registry = Registry::new();
    let utf8 = registry.with_names(Names::Utf8);
    let part = utf8.with_prefix("http.server")?.with_label("zone.name", "eu")?.with_prefix("v1")?;
    let requests: Family<(&str,), Counter> =
        part.metric("request size", "").unit(Unit::BYTES).labels(["method"]).register()?;
    requests.with(&("GET",)).inc_by(3);
    assert!(registry.register::<Gauge>("a.b", "").is_err());
    assert!(utf8.with_names(Names::Classic).register::<Gauge>("a.b", "").is_err());

    let name = "http.server_v1_request size_bytes";
    let labels = [("method", "GET"), ("zone.name", "eu")];
    assert_eq!(registry.snapshot().counter(name, &labels), Some(3));
    assert_eq!(
        text(&registry),
        "# TYPE http_server_v1_request_size_bytes_total counter\n\
         http_server_v1_request_size_bytes_total{zone_name=\"eu\",method=\"GET\"} 3\n"
    );
    assert!(part.unregister("request size_bytes_total"));
    assert_eq!(text(&registry), "");
    Ok(())
}

#[test]
fn infos_and_callbacks_have_the_names_that_their_part_allows() -> Result {
    let registry = Registry::new();
    let utf8 = registry.with_names(Names::Utf8);
    for part in [&registry, &utf8.with_names(Names::Classic)] {
        assert!(part.info("a.b", "", &[]).is_err());
        assert!(part.info("a", "", &[("b.c", "1")]).is_err());
        assert!(part.counter_fn("a.b", "", || 1).is_err());
        assert!(part.gauge_fn("a.b", "", || 1).is_err());
        let desc = Desc::new_in(Names::Utf8, "a.b", "", Kind::Gauge)?;
        assert!(part.family_fn(desc, |_| Ok(())).is_err());
    }
    let info = utf8.info("app.config_info", "", &[("hash.new", "1")])?;
    info.set(&[("hash.old", "2")])?;
    assert!(info.set(&[("hash.old", "3"), ("hash_old", "4")]).is_err());
    utf8.counter_fn("cache.hits", "", || 3)?;
    utf8.gauge_fn("queue.depth", "", || 4)?;
    let lamp = Desc::new_in(Names::Utf8, "the:lamp", "", Kind::StateSet)?;
    utf8.family_fn(lamp, |out| out.state_set(&[("room.nr", "7")], &["off", "on"], "on"))?;
    let failing = Desc::new_in(Names::Utf8, "x.y", "", Kind::StateSet)?;
    utf8.family_fn(failing, |out| out.state_set(&[("x_y", "7")], &["off", "on"], "on"))?;

    let (_, body) = registry.render(PROMETHEUS_3);
    let body = String::from_utf8(body)?;
    // A label that would be the state set's own where names are escaped.
    assert!(body.contains("prom_client_collector_failures_total{collector=\"x.y\"} 1\n"));
    // Without those of the library itself.
    let samples = |body: &str| -> Vec<String> {
        let lines =
            body.lines().filter(|line| !line.starts_with('#') && !line.starts_with("prom_client_"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(
        samples(&body),
        [
            "{\"app.config_info\",\"hash.old\"=\"2\"} 1",
            "{\"cache.hits_total\"} 3",
            "{\"queue.depth\"} 4",
            "{\"the:lamp\",\"room.nr\"=\"7\",\"the:lamp\"=\"off\"} 0",
            "{\"the:lamp\",\"room.nr\"=\"7\",\"the:lamp\"=\"on\"} 1",
        ]
    );
    assert_eq!(
        samples(&registry.to_text()),
        [
            "app_config_info{hash_old=\"2\"} 1",
            "cache_hits_total 3",
            "queue_depth 4",
            "the_lamp{room_nr=\"7\",the_lamp=\"off\"} 0",
            "the_lamp{room_nr=\"7\",the_lamp=\"on\"} 1",
        ]
    );
    assert_eq!(registry.snapshot().info("app.config", "hash.old"), Some("2"));
    assert!(utf8.unregister("app.config") && utf8.unregister("cache.hits_total"));
    Ok(())
}

#[test]
fn a_reader_gets_the_names_that_it_asks_for() -> Result {
    let registry = Registry::new().with_names(Names::Utf8);
    registry.register::<Counter>("http.requests", "Requests.")?.inc();
    let utf8_text = "text/plain;version=1.0.0;escaping=allow-utf-8";
    for (accept, escaping, line) in [
        ("", Escaping::Underscores, "\nhttp_requests_total 1\n"),
        ("*/*", Escaping::Underscores, "\nhttp_requests_total 1\n"),
        (PROMETHEUS_2, Escaping::Underscores, "\nhttp_requests_total 1\n"),
        (PROMETHEUS_3, Escaping::AllowUtf8, "\n{\"http.requests_total\"} 1\n"),
        (utf8_text, Escaping::AllowUtf8, "\n{\"http.requests_total\"} 1\n"),
    ] {
        let (content_type, body) = registry.render(accept);
        let body = String::from_utf8(body)?;
        assert!(body.contains(line), "{accept}: {body}");
        let says = content_type.contains("; escaping=allow-utf-8");
        assert_eq!(says, escaping == Escaping::AllowUtf8, "{accept}: {content_type}");
    }
    Ok(())
}

#[test]
fn classic_names_are_written_alike_for_every_reader() -> Result {
    let registry = Registry::new();
    let requests: Family<(&str,), Counter> =
        registry.metric("requests", "Requests.").labels(["method"]).register()?;
    requests.with(&("GET",)).inc();
    registry.metric::<Histogram>("latency", "").buckets(Buckets::new([1.0])?).register()?;
    let snapshot = registry.snapshot();
    for format in [Format::Text, Format::OpenMetrics] {
        let encoded = |content_type: ContentType| {
            let mut body = Vec::new();
            let mut encoder = Encoder::new(content_type, &mut body);
            snapshot.replay(&mut encoder);
            encoder.finish();
            String::from_utf8(body)
        };
        let plain = encoded(format.into())?;
        assert!(plain.contains("\nrequests_total{method=\"GET\"} 1\n"), "{plain}");
        for escaping in [Escaping::Dots, Escaping::Values, Escaping::AllowUtf8] {
            assert_eq!(encoded(ContentType::new(format, escaping))?, plain);
        }
    }
    Ok(())
}
