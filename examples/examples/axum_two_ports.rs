//! An app on one port, and its metrics on another, for those who have the password.
//!
//! ```sh
//! cargo run --example axum_two_ports                       # until Ctrl-C
//! curl -u prometheus:s3cret http://127.0.0.1:PORT/metrics  # as it says
//! ```
//!
//! In earnest the password comes from where secrets are kept, and the port is one that the world does not reach.

use std::error::Error;

use axum::Router;
use axum::routing::get;
use prom_client::Registry;
use prom_client::http::Authorization;
use prom_client_axum::{MetricsEndpoint, MetricsLayer};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let metrics = MetricsEndpoint::new(&registry)
        .authorize(Authorization::basic("prometheus", "s3cret")?)
        .serve("127.0.0.1:0")
        .await?;
    println!("{}", metrics.url());

    let app = Router::new()
        .route("/users/{id}", get(|| async { "a user\n" }))
        .layer(MetricsLayer::new(&registry)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/", listener.local_addr()?);
    let stop = async {
        // Without signals it serves for ever.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, app).with_graceful_shutdown(stop).await?;
    // Last, so that a scrape can still see the app's end.
    metrics.shutdown().await;
    Ok(())
}
