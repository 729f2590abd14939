//! No client adds a series.

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use http::Request;
use prom_client::Registry;
use prom_client_axum::MetricsLayer;
use prom_client_testkit::{Format, Parser};

use crate::support::{ask, in_flight, request};

/// How many samples a strict reader finds, and what it would advise.
fn samples(registry: &Registry) -> usize {
    let text = registry.to_text();
    let exposition = Parser::new(Format::Text).strict().parse(text.as_bytes()).unwrap();
    assert_eq!(prom_client_testkit::lint(&exposition), []);
    text.lines().filter(|line| !line.starts_with('#')).count()
}

#[tokio::test]
async fn a_hundred_thousand_random_requests_leave_the_number_of_series() {
    let registry = Registry::new();
    let app = Router::new()
        .route("/users/{id}", any(|| async { "user" }))
        .layer(MetricsLayer::new(&registry).unwrap());
    let known = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY"];
    for method in known.into_iter().chain(["EVIL"]) {
        for path in ["/users/1", "/nope"] {
            ask(&app, request(method, path)).await;
        }
    }
    let warm = samples(&registry);
    let mut n: u64 = 0;
    for _ in 0..100_000 {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let text = format!("{:x}", n >> 8);
        let method = match n >> 60 {
            0..4 => text.to_uppercase(),
            i => known[i as usize % known.len()].to_owned(),
        };
        let path = if n % 3 == 0 { format!("/users/{text}") } else { format!("/{text}?{text}") };
        let asked = Request::builder()
            .method(method.as_str())
            .uri(path)
            .header("host", format!("{text}.example"))
            .header("user-agent", &text)
            .header("x-forwarded-for", &text)
            .body(Body::empty())
            .unwrap();
        ask(&app, asked).await;
    }
    assert_eq!(samples(&registry), warm);
    assert_eq!(in_flight(&registry), 0.0);
    let all = crate::support::series(&registry, "http_requests", ["method"]);
    let counted: usize =
        all.iter().filter_map(|line| line.split(' ').next()?.parse::<usize>().ok()).sum();
    assert_eq!(counted, 100_020);
}
