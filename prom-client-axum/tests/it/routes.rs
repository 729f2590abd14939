//! The label for the route is what a router found, wherever the layer stands, and never a path.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{any, get};
use http::{Request, Response};
use prom_client::Registry;
use prom_client::http::{HttpMetrics, RecordAs};
use prom_client_axum::{CaptureRouteLayer, MetricsLayer};
use tower::{Layer, ServiceExt};
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::services::ServeDir;

use crate::support::{ask, counted, measured, request};

fn users() -> Router {
    Router::new().route("/users/{id}", get(|| async { "user" }))
}

#[tokio::test]
async fn routes_are_templates_and_what_has_none_is_unmatched() {
    let (registry, layer) = measured();
    let app = users()
        .route("/files/{*path}", get(|| async { "file" }))
        .route_service("/service", any(|| async { "service" }))
        .nest("/api", users().fallback(|| async { "nested fallback" }))
        .nest_service("/svc", users())
        .fallback(|| async { "fallback" })
        .layer(layer);
    for (path, route) in [
        ("/users/7", "/users/{id}"),
        ("/files/a/b.txt", "/files/{*path}"),
        ("/service", "/service"),
        ("/api/users/7", "/api/users/{id}"),
        ("/api/nope", "unmatched"),
        ("/svc/users/7", "unmatched"),
        ("/wp-login.php", "unmatched"),
        ("/users/7/", "unmatched"),
    ] {
        let before = of_route(&registry, route);
        ask(&app, request("GET", path)).await;
        assert_eq!(of_route(&registry, route), before + 1, "{path}");
    }
    ask(&app, request("FOOBAR", "/users/7")).await;
    assert_eq!(
        counted(&registry),
        [
            "1 GET /api/users/{id} 200",
            "1 GET /files/{*path} 200",
            "1 GET /service 200",
            "1 GET /users/{id} 200",
            "1 _OTHER /users/{id} 405",
            "4 GET unmatched 200",
        ]
    );
}

/// How many requests of this route were counted.
fn of_route(registry: &Registry, route: &str) -> usize {
    let lines = counted(registry);
    let count = |line: &String| match line.split(' ').collect::<Vec<_>>()[..] {
        [count, _, counted, _] if counted == route => count.parse::<usize>().ok(),
        _ => None,
    };
    lines.iter().filter_map(count).sum()
}

#[tokio::test]
async fn a_router_behind_nest_service_tells_its_route() {
    let (registry, layer) = measured();
    let app = Router::new()
        .nest_service("/svc", users().layer(CaptureRouteLayer::new()))
        .nest_service(
            "/static",
            CaptureRouteLayer::named("/static/{*file}").layer(ServeDir::new("/does-not-exist")),
        )
        .layer(layer);
    for path in ["/svc/users/7", "/svc/nope", "/static/a.css", "/static/b.css"] {
        ask(&app, request("GET", path)).await;
    }
    assert_eq!(
        counted(&registry),
        ["1 GET /svc/users/{id} 200", "1 GET unmatched 404", "2 GET /static/{*file} 404"]
    );
}

#[tokio::test]
async fn around_a_router_the_layer_learns_its_routes() {
    let (registry, layer) = measured();
    let router = users()
        .nest("/api", users())
        .nest_service("/svc", users().layer(CaptureRouteLayer::new()))
        .layer(CaptureRouteLayer::new());
    let app = layer.layer(NormalizePathLayer::trim_trailing_slash().layer(router));
    for path in ["/users/7/", "/api/users/7", "/svc/users/8/", "/nope"] {
        app.clone().oneshot(request("GET", path)).await.unwrap();
    }
    let mut counted: Vec<String> = counted(&registry);
    // The bodies were dropped unread.
    counted.retain(|line| !line.contains("client_disconnect"));
    assert_eq!(
        counted,
        [
            "1 GET /api/users/{id} 200",
            "1 GET /svc/users/{id} 200",
            "1 GET /users/{id} 200",
            "1 GET unmatched 404",
        ]
    );
}

#[tokio::test]
async fn a_route_layer_counts_only_what_matches() {
    let (registry, layer) = measured();
    let app = users().route_layer(layer);
    ask(&app, request("GET", "/users/7")).await;
    ask(&app, request("PUT", "/users/7")).await;
    assert_eq!(ask(&app, request("GET", "/nope")).await.0, 404);
    assert_eq!(counted(&registry), ["1 GET /users/{id} 200", "1 PUT /users/{id} 405"]);
}

#[tokio::test]
async fn a_layer_of_a_path_counts_its_405s_and_one_of_a_handler_does_not() {
    async fn handler() -> &'static str {
        "x"
    }
    for (of_path, expected) in
        [(true, vec!["1 GET /x 200", "1 POST /x 405"]), (false, vec!["1 GET /x 200"])]
    {
        let (registry, layer) = measured();
        let path = match of_path {
            true => get(handler).layer(layer),
            false => get(handler.layer(layer)),
        };
        let app = Router::new().route("/x", path);
        ask(&app, request("GET", "/x")).await;
        ask(&app, request("POST", "/x")).await;
        assert_eq!(counted(&registry), expected);
    }
}

#[tokio::test]
async fn a_handler_names_its_route() {
    let (registry, layer) = measured();
    let handler = |request: Request<axum::body::Body>| async move {
        let mut response = Response::new(axum::body::Body::from("x"));
        let record_as = match request.uri().path() {
            "/graphql" => RecordAs::route("query users"),
            _ => RecordAs::nothing(),
        };
        response.extensions_mut().insert(record_as);
        response
    };
    let app = Router::new().fallback(handler).layer(layer);
    ask(&app, request("POST", "/graphql")).await;
    ask(&app, request("GET", "/secret")).await;
    assert_eq!(counted(&registry), ["1 POST query users 200"]);
    assert_eq!(crate::support::in_flight(&registry), 0.0);
}

#[tokio::test]
async fn rules_for_paths_see_the_whole_path_wherever_the_layer_stands() {
    let registry = Registry::new();
    let metrics = HttpMetrics::server(&registry).exclude_path("/api/health");
    let layer = MetricsLayer::from(metrics.build().unwrap());
    let health = || get(|| async { "fine" });
    let inner = Router::new().route("/health", health()).route("/metrics", health()).layer(layer);
    let app = Router::new().nest("/api", inner.clone()).nest("/other", inner);
    for path in ["/api/health", "/api/metrics", "/other/health"] {
        ask(&app, request("GET", path)).await;
    }
    assert_eq!(counted(&registry), ["1 GET /api/metrics 200", "1 GET /other/health 200"]);
}

#[tokio::test]
async fn what_the_outer_layer_excludes_no_inner_one_counts() {
    let registry = Registry::new();
    let metrics = HttpMetrics::server(&registry).exclude_path("/api/health").build().unwrap();
    let inner = Router::new().route("/health", get(|| async { "fine" }));
    let app = Router::new()
        .nest("/api", inner.layer(MetricsLayer::new(&registry).unwrap()))
        .layer(MetricsLayer::from(metrics));
    assert_eq!(ask(&app, request("GET", "/api/health")).await.0, 200);
    assert_eq!(counted(&registry), [""; 0]);
}

#[tokio::test]
async fn requests_for_metrics_are_not_counted() {
    let (registry, layer) = measured();
    let app = Router::new().route("/metrics", get(|| async { "x" })).layer(layer);
    ask(&app, request("GET", "/metrics")).await;
    ask(&app, request("GET", "/metrics?name[]=x")).await;
    assert_eq!(counted(&registry), [""; 0]);
}
