//! Layers within one another: who counts, and what the inner ones leave for the outer.

use super::*;

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
