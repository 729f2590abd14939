//! Small servers: one of hyper that answers as it is told, and one that sends bytes as they are.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) type Answer = Response<Full<Bytes>>;

/// A server that notes what it is asked.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Per request its path and query, and its headers, one in a line.
    pub(crate) asked: Arc<Mutex<Vec<(String, String)>>>,
    /// How many connections there were.
    pub(crate) connections: Arc<Mutex<usize>>,
}

impl Server {
    /// Serves as long as the runtime runs.
    pub(crate) async fn new(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::<Mutex<Vec<_>>>::default();
        let connections = Arc::<Mutex<usize>>::default();
        let (noted, opened, answer) = (asked.clone(), connections.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *opened.lock().expect("no panic") += 1;
                let (noted, answer) = (noted.clone(), answer.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let path = request.uri().to_string();
                    let headers = request.headers().iter();
                    let headers = headers.map(|(name, value)| {
                        format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
                    });
                    noted.lock().expect("no panic").push((path.clone(), headers.collect()));
                    let answer = answer(&path);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let io = TokioIo::new(stream);
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(io, service),
                );
            }
        });
        Self { address, asked, connections }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Answers one request with these bytes, and closes the connection if told so. Returns its URL.
pub(crate) async fn bytes(answer: impl Into<Vec<u8>>, close: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/metrics", listener.local_addr().expect("an address"));
    let answer = answer.into();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.expect("a request"));
        }
        stream.write_all(&answer).await.expect("it listens");
        if !close {
            std::future::pending::<()>().await;
        }
    });
    url
}

/// An answer of text.
pub(crate) fn text(body: impl Into<Bytes>) -> Answer {
    typed("text/plain; version=0.0.4", body)
}

pub(crate) fn typed(content_type: &str, body: impl Into<Bytes>) -> Answer {
    let answer = Response::builder().header("content-type", content_type);
    answer.body(Full::new(body.into())).expect("an answer")
}

/// Runs a test, which ends within a minute or fails.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let bounded = async { tokio::time::timeout(Duration::from_secs(60), test).await };
    runtime.expect("a runtime").block_on(bounded).expect("it ends in time");
}
