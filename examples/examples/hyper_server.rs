//! The layer without axum: around a function, in a server on hyper.
//!
//! ```sh
//! cargo run --example hyper_server --features hyper       # until Ctrl-C
//! ```

use std::convert::Infallible;
use std::error::Error;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use prom_client::Registry;
use prom_client::http::{HttpMetrics, RecordAs};
use prom_client_axum::{MetricsEndpoint, MetricsLayer};
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let layer = MetricsLayer::from(HttpMetrics::server(&registry).response_sizes().build()?);
    let metrics = MetricsEndpoint::new(&registry).serve("127.0.0.1:0").await?;
    println!("{}", metrics.url());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(layer.layer(service_fn(answer)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// There is no router, so the handler says which route it was.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, route, text) = match request.uri().path() {
        "/" => (StatusCode::OK, Some("/"), "hello\n"),
        path if path.starts_with("/users/") => (StatusCode::OK, Some("/users/{id}"), "a user\n"),
        _ => (StatusCode::NOT_FOUND, None, "not here\n"),
    };
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    if let Some(route) = route {
        response.extensions_mut().insert(RecordAs::route(route));
    }
    Ok(response)
}
