//! The same layer around a client.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use prom_client::Registry;
use prom_client::http::{HttpMetrics, Profile};
use prom_client_axum::{MetricsLayer, UrlTemplate};
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{Served, ask, counted, measured, request, series};

#[tokio::test]
async fn requests_of_a_client_are_counted_by_server_and_template() {
    let registry = Registry::new();
    let layer = MetricsLayer::from(HttpMetrics::client(&registry).build().unwrap());
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let client = layer.layer(client);
    let app = Router::new().route("/users/{id}", get(|| async { "user" }));
    let served = Served::start(app).await;
    for (path, template) in
        [("users/7", Some("/users/{id}")), ("users/8", Some("/users/{id}")), ("nope", None)]
    {
        let mut request = Request::get(format!("http://{}/{path}", served.address));
        if let Some(template) = template {
            request = request.extension(UrlTemplate(template));
        }
        let response = client.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        response.into_body().collect().await.unwrap();
    }
    // Nobody listens there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let request = Request::get(format!("http://{closed}/")).body(Body::empty()).unwrap();
    assert!(client.oneshot(request).await.is_err());

    let labels = ["method", "server", "route", "status"];
    let server = served.address;
    let mut expected = vec![
        format!("1 GET {closed}  "),
        format!("1 GET {server}  404"),
        format!("2 GET {server} /users/{{id}} 200"),
    ];
    expected.sort();
    assert_eq!(series(&registry, "http_client_requests", labels), expected);
    assert_eq!(
        series(&registry, "http_client_requests_aborted", ["reason", "phase"]),
        ["1 service_error handler"]
    );
}

#[tokio::test]
async fn a_password_in_a_target_is_in_no_label() {
    let registry = Registry::new();
    let metrics = HttpMetrics::client(&registry)
        .label("target", |head| head.authority().unwrap_or_default().to_owned())
        .build()
        .unwrap();
    let client = MetricsLayer::from(metrics).layer(service_fn(answer));
    for target in ["http://user:secret@api.example:8080/", "http://secret@api.example:8080/"] {
        let request = Request::get(target).body(Body::empty()).unwrap();
        client.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(
        series(&registry, "http_client_requests", ["server", "target"]),
        ["2 api.example:8080 api.example:8080"]
    );
}

#[tokio::test]
async fn a_request_that_is_forwarded_has_its_own_template_or_none() {
    let (servers, layer) = measured();
    let registry = Registry::new();
    let metrics =
        HttpMetrics::client(&registry).peer("inner").exclude_path("/one/1").build().unwrap();
    let client = MetricsLayer::from(metrics).layer(service_fn(answer));
    let forward = |template: Option<UrlTemplate>| {
        let client = client.clone();
        get(move |mut request: Request<Body>| async move {
            template.map(|template| request.extensions_mut().insert(template));
            *request.uri_mut() = "http://inner/".parse().unwrap();
            client.oneshot(request).await
        })
    };
    let app = Router::new()
        .route("/one/{x}", forward(Some(UrlTemplate("/template"))))
        .route("/two/{x}", forward(None))
        .layer(layer);
    for path in ["/one/1", "/two/2"] {
        ask(&app, request("GET", path)).await;
    }
    assert_eq!(series(&registry, "http_client_requests", ["route"]), ["1 ", "1 /template"]);
    assert_eq!(counted(&servers), ["1 GET /one/{x} 200", "1 GET /two/{x} 200"]);
}

#[tokio::test]
async fn the_port_of_a_target_that_names_none_is_its_schemes() {
    let registry = Registry::new();
    let metrics = HttpMetrics::client(&registry).profile(Profile::OpenTelemetry);
    let client = MetricsLayer::from(metrics.build().unwrap()).layer(service_fn(answer));
    for target in ["https://a.example/", "http://b.example/", "https://c.example:8443/", "/"] {
        let request = Request::get(target).header("host", "d.example").body(Body::empty());
        client.clone().oneshot(request.unwrap()).await.unwrap();
    }
    let labels = ["server_address", "server_port"];
    assert_eq!(
        series(&registry, "http_client_request_duration_seconds", labels),
        ["1 a.example 443", "1 b.example 80", "1 c.example 8443", "1 d.example 80"]
    );
}

async fn answer(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::empty()))
}

#[tokio::test]
async fn a_client_has_opentelemetrys_names_too() {
    let registry = Registry::new();
    let metrics = HttpMetrics::client(&registry).profile(Profile::OpenTelemetry).peer("users:80");
    let layer = MetricsLayer::from(metrics.build().unwrap());
    let client = layer.layer(Client::builder(TokioExecutor::new()).build_http::<Body>());
    let served = Served::start(Router::new()).await;
    let request = Request::get(format!("http://{}/", served.address)).body(Body::empty()).unwrap();
    let response = client.oneshot(request).await.unwrap();
    response.into_body().collect().await.unwrap();
    let labels = [
        "http_request_method",
        "server_address",
        "server_port",
        "http_response_status_code",
        "error_type",
        "network_protocol_version",
    ];
    assert_eq!(
        series(&registry, "http_client_request_duration_seconds", labels),
        ["1 GET users 80 404 404 1.1"]
    );
}
