//! Answers to scrapes, without a server.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use prom_client::{
    Clock, Counter, Endpoint, Format, Gauge, Histogram, Kind, Names, Registry, ScrapeRequest,
    ScrapeResponse,
};
use proptest::prelude::*;

use crate::support::{self, collector};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Asks for what is in [`registry`], and not for what a registry says about the process.
const OWN: &str = "name[]=jobs&name[]=size";

fn registry() -> Registry {
    let registry = Registry::new();
    let jobs: Counter = registry.register("jobs", "Jobs done.").unwrap();
    jobs.inc_by(3);
    let _size: Histogram = registry.register("size", "Sizes.").unwrap();
    registry
}

fn ask(endpoint: &Endpoint, method: &str, query: &str, headers: &[(&str, &str)]) -> ScrapeResponse {
    let mut request = ScrapeRequest::new(method, Some(query));
    for (name, value) in headers {
        request.header(name, value.as_bytes());
    }
    endpoint.answer(&request)
}

fn text(response: &ScrapeResponse) -> &str {
    std::str::from_utf8(response.body().as_ref()).unwrap()
}

#[test]
fn get_and_head_have_the_exposition_and_other_methods_are_refused() {
    let registry = registry();
    let endpoint = Endpoint::new(&registry);
    for method in ["GET", "HEAD"] {
        let response = ask(&endpoint, method, OWN, &[]);
        assert_eq!((response.status(), text(&response)), (200, &*support::text(&registry)));
        let headers = [("content-type", TEXT), ("vary", "Accept, Accept-Encoding")];
        assert!(response.headers().eq(headers));
    }
    for method in ["POST", "OPTIONS", "get", ""] {
        let response = ask(&endpoint, method, "", &[]);
        assert_eq!((response.status(), response.header("allow")), (405, Some("GET, HEAD")));
    }
}

#[test]
fn an_endpoint_of_one_format_answers_in_it_in_the_escaping_that_is_asked_for() {
    let registry = Registry::new().with_names(Names::Utf8);
    let _gauge: Gauge = registry.register("a.b", "").unwrap();
    let endpoint = Endpoint::new(&registry).only(Format::OpenMetrics);
    for (accept, escaping, line) in [
        ("text/plain", "", "\na_b 0\n"),
        ("application/openmetrics-text;escaping=values", "; escaping=values", "\nU__a_2e_b 0\n"),
        (
            "text/plain;version=1.0.0,application/openmetrics-text;escaping=allow-utf-8;q=0.1",
            "; escaping=allow-utf-8",
            "\n{\"a.b\"} 0\n",
        ),
    ] {
        let response = ask(&endpoint, "GET", "", &[("accept", accept)]);
        assert_eq!(response.header("content-type"), Some(&*format!("{OPENMETRICS}{escaping}")));
        assert!(text(&response).contains(line), "{}", text(&response));
    }
}

#[test]
fn names_in_the_query_leave_all_else_out_and_unasked() {
    let registry = registry();
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    registry
        .register_collector(collector(&[("x", Kind::Gauge), ("y", Kind::Gauge)], move |out| {
            count.fetch_add(1, Ordering::Relaxed);
            out.family("x")?.gauge(&[], 1_i64)?;
            out.family("y")?.gauge(&[], 2_i64)
        }))
        .unwrap();
    let called = Arc::clone(&asked);
    registry.gauge_fn("z", "", move || called.fetch_add(100, Ordering::Relaxed)).unwrap();
    let endpoint = Endpoint::new(&registry);
    let jobs = "# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total 3\n";
    assert_eq!(text(&ask(&endpoint, "GET", "name[]=jobs_total", &[])), jobs);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let both = ask(&endpoint, "GET", "name[]=y&x=1&name%5B%5D=jobs", &[]);
    assert_eq!(text(&both), format!("{jobs}# HELP y Collected.\n# TYPE y gauge\ny 2\n"));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(text(&ask(&endpoint, "GET", "name[]=none", &[])), "");
    let openmetrics = [("accept", "application/openmetrics-text")];
    assert_eq!(text(&ask(&endpoint, "GET", "name[]=none", &openmetrics)), "# EOF\n");
    assert!(text(&ask(&endpoint, "GET", "name[]=size_bucket", &[])).contains("size_count 0\n"));
}

#[test]
fn a_scrape_that_takes_longer_than_its_client_waits_reads_no_more() {
    let (clock, hand) = Clock::manual(Duration::from_secs(1));
    let registry = Registry::with_clock(clock);
    let asked = Arc::new(AtomicBool::new(false));
    let slow = collector(&[("slow", Kind::Gauge)], move |out| {
        hand.advance(Duration::from_secs(10));
        out.family("slow")?.gauge(&[], 1_i64)
    });
    registry.register_collector(slow).unwrap();
    let was_asked = Arc::clone(&asked);
    let other = collector(&[("other", Kind::Gauge)], move |_| {
        was_asked.store(true, Ordering::Relaxed);
        Ok(())
    });
    registry.register_collector(other).unwrap();
    let endpoint = Endpoint::new(&registry);
    let ask = |timeout| {
        let headers = [("X-Prometheus-Scrape-Timeout-Seconds", timeout)];
        ask(&endpoint, "GET", "", &headers)
    };
    let response = ask("9.5");
    assert_eq!((response.status(), asked.load(Ordering::Relaxed)), (503, false));
    assert_eq!(ask("10.5").status(), 200);
    assert!(asked.load(Ordering::Relaxed));
    assert_eq!(ask("nonsense").status(), 200);
}

#[test]
fn scrapes_above_the_limit_are_refused_until_one_is_rendered_or_dropped() {
    let endpoint = Endpoint::new(&registry()).max_scrapes(2);
    let request = ScrapeRequest::new("GET", None);
    let same = endpoint.clone();
    let first = endpoint.begin(&request).unwrap();
    let second = same.begin(&request).unwrap();
    let refusal = endpoint.begin(&request).unwrap_err();
    assert_eq!((refusal.status(), refusal.header("retry-after")), (503, Some("1")));
    assert_eq!(first.render().status(), 200);
    let _third = endpoint.begin(&request).unwrap();
    assert!(endpoint.begin(&request).is_err());
    drop(second);
    assert_eq!(endpoint.answer(&request).status(), 200);
    let one = Endpoint::new(&registry()).max_scrapes(0);
    assert_eq!(one.answer(&request).status(), 200, "at least one");
}

#[test]
fn the_memory_of_an_answer_is_used_for_the_next() {
    let endpoint = Endpoint::new(&registry());
    let request = ScrapeRequest::new("GET", None);
    let first = endpoint.answer(&request).into_body();
    let place = first.as_ref().as_ptr();
    let other = endpoint.answer(&request).into_body();
    assert_ne!(other.as_ref().as_ptr(), place, "the first is still in use");
    drop(first);
    let again = endpoint.answer(&request).into_body();
    assert_eq!(again.as_ref().as_ptr(), place);
}

#[cfg(feature = "gzip")]
#[test]
fn gzip_unpacks_to_the_text() {
    use std::io::Read;

    let registry = registry();
    let endpoint = Endpoint::new(&registry);
    for _ in 0..2 {
        let response = ask(&endpoint, "GET", OWN, &[("accept-encoding", "gzip")]);
        assert_eq!(response.header("content-encoding"), Some("gzip"));
        assert_eq!(response.header("content-type"), Some(TEXT));
        assert!(response.body().len() < support::text(&registry).len() / 2);
        let mut unpacked = String::new();
        let mut decoder = flate2::read::GzDecoder::new(response.body().as_ref());
        decoder.read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, support::text(&registry));
    }
    let plain = endpoint.without_compression();
    let response = ask(&plain, "GET", OWN, &[("accept-encoding", "gzip")]);
    assert_eq!(
        (response.header("content-encoding"), text(&response)),
        (None, &*support::text(&registry))
    );
}

#[cfg(feature = "zstd")]
#[test]
fn zstd_unpacks_to_the_text() {
    let registry = registry();
    let response = ask(&Endpoint::new(&registry), "GET", OWN, &[("accept-encoding", "zstd")]);
    assert_eq!(response.header("content-encoding"), Some("zstd"));
    assert!(response.body().len() < support::text(&registry).len() / 2);
    let unpacked = zstd::stream::decode_all(response.body().as_ref()).unwrap();
    assert_eq!(unpacked, support::text(&registry).into_bytes());
}

/// What real servers were seen to send, out of the project's corpora.
#[test]
fn captured_headers_conformance() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
    let folder = match std::env::var_os("PROM_CORPORA") {
        Some(named) => named.into(),
        None if default.is_dir() => default,
        None => return println!("skipped: no corpora"),
    };
    let file = folder.join("tables/captured-accept-headers.json");
    let file = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let cases: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let cases = cases.as_array().unwrap();
    let endpoint = Endpoint::new(&registry());
    for case in cases {
        let accept = case["accept"].as_str();
        let encoding = case["accept_encoding"].as_str();
        let headers = [("accept", accept), ("accept-encoding", encoding)];
        let headers: Vec<_> = headers.into_iter().filter_map(|(n, v)| Some((n, v?))).collect();
        let response = ask(&endpoint, "GET", "", &headers);
        // Clients name first what they like best; curl and VictoriaMetrics like text.
        let first = accept.unwrap_or_default().split([',', ';']).next().unwrap_or_default();
        let expected = match first {
            "application/vnd.google.protobuf" if Format::ALL.len() > 2 => first,
            "application/vnd.google.protobuf" | "application/openmetrics-text" => {
                "application/openmetrics-text"
            }
            _ => "text/plain",
        };
        let content_type = response.header("content-type").unwrap();
        assert_eq!(content_type.split(';').next(), Some(expected), "{case}");
        let gzip = cfg!(feature = "gzip") && encoding.is_some_and(|e| e.contains("gzip"));
        assert_eq!(response.header("content-encoding"), gzip.then_some("gzip"), "{case}");
    }
    println!("captured-accept-headers: {} cases", cases.len());
    assert!(!cases.is_empty());
}

#[test]
fn counting_goes_on_while_a_scrape_is_under_way() {
    let registry = Registry::new();
    let jobs: Counter = registry.register("jobs", "").unwrap();
    let (reading, counted) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (begin, end) = (Arc::clone(&reading), Arc::clone(&counted));
    registry
        .register_collector(collector(&[("slow", Kind::Gauge)], move |out| {
            begin.wait();
            end.wait();
            out.family("slow")?.gauge(&[], 1_i64)
        }))
        .unwrap();
    let endpoint = Endpoint::new(&registry);
    let scrape = endpoint.begin(&ScrapeRequest::new("GET", None)).unwrap();
    let scraping = std::thread::spawn(move || scrape.render());
    reading.wait();
    jobs.inc_by(5);
    let _new: Gauge = registry.register("new", "").unwrap();
    counted.wait();
    let response = scraping.join().unwrap();
    assert!(text(&response).contains("jobs_total 5\n"), "read after the collector was asked");
}

proptest! {
    #[test]
    fn any_request_is_answered(
        method in "GET|HEAD|\\PC*",
        query in "(name\\[\\]=[a-z%0-9]*&?|\\PC)*",
        accept in "((text/plain|application/openmetrics-text|\\*/\\*|[a-z/;=*]*)(;[a-z]+=[0-9.]*)?,?)*|\\PC*",
        encoding in "((gzip|zstd|identity|\\*)(;q=[01](\\.[0-9]*)?)?,? ?)*|\\PC*",
        timeout in "[0-9.e+-]*|\\PC*",
    ) {
        let headers = [
            ("accept", &*accept),
            ("accept-encoding", &*encoding),
            ("x-prometheus-scrape-timeout-seconds", &*timeout),
        ];
        let response = ask(&Endpoint::new(&registry()), &method, &query, &headers);
        prop_assert!([200, 405, 503].contains(&response.status()));
        prop_assert_eq!(response.status() == 405, !["GET", "HEAD"].contains(&&*method));
    }
}
