//! Who asks cannot tell whether there is a layer.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{
    Frames, Served, counted, in_flight, measured, request, series, streamed, until,
};

fn app() -> Router {
    let trailers = || async {
        let mut trailers = HeaderMap::new();
        trailers.insert("x-checksum", "1234".parse().unwrap());
        let data = Frame::data(Bytes::from_static(b"data"));
        let mut response = streamed(Frames::new(vec![Some(data), Some(Frame::trailers(trailers))]));
        response.headers_mut().insert("trailer", "x-checksum".parse().unwrap());
        response
    };
    let broken = || async {
        let data = Frame::data(Bytes::from_static(b"data"));
        streamed(Frames::new(vec![Some(data), None]))
    };
    async fn panics() -> StatusCode {
        panic!("expected")
    }
    Router::new()
        .route("/text", get(|| async { "text" }).post(|body: Bytes| async { body }))
        .route("/empty", get(|| async {}))
        .route("/204", get(|| async { StatusCode::NO_CONTENT }))
        .route("/304", get(|| async { StatusCode::NOT_MODIFIED }))
        .route("/500", get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "sorry") }))
        .route("/stream", get(|| async { streamed(Frames::data(&["a", "bb", "ccc"])) }))
        .route("/large", get(|| async { vec![7_u8; 300_000] }))
        .route("/trailers", get(trailers))
        .route("/broken", get(broken))
        .route("/panic", get(panics))
}

/// Without the one header that tells the time.
fn undated(answer: &[u8]) -> Vec<u8> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    let (head, body) = answer.split_at(end);
    let head = String::from_utf8_lossy(head);
    let lines = head.split("\r\n").filter(|line| !line.starts_with("date: "));
    let mut rest = lines.collect::<Vec<_>>().join("\r\n").into_bytes();
    rest.extend_from_slice(body);
    rest
}

#[tokio::test]
async fn answers_are_the_same_bytes_with_and_without_the_layer() {
    let (registry, layer) = measured();
    let bare = Served::start(app()).await;
    let wrapped = Served::start(app().layer(layer)).await;
    let paths = [
        "/text",
        "/empty",
        "/204",
        "/304",
        "/500",
        "/stream",
        "/large",
        "/trailers",
        "/broken",
        "/panic",
        "/nope",
    ];
    let mut compared = 0;
    for path in paths {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "BREW"] {
            for (version, more) in
                [("1.1", "te: trailers\r\n"), ("1.0", ""), ("1.1", "content-length: 3\r\n")]
            {
                let body = if more.starts_with("content") { "abc" } else { "" };
                let text = format!(
                    "{method} {path} HTTP/{version}\r\nhost: h\r\nconnection: close\r\n{more}\r\n{body}"
                );
                let [one, two] = [bare.exchange(&text).await, wrapped.exchange(&text).await];
                assert_eq!(
                    String::from_utf8_lossy(&undated(&one)),
                    String::from_utf8_lossy(&undated(&two)),
                    "{text}"
                );
                compared += usize::from(!one.is_empty());
            }
        }
    }
    // Those that panic have no answer, nor has one whose body breaks off before its head is on the way.
    assert_eq!(compared, 11 * 5 * 3 - 3 * 3);
    until("all are over", || in_flight(&registry) == 0.0).await;
    let requests = series(&registry, "http_requests", []);
    let requests = requests.iter().map(|count| count.trim().parse::<usize>().unwrap());
    assert_eq!(requests.sum::<usize>(), 11 * 5 * 3);
    // Nobody went: each was asked to its end.
    assert_eq!(
        series(&registry, "http_requests_aborted", ["method", "route", "reason", "phase"]),
        [
            "3 GET /broken body_error body",
            "3 GET /panic panic handler",
            "3 HEAD /panic panic handler",
        ]
    );
}

#[tokio::test]
async fn frames_hints_and_ends_are_those_of_the_inner_body() {
    let (registry, layer) = measured();
    let hint = |lower, upper| {
        let mut hint = SizeHint::new();
        hint.set_lower(lower);
        hint.set_upper(upper);
        hint
    };
    for hinted in [hint(0, 9), hint(3, 3), SizeHint::new()] {
        let of_body = hinted;
        let service = service_fn(move |_| {
            let mut trailers = HeaderMap::new();
            trailers.insert("x", "1".parse().unwrap());
            let data = Frame::data(Bytes::from_static(b"abc"));
            let mut body = Frames::new(vec![Some(data), Some(Frame::trailers(trailers))]);
            body.hint = of_body;
            async move { Ok::<_, Infallible>(Response::new(body)) }
        });
        let response = layer.layer(service).oneshot(request("GET", "/")).await.unwrap();
        let mut body = response.into_body();
        let seen = body.size_hint();
        assert_eq!((seen.lower(), seen.upper()), (hinted.lower(), hinted.upper()));
        assert!(!body.is_end_stream());
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "abc");
        assert_eq!(body.frame().await.unwrap().unwrap().into_trailers().unwrap()["x"], "1");
        assert!(body.frame().await.is_none());
    }
    let service = service_fn(|_| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let response = layer.layer(service).oneshot(request("GET", "/")).await.unwrap();
    assert!(response.body().is_end_stream());
    assert_eq!(response.body().size_hint().exact(), Some(0));
    assert_eq!(counted(&registry), ["4 GET unmatched 200"]);
}
