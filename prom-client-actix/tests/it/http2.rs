//! Over HTTP/2 without TLS, as `bind_auto_h2c` serves it.

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpServer};
use h2::client::SendRequest;
use prom_client::Registry;
use prom_client::http::Profile;
use prom_client_actix::MetricsLayer;
use tokio::net::TcpStream;

use crate::support::{
    Chunks, counted, everything, in_flight, measured, series, streamed, sum, until,
};

/// A connection to an app of these routes with this layer, which serves as long as the test runs.
async fn connected(layer: MetricsLayer) -> SendRequest<Bytes> {
    let app = move || {
        // More than a client that reads nothing lets come.
        let huge =
            || async { streamed(Chunks::new(vec![Some(Bytes::from(vec![0; 1 << 20])); 16])) };
        App::new()
            .wrap(layer.clone())
            .route("/text", web::get().to(|| async { "text" }))
            .route("/chunks", web::get().to(|| async { streamed(Chunks::data(&["aaaa", "bbbb"])) }))
            .route("/echo", web::post().to(|body: Bytes| async { body }))
            .route("/huge", web::get().to(huge))
    };
    let server = HttpServer::new(app).workers(1).disable_signals();
    let server = server.bind_auto_h2c("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    let stream = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::Builder::new().handshake(stream).await.unwrap();
    actix_web::rt::spawn(connection);
    client
}

/// The response's body after this request, from its first chunk on.
async fn ask(
    client: &SendRequest<Bytes>,
    method: &str,
    path: &str,
    body: Option<&'static str>,
) -> h2::RecvStream {
    let uri = format!("http://h{path}");
    let request = http02::Request::builder().method(method).uri(uri).body(()).unwrap();
    let mut client = client.clone().ready().await.unwrap();
    let (response, mut sender) = client.send_request(request, body.is_none()).unwrap();
    if let Some(body) = body {
        sender.send_data(Bytes::from_static(body.as_bytes()), true).unwrap();
    }
    let response = response.await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{method} {path}");
    response.into_body()
}

#[actix_web::test]
async fn requests_count_once_with_the_sizes_of_their_bodies() {
    let (registry, layer) = measured();
    let client = connected(layer).await;
    for (method, path, body, expected) in [
        ("GET", "/text", None, "text"),
        ("GET", "/chunks", None, "aaaabbbb"),
        ("POST", "/echo", Some("sent"), "sent"),
    ] {
        let mut answer = ask(&client, method, path, body).await;
        let mut text = Vec::new();
        while let Some(chunk) = answer.data().await {
            text.extend(chunk.unwrap());
        }
        assert_eq!(text, expected.as_bytes(), "{method} {path}");
    }
    until("all are over", || in_flight(&registry) == 0.0).await;
    let all = ["1 GET /chunks 200", "1 GET /text 200", "1 POST /echo 200"];
    assert_eq!(counted(&registry), all);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (16.0, 3));
}

/// actix looks for that when it sends, and not while a body has nothing to send.
#[actix_web::test]
async fn a_stream_that_its_client_resets_is_a_client_that_went() {
    let (registry, layer) = measured();
    let client = connected(layer).await;
    let mut answer = ask(&client, "GET", "/huge", None).await;
    assert!(answer.data().await.unwrap().is_ok());
    drop((answer, client));
    until("it is over", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET /huge 200", "1 GET /huge client_disconnect body"]);
}

#[actix_web::test]
async fn the_label_for_the_version_is_2() {
    let registry = Registry::new();
    let metrics = everything(&registry).profile(Profile::OpenTelemetry).build().unwrap();
    let client = connected(MetricsLayer::from(metrics)).await;
    let mut answer = ask(&client, "GET", "/text", None).await;
    assert_eq!(answer.data().await.unwrap().unwrap(), "text");
    let versions = || {
        let labels = ["http_route", "network_protocol_version"];
        series(&registry, "http_server_request_duration_seconds", labels)
    };
    until("it is counted", || versions() == ["1 /text 2"]).await;
}
