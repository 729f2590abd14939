//! Names in UTF-8: who may use them, and who reads what.

use prom_client::{
    Buckets, ContentType, Counter, Encoder, Escaping, Family, Format, Gauge, Histogram, Names,
    Registry, Unit,
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
    for format in Format::ALL {
        let encoded = |content_type: ContentType| {
            let mut body = Vec::new();
            let mut encoder = Encoder::new(content_type, &mut body);
            snapshot.replay(&mut encoder);
            encoder.finish();
            String::from_utf8(body)
        };
        let plain = encoded((*format).into())?;
        assert!(plain.contains("\nrequests_total{method=\"GET\"} 1\n"), "{plain}");
        for escaping in [Escaping::Dots, Escaping::Values, Escaping::AllowUtf8] {
            assert_eq!(encoded(ContentType::new(*format, escaping))?, plain);
        }
    }
    Ok(())
}
