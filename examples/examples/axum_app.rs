//! An app of axum's with HTTP metrics, which serves them itself.
//!
//! ```sh
//! cargo run --example axum_app                       # until Ctrl-C
//! cargo run --example axum_app -- 127.0.0.1:9000
//! ```
//!
//! Ask it for `/users/7`, `/shop/items/3`, `/slow` (and go away), `/panic` and what is not there, and look at its
//! metrics.

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use prom_client::Registry;
use prom_client::http::HttpMetrics;
use prom_client_axum::{MetricsLayer, metrics_router};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".into());
    let registry = Registry::new();
    let metrics = HttpMetrics::server(&registry)
        .time_to_first_byte()
        .request_sizes()
        .response_sizes()
        .exclude_path("/health")
        // A few plans, whatever clients send.
        .label("plan", |request| match request.header("x-plan") {
            Some("pro") => "pro",
            _ => "free",
        })
        .build()?;

    let shop = Router::new()
        .route("/items/{id}", get(|Path(id): Path<u64>| async move { format!("item {id}\n") }));
    let app = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .route("/health", get(|| async { StatusCode::NO_CONTENT }))
        .route("/users/{id}", get(|Path(id): Path<u64>| async move { format!("user {id}\n") }))
        .route("/echo", post(|body: String| async move { body }))
        .route("/slow", get(slow))
        .route("/panic", get(panics))
        .nest("/shop", shop)
        .merge(metrics_router(&registry))
        // Last, so that it is around all of them, and around what is not found.
        .layer(MetricsLayer::from(metrics));

    let listener = TcpListener::bind(address).await?;
    println!("http://{}/metrics", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_secs(3600)).await;
    "at last\n"
}

async fn panics() -> &'static str {
    panic!("as asked")
}
