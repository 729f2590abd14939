//! Calls of gRPC, counted by the status in their trailers: tonic with the layer around all of its services.
//!
//! ```sh
//! cargo run --example tonic_server --features tonic       # until Ctrl-C
//! ```
//!
//! The service is written by hand, so that this needs no compiler of protocol buffers: its messages are plain text.

use std::convert::Infallible;
use std::error::Error;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut};
use http::{Request, Response};
use prom_client::Registry;
use prom_client::http::HttpMetrics;
use prom_client_axum::{MetricsEndpoint, MetricsLayer};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Status, transport};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let layer = MetricsLayer::from(HttpMetrics::grpc_server(&registry).build()?);
    let metrics = MetricsEndpoint::new(&registry).serve("127.0.0.1:0").await?;
    println!("{}", metrics.url());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/", listener.local_addr()?);
    let incoming = TcpListenerStream::new(listener);
    transport::Server::builder()
        .layer(layer)
        .add_service(Greeter)
        .serve_with_incoming(incoming)
        .await?;
    Ok(())
}

/// `demo.Greeter`: `Greet` answers, and `Refuse` does not.
#[derive(Clone)]
struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = "demo.Greeter";
}

impl tower::Service<Request<Body>> for Greeter {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future =
        std::pin::Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(async move {
            Ok(match request.uri().path() {
                "/demo.Greeter/Greet" => Grpc::new(Text).unary(Greet, request).await,
                "/demo.Greeter/Refuse" => Grpc::new(Text).unary(Refuse, request).await,
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

struct Greet;

impl UnaryService<String> for Greet {
    type Response = String;
    type Future = std::future::Ready<Result<tonic::Response<String>, Status>>;

    fn call(&mut self, request: tonic::Request<String>) -> Self::Future {
        std::future::ready(Ok(tonic::Response::new(format!("hello, {}", request.into_inner()))))
    }
}

struct Refuse;

impl UnaryService<String> for Refuse {
    type Response = String;
    type Future = std::future::Ready<Result<tonic::Response<String>, Status>>;

    fn call(&mut self, _: tonic::Request<String>) -> Self::Future {
        std::future::ready(Err(Status::permission_denied("not today")))
    }
}

/// Messages that are plain text.
#[derive(Clone)]
struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, item: String, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(item.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        let text = String::from_utf8(bytes.into());
        text.map(Some).map_err(|_| Status::invalid_argument("messages are text"))
    }
}
