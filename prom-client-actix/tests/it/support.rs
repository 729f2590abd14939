//! Servers and clients over TCP, and what was counted.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServerHandle, Service, ServiceResponse};
use actix_web::web::{Bytes, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer, test};
use prom_client::http::{HttpMetrics, HttpMetricsBuilder};
use prom_client::{Registry, Value};
use prom_client_actix::MetricsLayer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A registry, and a layer that measures all there is.
pub(crate) fn measured() -> (Registry, MetricsLayer) {
    let registry = Registry::new();
    let layer = MetricsLayer::from(everything(&registry).build().unwrap());
    (registry, layer)
}

pub(crate) fn everything(registry: &Registry) -> HttpMetricsBuilder {
    HttpMetrics::server(registry).time_to_first_byte().request_sizes().response_sizes()
}

pub(crate) fn request(method: &str, path: &str) -> test::TestRequest {
    test::TestRequest::default().method(method.parse().unwrap()).uri(path)
}

/// The response to one request, its body read to the end: an error's too.
pub(crate) async fn ask<S, B>(app: &S, request: test::TestRequest) -> (u16, Bytes)
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    match app.call(request.to_request()).await {
        Ok(response) => {
            let status = response.status().as_u16();
            (status, test::try_read_body(response).await.unwrap_or_default())
        }
        Err(error) => (error.as_response_error().status_code().as_u16(), Bytes::new()),
    }
}

/// What was counted, a line for each series: `2 GET /users/{id} 200` of requests, and
/// `1 GET /users/{id} client_disconnect body` of those aborted. An error if durations are of others.
pub(crate) fn counted(registry: &Registry) -> Vec<String> {
    let labels = ["method", "route", "status"];
    let requests = series(registry, "http_requests", labels);
    assert_eq!(requests, series(registry, "http_request_duration_seconds", labels));
    let aborted = ["method", "route", "reason", "phase"];
    requests.into_iter().chain(series(registry, "http_requests_aborted", aborted)).collect()
}

/// Counts of all series of a family, each with the values of these labels.
pub(crate) fn series<const N: usize>(
    registry: &Registry,
    family: &str,
    labels: [&str; N],
) -> Vec<String> {
    let snapshot = registry.snapshot();
    let all = snapshot.family(family).into_iter().flat_map(|family| family.all_series());
    let line = |series: &prom_client::Series| {
        let values = labels.map(|label| {
            let mut all = series.labels();
            all.find(|(name, _)| *name == label)
                .map_or(String::new(), |(_, value)| value.to_owned())
        });
        let count = match series.value() {
            Value::Counter(number) => number.as_f64(),
            Value::Histogram(histogram) => histogram.count() as f64,
            _ => f64::NAN,
        };
        format!("{count} {}", values.join(" "))
    };
    let mut lines: Vec<String> = all.map(line).collect();
    lines.sort();
    lines
}

/// Sum and count over all series of a family of histograms.
pub(crate) fn sum(registry: &Registry, family: &str) -> (f64, u64) {
    let snapshot = registry.snapshot();
    let all = snapshot.family(family).into_iter().flat_map(|family| family.all_series());
    all.fold((0.0, 0), |(sum, count), series| match series.value() {
        Value::Histogram(histogram) => (sum + histogram.sum(), count + histogram.count()),
        _ => (f64::NAN, count),
    })
}

/// How many requests are in flight, of all methods.
pub(crate) fn in_flight(registry: &Registry) -> f64 {
    let snapshot = registry.snapshot();
    let family = snapshot.family("http_requests_in_flight");
    let all = family.into_iter().flat_map(|family| family.all_series());
    all.map(|series| match series.value() {
        Value::Gauge(number) => number.as_f64(),
        _ => f64::NAN,
    })
    .sum()
}

/// An app that serves until it is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
}

impl Served {
    /// With this layer, if there is one, on this number of workers.
    pub(crate) fn start(
        layer: Option<MetricsLayer>,
        workers: usize,
        half_closed: bool,
        routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        let (server, address) = match layer {
            Some(layer) => {
                let app = move || App::new().wrap(layer.clone()).configure(routes.clone());
                let server = HttpServer::new(app).h1_allow_half_closed(half_closed);
                let server = server.workers(workers).disable_signals().bind("127.0.0.1:0").unwrap();
                let address = server.addrs()[0];
                (server.run(), address)
            }
            None => {
                let app = move || App::new().configure(routes.clone());
                let server = HttpServer::new(app).h1_allow_half_closed(half_closed);
                let server = server.workers(workers).disable_signals().bind("127.0.0.1:0").unwrap();
                let address = server.addrs()[0];
                (server.run(), address)
            }
        };
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle }
    }

    /// With this layer, on one worker.
    pub(crate) fn with(
        layer: MetricsLayer,
        routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        Self::start(Some(layer), 1, true, routes)
    }

    /// A connection that has sent this.
    pub(crate) async fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// All that is answered to this until the connection ends; it should ask for that.
    pub(crate) async fn exchange(&self, text: &str) -> Vec<u8> {
        exchange_with(self.address, text).await
    }

    /// The same for a request without a body.
    pub(crate) async fn ask(&self, method: &str, path: &str) -> Vec<u8> {
        self.exchange(&format!("{method} {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"))
            .await
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// See [`Served::exchange`].
pub(crate) async fn exchange_with(address: SocketAddr, text: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is reset has been answered as far as it was.
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

/// Waits until `done`, for at most ten seconds.
pub(crate) async fn until(what: &str, done: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !done() {
        assert!(begun.elapsed().as_secs() < 10, "never: {what}");
        tokio::task::yield_now().await;
    }
}

/// Tells that it was dropped.
#[derive(Debug)]
pub(crate) struct Dropped(pub(crate) tokio::sync::mpsc::UnboundedSender<()>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// A body of these chunks, which says nothing of its length unless told to; `None` is an error.
#[derive(Debug)]
pub(crate) struct Chunks {
    chunks: std::vec::IntoIter<Option<Bytes>>,
    pub(crate) size: BodySize,
    /// After the last chunk nothing comes any more.
    pub(crate) endless: bool,
    /// Kept as long as the body is.
    pub(crate) kept: Option<Dropped>,
}

impl Chunks {
    pub(crate) fn new(chunks: Vec<Option<Bytes>>) -> Self {
        let chunks = chunks.into_iter();
        Self { chunks, size: BodySize::Stream, endless: false, kept: None }
    }

    pub(crate) fn data(chunks: &[&'static str]) -> Self {
        let chunk = |chunk: &&'static str| Some(Bytes::from_static(chunk.as_bytes()));
        Self::new(chunks.iter().map(chunk).collect())
    }
}

impl MessageBody for Chunks {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, std::io::Error>>> {
        match self.chunks.next() {
            Some(chunk) => Poll::Ready(Some(chunk.ok_or_else(|| std::io::Error::other("broken")))),
            None if self.endless => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

pub(crate) fn streamed(body: Chunks) -> HttpResponse {
    HttpResponse::Ok().message_body(body).unwrap().map_into_boxed_body()
}
