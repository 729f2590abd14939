//! Servers and clients over TCP, and what was counted.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use prom_client::http::{HttpMetrics, HttpMetricsBuilder};
use prom_client::{Registry, Value};
use prom_client_axum::MetricsLayer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// A registry, and a layer that measures all there is.
pub(crate) fn measured() -> (Registry, MetricsLayer) {
    let registry = Registry::new();
    let layer = MetricsLayer::from(everything(&registry).build().unwrap());
    (registry, layer)
}

pub(crate) fn everything(registry: &Registry) -> HttpMetricsBuilder {
    HttpMetrics::server(registry).time_to_first_byte().request_sizes().response_sizes()
}

pub(crate) fn request(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

/// The response to one request, its body read to the end.
pub(crate) async fn ask(app: &Router, request: Request<Body>) -> (u16, Bytes) {
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    (status, response.into_body().collect().await.unwrap().to_bytes())
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
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Served {
    pub(crate) async fn start(app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, task }
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
        self.task.abort();
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

/// Lets other tasks of this thread run until `done`, for at most ten seconds.
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

/// A body of these frames, which says nothing of its length unless told to; `None` is an error.
#[derive(Debug)]
pub(crate) struct Frames {
    frames: std::vec::IntoIter<Option<Frame<Bytes>>>,
    pub(crate) hint: SizeHint,
    /// After the last frame nothing comes any more.
    pub(crate) endless: bool,
}

impl Frames {
    pub(crate) fn new(frames: Vec<Option<Frame<Bytes>>>) -> Self {
        Self { frames: frames.into_iter(), hint: SizeHint::new(), endless: false }
    }

    pub(crate) fn data(chunks: &[&'static str]) -> Self {
        let frame = |chunk: &&'static str| Some(Frame::data(Bytes::from_static(chunk.as_bytes())));
        Self::new(chunks.iter().map(frame).collect())
    }
}

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.frames.next() {
            Some(frame) => Poll::Ready(Some(frame.ok_or_else(|| std::io::Error::other("broken")))),
            None if self.endless => Poll::Pending,
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}

/// Polls once.
pub(crate) fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(std::task::Waker::noop()))
}

pub(crate) fn streamed(body: Frames) -> Response<Body> {
    Response::new(Body::new(body))
}
