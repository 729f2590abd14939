//! What clients send adds no series.

use super::*;

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
