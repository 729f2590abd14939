//! Who asks cannot tell whether there is a layer.

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::Service;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App, HttpResponse, test};

use crate::support::{
    Chunks, Served, counted, in_flight, measured, request, series, streamed, until,
};

fn routes(config: &mut ServiceConfig) {
    async fn panics() -> HttpResponse {
        panic!("expected")
    }
    let broken = || async { streamed(Chunks::new(vec![Some(Bytes::from_static(b"data")), None])) };
    config
        .service(web::resource("/text").get(|| async { "text" }).post(|body: Bytes| async { body }))
        .route("/empty", web::get().to(|| async { "" }))
        .route("/204", web::get().to(HttpResponse::NoContent))
        .route("/304", web::get().to(HttpResponse::NotModified))
        .route(
            "/500",
            web::get().to(|| async { HttpResponse::InternalServerError().body("sorry") }),
        )
        .route("/stream", web::get().to(|| async { streamed(Chunks::data(&["a", "bb", "ccc"])) }))
        .route("/large", web::get().to(|| async { vec![7_u8; 300_000] }))
        .route(
            "/error",
            web::get().to(|| async { Err::<&str, _>(actix_web::error::ErrorConflict("twice")) }),
        )
        .route("/broken", web::get().to(broken))
        .route("/panic", web::get().to(panics));
}

/// Without the one header that tells the time, and with the others in order: actix has them in a map whose order
/// differs from one run of a worker to the next.
fn undated(answer: &[u8]) -> Vec<u8> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    let (head, body) = answer.split_at(end);
    let head = String::from_utf8_lossy(head);
    let mut lines: Vec<&str> =
        head.split("\r\n").filter(|line| !line.starts_with("date: ")).collect();
    lines.sort_unstable();
    let mut rest = lines.join("\r\n").into_bytes();
    rest.extend_from_slice(body);
    rest
}

#[actix_web::test]
async fn answers_are_the_same_bytes_with_and_without_the_layer() {
    let (registry, layer) = measured();
    let bare = Served::start(None, 1, true, routes);
    let wrapped = Served::start(Some(layer), 1, true, routes);
    let paths = [
        "/text", "/empty", "/204", "/304", "/500", "/stream", "/large", "/error", "/broken",
        "/panic", "/nope",
    ];
    let mut compared = 0;
    let mut compare = async |text: &str| {
        let [one, two] = [bare.exchange(text).await, wrapped.exchange(text).await];
        assert_eq!(
            String::from_utf8_lossy(&undated(&one)),
            String::from_utf8_lossy(&undated(&two)),
            "{text}"
        );
        compared += usize::from(!one.is_empty());
    };
    for path in paths {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "BREW"] {
            for version in ["1.0", "1.1"] {
                let head = format!("{method} {path} HTTP/{version}\r\nhost: h\r\n");
                compare(&format!("{head}connection: close\r\n\r\n")).await;
            }
        }
    }
    // Only where it is read: actix waits for the rest of what was not.
    for framed in
        ["content-length: 3\r\n\r\nabc", "transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"]
    {
        compare(&format!("POST /text HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{framed}")).await;
    }
    // Those that panic have no answer, nor has one whose body breaks off before its head is on the way.
    assert!(compared >= 11 * 5 * 2 + 2 - 2 * 2 * 2, "{compared}");
    until("all are over", || in_flight(&registry) == 0.0).await;
    let requests = series(&registry, "http_requests", ["method"]);
    let of = |method: &str| {
        let count = |line: &String| line.strip_suffix(method)?.trim().parse::<usize>().ok();
        requests.iter().filter_map(count).sum::<usize>()
    };
    for method in ["GET", "HEAD", "OPTIONS", "_OTHER"] {
        assert_eq!(of(method), 11 * 2, "{method}");
    }
    // The server refuses it in HTTP/1.0 without a length.
    assert_eq!(of("POST"), 11 + 2);
    // Nobody went: each was asked to its end.
    assert_eq!(
        series(&registry, "http_requests_aborted", ["method", "route", "reason", "phase"]),
        ["2 GET /broken body_error body", "2 GET /panic panic handler"]
    );
}

#[actix_web::test]
async fn sizes_and_bytes_are_those_of_the_inner_body() {
    let (registry, layer) = measured();
    let sized = |size: BodySize| {
        web::get().to(move || async move {
            let mut body = Chunks::data(&["abc"]);
            body.size = size;
            streamed(body)
        })
    };
    let app = App::new()
        .wrap(layer)
        .route("/sized", sized(BodySize::Sized(3)))
        .route("/stream", sized(BodySize::Stream))
        .route("/none", sized(BodySize::None))
        .route("/bytes", web::get().to(|| async { "abcd" }));
    let app = test::init_service(app).await;
    for (path, size, bytes) in [
        ("/sized", BodySize::Sized(3), None),
        ("/stream", BodySize::Stream, None),
        ("/none", BodySize::None, Some("")),
        ("/bytes", BodySize::Sized(4), Some("abcd")),
    ] {
        let response = app.call(request("GET", path).to_request()).await.unwrap();
        let body = response.into_body();
        assert_eq!(body.size(), size, "{path}");
        let taken = body.try_into_bytes().ok();
        assert_eq!(taken, bytes.map(Bytes::from), "{path}");
    }
    assert!(counted(&registry).contains(&"1 GET /bytes 200".into()));
    assert!(!counted(&registry).iter().any(|line| line.contains("/bytes client")));
}
