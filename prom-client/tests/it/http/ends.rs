//! Exchanges from their beginning to every end that they can have.

use super::*;

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

/// The text of a route is by code of a framework's; to ask for it again in the drop would end the process.
#[test]
fn a_route_whose_text_panics_is_asked_for_it_once_and_leaves_nothing_in_flight() {
    #[derive(Clone)]
    struct Rude;
    impl AsRef<str> for Rude {
        fn as_ref(&self) -> &str {
            panic!("expected")
        }
    }
    thread_local! {
        static CURRENT: Current<Rude> = const { Current::new() };
    }
    let (registry, _hand) = registry();
    let metrics = everything(&registry);
    let ends: [fn(Exchange<Rude>); 2] = [drop, |mut exchange| exchange.end()];
    for end in ends {
        let mut exchange = metrics.begin(&GET, &CURRENT).unwrap();
        exchange.set_route(Rude);
        assert!(catch_unwind(AssertUnwindSafe(|| end(exchange))).is_err());
        assert_eq!(in_flight(&registry), 0.0);
    }
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
fn a_cancelled_request_is_left_out_only_where_the_aborted_are_counted() {
    let (registry, _hand) = registry();
    let metrics =
        HttpMetrics::server(&registry).profile(Profile::OpenTelemetry).cancelled_status(None);
    drop(begin(&metrics.build().unwrap(), &GET));
    let lines = lines(&registry.snapshot());
    let counted = |line: &String| line.starts_with("http_server_request_duration_seconds ");
    assert_eq!(lines.iter().filter(|line| counted(line)).count(), 1, "{lines:?}");
}
