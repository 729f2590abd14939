//! Calls of gRPC, whose status comes last.

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use prom_client::Registry;
use prom_client::http::{HttpMetrics, Profile};
use prom_client_axum::MetricsLayer;
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::support::{Frames, request, series, streamed};

/// A method for each way that a call can end.
async fn serve(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let data = || Some(Frame::data(Bytes::from_static(b"\0\0\0\0\0")));
    let trailers = |status: &str| {
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", status.parse().unwrap());
        Some(Frame::trailers(trailers))
    };
    let head_only = |status: &str| {
        let mut response = Response::new(Body::empty());
        response.headers_mut().insert("grpc-status", status.parse().unwrap());
        response
    };
    if request.headers().contains_key("well") {
        return Ok(head_only("0"));
    }
    Ok(match request.uri().path() {
        "/pkg.S/Unary" => streamed(Frames::new(vec![data(), trailers("0")])),
        "/pkg.S/Stream" => streamed(Frames::new(vec![data(), data(), data(), trailers("4")])),
        "/pkg.S/NoMessage" => streamed(Frames::new(vec![trailers("5")])),
        "/pkg.S/TrailersOnly" => head_only("7"),
        "/pkg.S/Silent" => streamed(Frames::new(vec![data()])),
        "/pkg.S/Nothing" => Response::new(Body::empty()),
        "/pkg.S/Broken" => streamed(Frames::new(vec![data(), None])),
        "/pkg.S/Never" => std::future::pending().await,
        "/proxy" => Response::builder().status(503).body(Body::empty()).unwrap(),
        _ => head_only("12"),
    })
}

const METHODS: [&str; 11] = [
    "/pkg.S/Unary",
    "/pkg.S/Stream",
    "/pkg.S/NoMessage",
    "/pkg.S/TrailersOnly",
    "/pkg.S/Silent",
    "/pkg.S/Nothing",
    "/pkg.S/Broken",
    "/pkg.S/Never",
    "/proxy",
    "/made.Up/Name",
    "/made.Up/AnotherName",
];

async fn call_all(layer: MetricsLayer) {
    let service = layer.layer(service_fn(serve));
    // What went well once has its name from then on.
    for path in METHODS.iter().filter(|path| path.starts_with("/pkg.S/")) {
        let mut request = request("POST", path);
        request.headers_mut().insert("well", "yes".parse().unwrap());
        service.clone().oneshot(request).await.unwrap();
    }
    for path in METHODS {
        if path.ends_with("Never") {
            drop(service.clone().call(request("POST", path)));
            continue;
        }
        let response = service.clone().oneshot(request("POST", path)).await.unwrap();
        let _ = response.into_body().collect().await;
    }
}

#[tokio::test]
async fn calls_are_counted_by_service_method_and_status() {
    let registry = Registry::new();
    call_all(MetricsLayer::from(HttpMetrics::grpc_server(&registry).build().unwrap())).await;
    let labels = ["grpc_service", "grpc_method", "grpc_code"];
    let expected = [
        "1 _OTHER _OTHER Unavailable",
        "1 pkg.S Broken OK",
        "1 pkg.S Broken Unknown",
        "1 pkg.S Never Canceled",
        "1 pkg.S Never OK",
        "1 pkg.S NoMessage NotFound",
        "1 pkg.S NoMessage OK",
        "1 pkg.S Nothing OK",
        "1 pkg.S Nothing Unknown",
        "1 pkg.S Silent OK",
        "1 pkg.S Silent Unknown",
        "1 pkg.S Stream DeadlineExceeded",
        "1 pkg.S Stream OK",
        "1 pkg.S TrailersOnly OK",
        "1 pkg.S TrailersOnly PermissionDenied",
        "2 _OTHER _OTHER Unimplemented",
        "2 pkg.S Unary OK",
    ];
    assert_eq!(series(&registry, "grpc_server_handled", labels), expected);
    assert_eq!(series(&registry, "grpc_server_handling_seconds", labels), expected);
    assert_eq!(registry.snapshot().gauge("grpc_server_in_flight", &[]), Some(0));
}

#[tokio::test]
async fn opentelemetrys_names_have_the_whole_method() {
    let registry = Registry::new();
    let metrics = HttpMetrics::grpc_server(&registry).profile(Profile::OpenTelemetry);
    call_all(MetricsLayer::from(metrics.build().unwrap())).await;
    let labels = ["rpc_system_name", "rpc_method", "rpc_status_code", "error_type"];
    assert_eq!(
        series(&registry, "rpc_server_call_duration_seconds", labels),
        [
            "1 grpc _OTHER UNAVAILABLE UNAVAILABLE",
            "1 grpc pkg.S/Broken OK ",
            "1 grpc pkg.S/Broken UNKNOWN UNKNOWN",
            "1 grpc pkg.S/Never CANCELLED ",
            "1 grpc pkg.S/Never OK ",
            "1 grpc pkg.S/NoMessage NOT_FOUND ",
            "1 grpc pkg.S/NoMessage OK ",
            "1 grpc pkg.S/Nothing OK ",
            "1 grpc pkg.S/Nothing UNKNOWN UNKNOWN",
            "1 grpc pkg.S/Silent OK ",
            "1 grpc pkg.S/Silent UNKNOWN UNKNOWN",
            "1 grpc pkg.S/Stream DEADLINE_EXCEEDED DEADLINE_EXCEEDED",
            "1 grpc pkg.S/Stream OK ",
            "1 grpc pkg.S/TrailersOnly OK ",
            "1 grpc pkg.S/TrailersOnly PERMISSION_DENIED ",
            "2 grpc _OTHER UNIMPLEMENTED UNIMPLEMENTED",
            "2 grpc pkg.S/Unary OK ",
        ]
    );
}
