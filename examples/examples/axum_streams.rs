//! A stream of events and a WebSocket: long connections, which say little about how fast a server is. Both are counted
//! with their head, and how many there are is a gauge of the program's own.
//!
//! ```sh
//! cargo run --example axum_streams                       # until Ctrl-C
//! ```

use std::convert::Infallible;
use std::error::Error;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use prom_client::{Family, Gauge, Registry};
use prom_client_axum::{MetricsLayer, metrics_router};
use tokio::net::TcpListener;

type Open = Family<(&'static str,), Gauge>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let open: Open = registry
        .metric("open_streams", "Streams that clients listen to now.")
        .labels(["kind"])
        .register()?;
    let app = Router::new()
        .route("/events", get(events))
        .route("/socket", get(socket))
        .with_state(open)
        .merge(metrics_router(&registry))
        .layer(MetricsLayer::new(&registry)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/metrics", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// Three events, and then none, as long as the client listens.
async fn events(State(open): State<Open>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let guard = open.with(&("events",)).track();
    Sse::new(stream::unfold((0, guard), |(i, guard)| async move {
        if i == 3 {
            std::future::pending::<()>().await;
        }
        Some((Ok(Event::default().data(i.to_string())), (i + 1, guard)))
    }))
}

/// Says everything again.
async fn socket(State(open): State<Open>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket: WebSocket| {
        let _guard = open.with(&("socket",)).track();
        while let Some(Ok(message)) = socket.recv().await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    })
}
