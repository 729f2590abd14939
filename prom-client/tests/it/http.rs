//! Exchanges of HTTP from their beginning to every end that they can have.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use prom_client::http::{
    Current, Exchange, HttpMetrics, HttpMetricsBuilder, Profile, RecordAs, RequestHead, StatusLabel,
};
use prom_client::{Buckets, Clock, ManualClock, Number, Registry, Snapshot, Value};
use proptest::prelude::*;

thread_local! {
    static CURRENT: Current<String> = const { Current::new() };
}

/// A request as a test words it.
struct Request<'a> {
    method: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    size: Option<u64>,
}

impl RequestHead for Request<'_> {
    fn method(&self) -> &str {
        self.method
    }

    fn path(&self) -> &str {
        self.path
    }

    fn query(&self) -> Option<&str> {
        None
    }

    fn version(&self) -> &'static str {
        "1.1"
    }

    fn scheme(&self) -> Option<&str> {
        None
    }

    fn authority(&self) -> Option<&str> {
        self.header("host")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    fn body_size(&self) -> Option<u64> {
        self.size
    }
}

const GET: Request<'_> = Request { method: "GET", path: "/users/7", headers: &[], size: Some(0) };

fn registry() -> (Registry, ManualClock) {
    let (clock, hand) = Clock::manual(Duration::from_secs(1_000));
    (Registry::with_clock(clock), hand)
}

/// All there is to count.
fn everything(registry: &Registry) -> HttpMetrics {
    let all = HttpMetrics::server(registry).time_to_first_byte().request_sizes().response_sizes();
    all.build().expect("an empty registry")
}

fn begin(metrics: &HttpMetrics, request: &Request<'_>) -> Exchange<String> {
    metrics.begin(request, &CURRENT).expect("it is counted")
}

/// Every series but the gauges, as one line each: name, values of labels in the order of their names, sum
/// and count.
fn lines(snapshot: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    for family in snapshot.families() {
        let own = family.desc().name().starts_with("prom_client_");
        for series in family.all_series().iter().filter(|_| !own) {
            let labels: Vec<&str> = series.labels().map(|(_, value)| value).collect();
            let labels = labels.join(" ");
            let name = family.desc().name();
            match series.value() {
                Value::Histogram(h) => {
                    lines.push(format!("{name} {labels}: {} of {}", h.sum(), h.count()));
                }
                Value::Counter(n) => lines.push(format!("{name} {labels}: {n:?}")),
                _ => {}
            }
        }
    }
    lines
}

fn in_flight(registry: &Registry) -> f64 {
    let snapshot = registry.snapshot();
    let family = snapshot.family("http_requests_in_flight").expect("it is there");
    let values = family.all_series().iter().map(|series| {
        let labels: Vec<(&str, &str)> = series.labels().collect();
        snapshot.gauge("http_requests_in_flight", &labels).unwrap_or(i64::MIN) as f64
    });
    values.sum()
}

#[test]
fn an_exchange_is_counted_once_when_its_body_ends() {
    let (registry, hand) = registry();
    let metrics = everything(&registry);
    let mut exchange = begin(&metrics, &Request { size: Some(12), ..GET });
    assert_eq!(in_flight(&registry), 1.0);
    exchange.set_route("/users/{id}".into());
    hand.advance(Duration::from_millis(250));
    exchange.respond(200, None, None, || false);
    hand.advance(Duration::from_millis(500));
    exchange.chunk(7);
    exchange.chunk(8);
    assert_eq!(in_flight(&registry), 1.0);
    assert!(!exchange.is_finished());
    exchange.end();
    assert!(exchange.is_finished());
    hand.advance(Duration::from_millis(500));
    exchange.body_failed();
    drop(exchange);
    assert_eq!(in_flight(&registry), 0.0);
    assert_eq!(
        lines(&registry.snapshot()),
        [
            "http_request_duration_seconds GET /users/{id} 200: 0.75 of 1",
            "http_request_size_bytes GET /users/{id} 200: 12 of 1",
            "http_request_ttfb_seconds GET /users/{id} 200: 0.25 of 1",
            "http_requests GET /users/{id} 200: U64(1)",
            "http_response_size_bytes GET /users/{id} 200: 15 of 1",
            "http_server_route_overflow : U64(0)",
        ]
    );
}

/// What happens to an exchange, and how it is counted: method, status; phase and reason of an abort; and how
/// long the response is, if it is measured.
#[test]
fn every_end_has_its_status_reason_and_phase() {
    type Happens = fn(&mut Exchange<String>);
    type Case = (&'static str, &'static str, Happens, &'static str, &'static str, Option<u64>);
    let panics: Happens = |exchange| {
        let poll = || exchange.run(&CURRENT, || panic!("expected"));
        assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
    };
    let body_panics: Happens = |exchange| {
        exchange.respond(200, None, None, || false);
        let poll = || exchange.run_body(|| panic!("expected"));
        assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
    };
    let gone: Happens = |exchange| {
        exchange.run(&CURRENT, || ());
    };
    let cases: [Case; 16] = [
        (
            "complete, known length",
            "GET",
            |e| {
                e.respond(200, Some(4), None, || false);
                e.chunk(4);
            },
            "200",
            "",
            Some(4),
        ),
        ("no body", "GET", |e| e.respond(204, None, None, || false), "204", "", Some(0)),
        (
            "length of nothing",
            "POST",
            |e| e.respond(201, Some(0), None, || false),
            "201",
            "",
            Some(0),
        ),
        ("not modified", "GET", |e| e.respond(304, Some(99), None, || false), "304", "", Some(0)),
        ("upgraded", "GET", |e| e.respond(101, None, None, || false), "101", "", Some(0)),
        ("head", "HEAD", |e| e.respond(200, Some(99), None, || false), "200", "", Some(0)),
        ("tunnel", "CONNECT", |e| e.respond(200, None, None, || false), "200", "", Some(0)),
        ("events", "GET", |e| e.respond(200, None, None, || true), "200", "", None),
        ("gone before the head", "GET", gone, "499", "handler client_disconnect", None),
        (
            "gone in the body",
            "GET",
            |e| {
                e.respond(200, Some(9), None, || false);
                e.chunk(4);
            },
            "200",
            "body client_disconnect",
            Some(4),
        ),
        (
            "gone in a stream",
            "GET",
            |e| {
                e.respond(200, None, None, || false);
                e.chunk(4);
            },
            "200",
            "body client_disconnect",
            Some(4),
        ),
        ("panic", "GET", panics, "500", "handler panic", None),
        ("panic in the body", "GET", body_panics, "200", "body panic", Some(0)),
        ("failure", "GET", |e| e.service_failed(), "500", "handler service_error", None),
        (
            "failure of the body",
            "GET",
            |e| {
                e.respond(200, None, None, || false);
                e.body_failed();
            },
            "200",
            "body body_error",
            Some(0),
        ),
        (
            "tunnel refused",
            "CONNECT",
            |e| {
                e.respond(403, Some(5), None, || false);
                e.chunk(5);
            },
            "403",
            "",
            Some(5),
        ),
    ];
    for (name, method, happens, status, aborted, size) in cases {
        let (registry, _hand) = registry();
        let metrics = everything(&registry);
        let mut exchange = begin(&metrics, &Request { method, ..GET });
        exchange.set_route("/r".into());
        happens(&mut exchange);
        drop(exchange);
        let lines = lines(&registry.snapshot());
        let has = |line: &str| lines.iter().any(|other| *other == line);
        assert_eq!(in_flight(&registry), 0.0, "{name}");
        assert!(has(&format!("http_requests {method} /r {status}: U64(1)")), "{name}: {lines:?}");
        let line = format!("http_request_duration_seconds {method} /r {status}: 0 of 1");
        assert!(has(&line), "{name}: {lines:?}");
        let sized =
            format!("http_response_size_bytes {method} /r {status}: {} of 1", size.unwrap_or(0));
        assert_eq!(has(&sized), size.is_some(), "{name}: {lines:?}");
        let abort = format!("http_requests_aborted {method} {aborted} /r: U64(1)");
        let aborts = lines.iter().filter(|line| line.starts_with("http_requests_aborted")).count();
        assert_eq!(
            (has(&abort), aborts),
            match aborted {
                "" => (false, 0),
                _ => (true, 1),
            },
            "{name}: {lines:?}"
        );
    }
}

#[test]
fn a_cancelled_request_can_be_left_out_of_all_but_the_aborted() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry).cancelled_status(None).build().unwrap();
    drop(begin(&metrics, &GET));
    assert_eq!(
        lines(&registry.snapshot()),
        [
            "http_requests_aborted GET handler client_disconnect unmatched: U64(1)",
            "http_server_route_overflow : U64(0)"
        ]
    );
}

#[test]
fn inside_of_an_exchange_the_same_metrics_begin_no_other() {
    let (registry, _hand) = registry();
    let (one, same) = (HttpMetrics::new(&registry).unwrap(), everything(&registry));
    let other = HttpMetrics::server(&registry).namespace("other").build().unwrap();
    let mut outer = begin(&one, &GET);
    let begins = |metrics: &HttpMetrics| metrics.begin(&GET, &CURRENT).is_some();
    let inside = outer.run(&CURRENT, || [&one, &same, &other].map(begins));
    assert_eq!(inside, [false, false, true]);
    assert!(begins(&one), "it is over");
    let poll = || outer.run(&CURRENT, || panic!("expected"));
    assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
    assert!(begins(&one), "also after a panic");
}

#[test]
fn metrics_count_an_exchange_once_whoever_else_counts_in_between() {
    let (registry, _hand) = registry();
    let a = HttpMetrics::new(&registry).unwrap();
    let [b, c] =
        ["b", "c"].map(|name| HttpMetrics::server(&registry).namespace(name).build().unwrap());
    let begins = |metrics: &HttpMetrics| metrics.begin(&GET, &CURRENT).is_some();
    begin(&a, &GET).run(&CURRENT, || {
        begin(&b, &GET).run(&CURRENT, || {
            assert_eq!([&a, &b, &c].map(begins), [false, false, true]);
            begin(&c, &GET).run(&CURRENT, || {
                assert_eq!([&a, &b, &c].map(begins), [false, false, false]);
            });
        });
        assert_eq!([&a, &b, &c].map(begins), [false, true, true]);
    });
    assert_eq!([&a, &b, &c].map(begins), [true, true, true]);
}

#[test]
fn what_is_inside_of_a_clients_exchange_is_another_request() {
    let (registry, _hand) = registry();
    let server = HttpMetrics::new(&registry).unwrap();
    let client = HttpMetrics::client(&registry).peer("self").build().unwrap();
    let mut outer = begin(&server, &GET);
    outer.run(&CURRENT, || {
        CURRENT.with(|current| current.set_route("/outer".into()));
        let mut call = begin(&client, &GET);
        call.set_route("/template".into());
        call.run(&CURRENT, || {
            // A service in the same process.
            CURRENT.with(|current| current.set_route("/nobody".into()));
            assert!(client.begin(&GET, &CURRENT).is_none(), "two layers around one client");
            let mut inner = begin(&server, &GET);
            inner.run(&CURRENT, || CURRENT.with(|current| current.set_route("/inner".into())));
            inner.respond(200, Some(0), None, || false);
        });
        call.respond(200, Some(0), None, || false);
    });
    outer.respond(200, Some(0), None, || false);
    let lines = lines(&registry.snapshot());
    let requests: Vec<&String> = lines.iter().filter(|line| line.contains("requests ")).collect();
    assert_eq!(
        requests,
        [
            "http_client_requests GET /template self 200: U64(1)",
            "http_requests GET /inner 200: U64(1)",
            "http_requests GET /outer 200: U64(1)",
        ]
    );
}

#[test]
fn a_client_without_a_response_has_no_status() {
    let (registry, _hand) = registry();
    let client = HttpMetrics::client(&registry).peer("api").build().unwrap();
    begin(&client, &GET).service_failed();
    drop(begin(&client, &GET));
    let lines = lines(&registry.snapshot());
    for line in [
        "http_client_requests GET api: U64(2)",
        "http_client_requests_aborted GET handler service_error api: U64(1)",
        "http_client_requests_aborted GET handler client_disconnect api: U64(1)",
    ] {
        assert!(lines.iter().any(|other| other == line), "{line}: {lines:?}");
    }
}

#[test]
fn what_an_outer_layer_excludes_no_inner_one_counts() {
    let (registry, _hand) = registry();
    let outer = HttpMetrics::server(&registry).exclude_path("/users/*").build().unwrap();
    let inner = HttpMetrics::new(&registry).unwrap();
    let mut excluded = begin(&outer, &GET);
    excluded.run(&CURRENT, || assert!(inner.begin(&GET, &CURRENT).is_none()));
    excluded.respond(200, None, None, || false);
    excluded.chunk(1);
    drop(excluded);
    assert_eq!(lines(&registry.snapshot()), ["http_server_route_overflow : U64(0)"]);
    assert_eq!(in_flight(&registry), 0.0);
}

#[test]
fn an_aborted_request_beyond_the_cap_overflows_once() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry).max_routes(1).build().unwrap();
    for route in ["/a", "/b"] {
        let mut exchange = begin(&metrics, &GET);
        exchange.set_route(route.into());
        drop(exchange);
    }
    let lines = lines(&registry.snapshot());
    for line in [
        "http_requests GET _OTHER 499: U64(1)",
        "http_requests_aborted GET handler client_disconnect _OTHER: U64(1)",
        "http_server_route_overflow : U64(1)",
    ] {
        assert!(lines.iter().any(|other| other == line), "{line}: {lines:?}");
    }
}

#[test]
fn a_cancelled_request_is_left_out_only_where_the_aborted_are_counted() {
    let (registry, _hand) = registry();
    let metrics =
        HttpMetrics::server(&registry).profile(Profile::OpenTelemetry).cancelled_status(None);
    drop(begin(&metrics.build().unwrap(), &GET));
    let lines = lines(&registry.snapshot());
    let counted = |line: &String| line.starts_with("http_server_request_duration_seconds ");
    assert_eq!(lines.iter().filter(|line| counted(line)).count(), 1, "{lines:?}");
}

#[test]
fn a_long_value_of_a_programs_own_label_is_other() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry)
        .label("tenant", |head| head.header("x-tenant").unwrap_or_default().to_owned())
        .build()
        .unwrap();
    let (longest, longer) = ("x".repeat(128), "x".repeat(129));
    for tenant in [&longest, &longer] {
        let request = Request { headers: &[("x-tenant", tenant)], ..GET };
        begin(&metrics, &request).respond(200, Some(0), None, || false);
    }
    let lines = lines(&registry.snapshot());
    for tenant in [longest.as_str(), "_OTHER"] {
        let line = format!("http_requests GET unmatched 200 {tenant}: U64(1)");
        assert!(lines.contains(&line), "{line}: {lines:?}");
    }
}

#[test]
fn nobody_counts_bytes_that_are_not_measured() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::new(&registry).unwrap();
    let mut exchange = begin(&metrics, &GET);
    exchange.run(&CURRENT, || assert!(CURRENT.with(Current::count_request_bytes).is_none()));
}

#[test]
fn the_innermost_route_wins_and_reaches_all_that_are_outside() {
    let (registry, _hand) = registry();
    let outer = HttpMetrics::new(&registry).unwrap();
    let inner = HttpMetrics::server(&registry).namespace("inner").build().unwrap();
    let mut a = begin(&outer, &GET);
    a.run(&CURRENT, || {
        CURRENT.with(|current| current.set_route("/api".into()));
        CURRENT.with(|current| current.set_route("/api/{id}".into()));
    });
    a.run(&CURRENT, || ());
    assert!(a.has_route());
    a.respond(200, Some(0), None, || false);
    let mut a = begin(&outer, &GET);
    a.run(&CURRENT, || {
        let mut b = begin(&inner, &GET);
        b.run(&CURRENT, || CURRENT.with(|current| current.set_route("/deep".into())));
        b.respond(200, Some(0), None, || false);
    });
    a.respond(200, Some(0), None, || false);
    let snapshot = registry.snapshot();
    let count = |name, route| {
        snapshot.counter(name, &[("method", "GET"), ("route", route), ("status", "200")])
    };
    assert_eq!(count("http_requests_total", "/api/{id}"), Some(1));
    assert_eq!(count("http_requests_total", "/deep"), Some(1));
    assert_eq!(count("inner_http_requests_total", "/deep"), Some(1));
}

#[test]
fn a_handler_says_how_its_response_is_recorded() {
    let (registry, hand) = registry();
    let metrics = everything(&registry);
    for (record_as, expected) in [
        (RecordAs::route("/files"), "http_request_duration_seconds GET /files 200: 1 of 1"),
        (
            RecordAs::route("/feed").until_head(),
            "http_request_duration_seconds GET /feed 200: 0 of 1",
        ),
    ] {
        let mut exchange = begin(&metrics, &GET);
        exchange.set_route("/{*all}".into());
        exchange.respond(200, None, Some(&record_as), || false);
        hand.advance(Duration::from_secs(1));
        exchange.end();
        let lines = lines(&registry.snapshot());
        assert!(lines.iter().any(|line| line == expected), "{lines:?}");
    }
    let before = lines(&registry.snapshot());
    let mut exchange = begin(&metrics, &GET);
    exchange.respond(500, None, Some(&RecordAs::nothing()), || false);
    exchange.body_failed();
    drop(exchange);
    assert_eq!((in_flight(&registry), lines(&registry.snapshot())), (0.0, before));
}

#[test]
fn the_bytes_that_a_layer_inside_counts_come_before_what_the_framing_says() {
    let (registry, _hand) = registry();
    let metrics = everything(&registry);
    for (framed, read) in [(Some(100), Some(3)), (Some(100), None), (None, Some(5)), (None, None)] {
        let mut exchange = begin(&metrics, &Request { size: framed, ..GET });
        exchange.run(&CURRENT, || {
            if let Some(bytes) = read {
                let counter = CURRENT.with(Current::count_request_bytes).expect("it is wanted");
                counter.add(bytes);
            }
        });
        exchange.respond(200, Some(0), None, || false);
    }
    let lines = lines(&registry.snapshot());
    assert!(
        lines.contains(&"http_request_size_bytes GET unmatched 200: 108 of 3".into()),
        "{lines:?}"
    );
    assert!(CURRENT.with(Current::count_request_bytes).is_none());
}

#[test]
fn routes_beyond_the_cap_are_other_and_counted() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry).max_routes(2).build().unwrap();
    // Built again, it keeps to the limit that there is.
    let again = HttpMetrics::server(&registry).max_routes(100).build().unwrap();
    for (i, metrics) in [&metrics, &again, &metrics, &again, &metrics].into_iter().enumerate() {
        let mut exchange = begin(metrics, &GET);
        exchange.set_route(format!("/{}", i.min(3)));
        exchange.respond(200, Some(0), None, || false);
    }
    let lines = lines(&registry.snapshot());
    for line in [
        "http_requests GET /0 200: U64(1)",
        "http_requests GET /1 200: U64(1)",
        "http_requests GET _OTHER 200: U64(3)",
        "http_server_route_overflow : U64(3)",
    ] {
        assert!(lines.iter().any(|other| other == line), "{line}: {lines:?}");
    }
}

#[test]
fn excluded_paths_are_not_counted() {
    let (registry, _hand) = registry();
    let server = || HttpMetrics::server(&registry);
    let begins = |metrics: HttpMetrics, path| {
        let exchange = begin(&metrics, &Request { path, ..GET });
        !exchange.is_finished()
    };
    for (path, by_default, with_own, with_own_only) in [
        ("/metrics", false, false, true),
        ("/metrics/", true, true, true),
        ("/health", true, false, false),
        ("/healthy", true, true, true),
        ("/internal/a", true, false, false),
        ("/internal", true, true, true),
    ] {
        let own = |builder: HttpMetricsBuilder| {
            builder.exclude_path("/health").exclude_path("/internal/*").build().unwrap()
        };
        assert_eq!(begins(server().build().unwrap(), path), by_default, "{path}");
        assert_eq!(begins(own(server()), path), with_own, "{path}");
        assert_eq!(begins(own(server().count_all_paths()), path), with_own_only, "{path}");
    }
}

#[test]
fn names_and_labels_are_what_the_options_say() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry)
        .namespace("shop")
        .const_label("region", "eu")
        .status_label(StatusLabel::Class)
        .known_methods(["GET"])
        .duration_buckets(Buckets::new([1.0]).unwrap())
        .label("tenant", |head| head.header("x-tenant").unwrap_or_default().to_owned())
        .label("fixed", |_| "yes")
        .route(|head| head.path().starts_with("/users/").then(|| "/users".into()))
        .build()
        .unwrap();
    for (method, path) in [("GET", "/users/7"), ("POST", "/x")] {
        let request = Request { method, path, headers: &[("x-tenant", "acme")], ..GET };
        begin(&metrics, &request).respond(404, Some(0), None, || false);
    }
    let text = registry.to_text();
    for line in [
        "shop_http_requests_total{region=\"eu\",method=\"GET\",route=\"/users\",status=\"4xx\",tenant=\"acme\",fixed=\"yes\"} 1\n",
        "shop_http_requests_total{region=\"eu\",method=\"_OTHER\",route=\"unmatched\",status=\"4xx\",tenant=\"acme\",fixed=\"yes\"} 1\n",
        "status=\"4xx\",tenant=\"acme\",fixed=\"yes\",le=\"1\"} 1\n",
        "shop_http_requests_in_flight{region=\"eu\",method=\"GET\"} 0\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn opentelemetrys_names_are_those_of_its_conventions() {
    let (registry, _hand) = registry();
    let server = HttpMetrics::server(&registry).profile(Profile::OpenTelemetry).build().unwrap();
    let mut exchange = begin(&server, &GET);
    exchange.set_route("/users/{id}".into());
    exchange.respond(503, Some(0), None, || false);
    begin(&server, &GET).respond(404, Some(0), None, || false);
    drop(begin(&server, &GET));
    let client = HttpMetrics::client(&registry).profile(Profile::OpenTelemetry).build().unwrap();
    for host in ["api.example:8443", "[::1]", "_"] {
        let request = Request { headers: &[("host", host)], ..GET };
        begin(&client, &request).respond(404, Some(0), None, || false);
    }
    let text = registry.to_text();
    let common = "network_protocol_version=\"1.1\",url_scheme=\"http\"";
    for line in [
        format!("http_server_request_duration_seconds_count{{http_request_method=\"GET\",http_route=\"/users/{{id}}\",http_response_status_code=\"503\",error_type=\"503\",{common}}} 1\n"),
        format!("http_server_request_duration_seconds_count{{http_request_method=\"GET\",http_response_status_code=\"404\",{common}}} 1\n"),
        format!("http_server_request_duration_seconds_count{{http_request_method=\"GET\",error_type=\"client_disconnect\",{common}}} 1\n"),
        "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 0\n".into(),
        "http_client_request_duration_seconds_count{http_request_method=\"GET\",server_address=\"api.example\",server_port=\"8443\",http_response_status_code=\"404\",error_type=\"404\",network_protocol_version=\"1.1\"} 1\n".into(),
        "http_client_active_requests{http_request_method=\"GET\",server_address=\"[::1]\",server_port=\"80\"} 0\n".into(),
    ] {
        // An empty value equals an absent label, and is written as one.
        let absent = text.replace("http_route=\"\",", "").replace("http_response_status_code=\"\",", "").replace("error_type=\"\",", "").replace("url_template=\"\",", "");
        assert!(absent.contains(&line), "{line}{absent}");
    }
    assert!(!text.contains("requests_total"), "{text}");
}

#[test]
fn requests_of_recorded_traces_are_exemplars() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry).exemplars().build().unwrap();
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let header = format!("00-{trace}-{span}-01");
    let headers = [("traceparent", header.as_str())];
    begin(&metrics, &Request { headers: &headers, ..GET }).respond(200, Some(0), None, || false);
    begin(&metrics, &GET).respond(200, Some(0), None, || false);
    let text = registry.to_openmetrics();
    let exemplar = format!(" # {{trace_id=\"{trace}\",span_id=\"{span}\"}} ");
    let of = |name: &str| {
        text.lines().filter(|line| line.starts_with(name) && line.contains(&exemplar)).count()
    };
    assert_eq!(of("http_requests_total{"), 1, "{text}");
    assert_eq!(of("http_request_duration_seconds_bucket{"), 1, "{text}");

    let (registry, _hand) = self::registry();
    let metrics = HttpMetrics::server(&registry)
        .exemplars_from(|head, labels| {
            labels.push("path", head.path());
            true
        })
        .build()
        .unwrap();
    begin(&metrics, &GET).respond(200, Some(0), None, || false);
    let text = registry.to_openmetrics();
    assert!(text.contains(" # {path=\"/users/7\"} "), "{text}");
}

#[test]
fn durations_and_sizes_can_have_native_buckets() {
    let (registry, _hand) = registry();
    let all = HttpMetrics::server(&registry).response_sizes();
    let metrics =
        all.duration_buckets(Buckets::native()).size_buckets(Buckets::native()).build().unwrap();
    begin(&metrics, &GET).respond(200, Some(0), None, || false);
    let snapshot = registry.snapshot();
    for name in ["http_request_duration_seconds", "http_response_size_bytes"] {
        let family = snapshot.family(name).unwrap();
        let Value::Histogram(reading) = family.all_series()[0].value() else {
            panic!("{name} is a histogram");
        };
        assert_eq!((reading.count(), reading.native().is_some()), (1, true), "{name}");
    }
}

#[test]
fn metrics_are_registered_once_however_often_they_are_built() {
    let (registry, _hand) = registry();
    let text = |_: HttpMetrics| registry.to_text();
    let once = text(HttpMetrics::new(&registry).unwrap());
    assert_eq!(text(HttpMetrics::new(&registry).unwrap()), once);
    let error = HttpMetrics::server(&registry).label("tenant", |_| "x").build().unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(HttpMetrics::server(&registry).namespace("1").build().is_err());
}

/// What no service implements never has a name of its own, whatever stands in front of the services and
/// however it says no.
#[cfg(feature = "grpc")]
#[test]
fn ten_thousand_made_up_calls_are_one_name() {
    type Happens = fn(&mut Exchange<String>);
    let refused: [Happens; 8] = [
        |call| {
            call.grpc_status(b"16");
            call.respond(200, Some(0), None, || false);
        },
        |call| {
            call.respond(200, None, None, || false);
            call.grpc_status(b"7");
            call.end();
        },
        |call| call.service_failed(),
        // Whoever called goes.
        |_| (),
        // A page for every path.
        |call| {
            call.respond(200, None, None, || false);
            call.end();
        },
        |call| {
            call.respond(200, None, None, || false);
            call.body_failed();
        },
        |call| {
            call.grpc_status(b"0");
            call.respond(404, Some(0), None, || false);
        },
        |call| {
            let poll = || call.run(&CURRENT, || std::panic::resume_unwind(Box::new(())));
            assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
        },
    ];
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::grpc_server(&registry).build().unwrap();
    let call = |path: &str, happens: Happens| {
        happens(&mut begin(&metrics, &Request { method: "POST", path, ..GET }));
    };
    for i in 0..10_000 {
        call(&format!("/made.Up{i}/Name"), refused[i % refused.len()]);
    }
    // What went well once has its name from then on.
    call("/pkg.S/Real", |call| {
        call.grpc_status(b"0");
        call.respond(200, Some(0), None, || false);
    });
    call("/pkg.S/Real", refused[0]);
    call("/pkg.S/Real", refused[3]);
    let lines = lines(&registry.snapshot());
    let handled: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("grpc_server_handled ")).collect();
    assert_eq!(
        handled,
        [
            "Canceled _OTHER _OTHER: U64(1250)",
            "OK _OTHER _OTHER: U64(1250)",
            "PermissionDenied _OTHER _OTHER: U64(1250)",
            "Unauthenticated _OTHER _OTHER: U64(1250)",
            "Unknown _OTHER _OTHER: U64(5000)",
            "Canceled Real pkg.S: U64(1)",
            "OK Real pkg.S: U64(1)",
            "Unauthenticated Real pkg.S: U64(1)",
        ]
    );
    assert!(lines.contains(&"grpc_server_method_overflow : U64(0)".into()), "{lines:?}");
}

#[test]
fn a_password_is_no_part_of_a_clients_server() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::client(&registry).build().unwrap();
    for host in ["user:secret@api.example:8080", "a@b@api.example:8080", "api.example:8080"] {
        let request = Request { headers: &[("host", host)], ..GET };
        begin(&metrics, &request).respond(200, Some(0), None, || false);
    }
    let text = registry.to_text();
    assert!(!text.contains("secret") && !text.contains('@'), "{text}");
    let count = "http_client_requests_total{method=\"GET\",server=\"api.example:8080\",route=\"\",status=\"200\"} 3";
    assert!(text.contains(count), "{text}");
}

/// How one request of the model ends.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Complete,
    Cancel,
    Panic,
    BreakOff,
    Fail,
}

proptest! {
    #[test]
    fn whatever_clients_send_and_however_it_ends_series_are_few_and_nothing_is_in_flight(
        requests in proptest::collection::vec(
            (".{0,12}", "/.{0,12}", ".{0,12}", prop::sample::select(vec![
                Fate::Complete, Fate::Cancel, Fate::Panic, Fate::BreakOff, Fate::Fail,
            ])),
            0..40,
        ),
    ) {
        let (registry, _hand) = registry();
        let metrics = HttpMetrics::new(&registry).unwrap();
        for (method, path, host, fate) in &requests {
            let headers = [("host", host.as_str())];
            let request = Request { method, path, headers: &headers, size: None };
            let mut exchange = begin(&metrics, &request);
            match fate {
                Fate::Complete => exchange.respond(404, Some(0), None, || false),
                Fate::Cancel => {}
                Fate::Panic => {
                    let poll = || exchange.run(&CURRENT, || std::panic::resume_unwind(Box::new(())));
                    prop_assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
                }
                Fate::BreakOff => {
                    exchange.respond(200, None, None, || false);
                    exchange.chunk(1);
                }
                Fate::Fail => exchange.service_failed(),
            }
        }
        prop_assert_eq!(in_flight(&registry), 0.0);
        let snapshot = registry.snapshot();
        let family = snapshot.family("http_requests").unwrap();
        // Methods that are known by chance, and four statuses.
        prop_assert!(family.all_series().len() <= 8);
        let counted: u64 = family.all_series().iter().map(|series| match series.value() {
            Value::Counter(Number::U64(n)) => *n,
            _ => 0,
        }).sum();
        prop_assert_eq!(counted, requests.len() as u64);
    }
}
