//! Sizes are of what went over the wire, whatever a body's shape.

use actix_web::middleware::Compress;
use actix_web::web::{self, Bytes};
use actix_web::{App, test};
use prom_client::Registry;
use prom_client::http::HttpMetrics;
use prom_client_actix::{MetricsLayer, RequestBodySizeLayer};

use crate::support::{
    Chunks, Served, ask, counted, everything, in_flight, measured, request, streamed, sum, until,
};

#[actix_web::test]
async fn a_body_in_chunks_is_one_observation_of_all_of_it() {
    let (registry, layer) = measured();
    let chunks = || async { streamed(Chunks::data(&["aaaa", "bbbb", "cccc", "dddd"])) };
    let app = App::new().wrap(layer).route("/", web::get().to(chunks));
    let app = test::init_service(app).await;
    let (_, body) = ask(&app, request("GET", "/")).await;
    assert_eq!(body.len(), 16);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (16.0, 1));
}

#[actix_web::test]
async fn empty_and_huge_bodies_are_measured_exactly() {
    const HUGE: usize = 64 << 20;
    let (registry, layer) = measured();
    let served = Served::with(layer, |config| {
        let stream = || async {
            let zeros = Bytes::from(vec![0; 1 << 20]);
            streamed(Chunks::new(vec![Some(zeros); HUGE >> 20]))
        };
        config
            .route("/empty", web::get().to(|| async { "" }))
            .route("/empty_stream", web::get().to(|| async { streamed(Chunks::data(&[])) }))
            .route("/huge", web::get().to(|| async { vec![0_u8; HUGE] }))
            .route("/huge_stream", web::get().to(stream));
    });
    for path in ["/empty", "/empty_stream", "/huge", "/huge_stream"] {
        served.ask("GET", path).await;
    }
    until("all are over", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry).len(), 4);
    assert!(
        counted(&registry).iter().all(|line| line.starts_with("1 GET /") && line.ends_with("200"))
    );
    assert_eq!(sum(&registry, "http_response_size_bytes"), (2.0 * HUGE as f64, 4));
}

#[actix_web::test]
async fn without_a_layer_of_its_own_a_request_is_as_long_as_its_framing_says() {
    let (registry, layer) = measured();
    let served = Served::with(layer, |config| {
        config.route("/", web::post().to(|| async { "" }));
    });
    let head = "POST / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n";
    served.exchange(&format!("{head}content-length: 5\r\n\r\nabcde")).await;
    served
        .exchange(&format!("{head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
        .await;
    served.exchange(&format!("{head}\r\n")).await;
    until("all are over", || counted(&registry) == ["3 POST / 200"]).await;
    assert_eq!(sum(&registry, "http_request_size_bytes"), (5.0, 2));
}

#[actix_web::test]
async fn the_layer_for_requests_counts_what_was_read() {
    let registry = Registry::new();
    let metrics = everything(&registry).build().unwrap();
    let served = Served::start(Some(MetricsLayer::from(metrics)), 1, true, |config| {
        config.service(
            web::scope("")
                .wrap(RequestBodySizeLayer::new())
                .route("/all", web::post().to(|body: Bytes| async move { body.len().to_string() }))
                .route("/none", web::post().to(|| async { "0" })),
        );
    });
    let head = "HTTP/1.1\r\nhost: h\r\nconnection: close\r\n";
    for (path, body, answer, read) in [
        ("/all", "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "5", 5.0),
        ("/all", "content-length: 7\r\n\r\n1234567", "7", 12.0),
        ("/none", "content-length: 3\r\n\r\nabc", "0", 12.0),
    ] {
        let response = served.exchange(&format!("POST {path} {head}{body}")).await;
        assert!(response.ends_with(answer.as_bytes()), "{}", String::from_utf8_lossy(&response));
        until("it is over", || in_flight(&registry) == 0.0).await;
        assert_eq!(sum(&registry, "http_request_size_bytes").0, read);
    }
    assert_eq!(sum(&registry, "http_request_size_bytes").1, 3);
}

#[actix_web::test]
async fn with_compression_on_either_side_bodies_are_measured_where_the_layer_stands() {
    async fn text() -> String {
        "so long ".repeat(1_000)
    }
    for compress_inside in [true, false] {
        let (registry, layer) = measured();
        let ask_for = || request("GET", "/").insert_header(("accept-encoding", "gzip"));
        let length = if compress_inside {
            let app =
                App::new().wrap(Compress::default()).wrap(layer).route("/", web::get().to(text));
            ask(&test::init_service(app).await, ask_for()).await.1.len()
        } else {
            let app =
                App::new().wrap(layer).wrap(Compress::default()).route("/", web::get().to(text));
            ask(&test::init_service(app).await, ask_for()).await.1.len()
        };
        assert!(length < 1_000);
        let expected = if compress_inside { length as f64 } else { 8_000.0 };
        assert_eq!(sum(&registry, "http_response_size_bytes"), (expected, 1));
        assert_eq!(counted(&registry), ["1 GET / 200"]);
    }
}

#[actix_web::test]
async fn requests_of_recorded_traces_are_exemplars() {
    let registry = Registry::new();
    let metrics = HttpMetrics::server(&registry).exemplars().build().unwrap();
    let app =
        App::new().wrap(MetricsLayer::from(metrics)).route("/", web::get().to(|| async { "" }));
    let app = test::init_service(app).await;
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let traced =
        request("GET", "/").insert_header(("traceparent", format!("00-{trace}-{span}-01")));
    ask(&app, traced).await;
    let text = registry.to_openmetrics();
    let exemplar = format!("# {{trace_id=\"{trace}\",span_id=\"{span}\"}}");
    assert_eq!(text.matches(&exemplar).count(), 2, "{text}");
}
