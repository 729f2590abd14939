//! Sizes are of what went over the wire, whatever a body's shape.

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::Frame;
use prom_client::Registry;
use prom_client::http::HttpMetrics;
use prom_client_axum::{MetricsLayer, RequestBodySizeLayer};

use crate::support::{Frames, Served, ask, counted, everything, measured, request, streamed, sum};

#[tokio::test]
async fn a_body_in_chunks_is_one_observation_of_all_of_it() {
    let (registry, layer) = measured();
    let chunks = || async { streamed(Frames::data(&["aaaa", "bbbb", "cccc", "dddd"])) };
    let app = Router::new().route("/", get(chunks)).layer(layer);
    let (_, body) = ask(&app, request("GET", "/")).await;
    assert_eq!(body.len(), 16);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (16.0, 1));
}

#[tokio::test]
async fn empty_and_huge_bodies_are_measured_exactly() {
    const HUGE: usize = 64 << 20;
    let (registry, layer) = measured();
    let zeros = Bytes::from(vec![0; 1 << 20]);
    let stream = {
        let zeros = zeros.clone();
        move || {
            let frames = vec![zeros.clone(); HUGE >> 20];
            let frames = frames.into_iter().map(|chunk| Some(Frame::data(chunk))).collect();
            async move { streamed(Frames::new(frames)) }
        }
    };
    let sized = move || {
        let whole = Bytes::from(vec![0; HUGE]);
        async move { Body::from(whole) }
    };
    let app = Router::new()
        .route("/empty", get(|| async { Body::empty() }))
        .route("/empty_stream", get(|| async { streamed(Frames::data(&[])) }))
        .route("/huge", get(sized))
        .route("/huge_stream", get(stream))
        .layer(layer);
    let served = Served::start(app).await;
    for path in ["/empty", "/empty_stream", "/huge", "/huge_stream"] {
        served.ask("GET", path).await;
    }
    assert_eq!(counted(&registry).len(), 4);
    assert!(
        counted(&registry).iter().all(|line| line.starts_with("1 GET /") && line.ends_with("200"))
    );
    assert_eq!(sum(&registry, "http_response_size_bytes"), (2.0 * HUGE as f64, 4));
}

#[tokio::test]
async fn without_a_layer_of_its_own_a_request_is_as_long_as_its_framing_says() {
    let (registry, layer) = measured();
    let app = Router::new().route("/", post(|| async {})).layer(layer);
    let served = Served::start(app).await;
    let head = "POST / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n";
    served.exchange(&format!("{head}content-length: 5\r\n\r\nabcde")).await;
    served
        .exchange(&format!("{head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
        .await;
    served.exchange(&format!("{head}\r\n")).await;
    assert_eq!(sum(&registry, "http_request_size_bytes"), (5.0, 2));
}

#[tokio::test]
async fn the_layer_for_requests_counts_what_was_read() {
    let registry = Registry::new();
    let metrics = everything(&registry).build().unwrap();
    let app = Router::new()
        .route("/all", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/none", post(|| async { "0" }))
        .layer(RequestBodySizeLayer::new())
        .layer(MetricsLayer::from(metrics));
    let chunks = || Body::new(Frames::data(&["abc", "de"]));
    for (path, body, read) in
        [("/all", chunks(), 5.0), ("/all", Body::from("1234567"), 12.0), ("/none", chunks(), 12.0)]
    {
        let (_, answer) = ask(&app, Request::post(path).body(body).unwrap()).await;
        assert!(["5", "7", "0"].contains(&std::str::from_utf8(&answer).unwrap()));
        assert_eq!(sum(&registry, "http_request_size_bytes").0, read);
    }
    assert_eq!(sum(&registry, "http_request_size_bytes").1, 3);
}

#[tokio::test]
async fn requests_of_recorded_traces_are_exemplars() {
    let registry = Registry::new();
    let metrics = HttpMetrics::server(&registry).exemplars().build().unwrap();
    let app = Router::new().route("/", get(|| async {})).layer(MetricsLayer::from(metrics));
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", format!("00-{trace}-{span}-01").parse().unwrap());
    let mut traced = request("GET", "/");
    *traced.headers_mut() = headers;
    ask(&app, traced).await;
    let text = registry.to_openmetrics();
    let exemplar = format!("# {{trace_id=\"{trace}\",span_id=\"{span}\"}}");
    assert_eq!(text.matches(&exemplar).count(), 2, "{text}");
}
