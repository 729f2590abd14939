//! An app of actix-web's with HTTP metrics, which serves them itself.
//!
//! ```sh
//! cargo run --example actix_app                       # until Ctrl-C
//! cargo run --example actix_app -- 127.0.0.1:9000
//! ```
//!
//! Ask it for `/users/7`, `/shop/items/3`, `/slow` (and go away), `/panic` and what is not there, and look at its
//! metrics.

use std::error::Error;
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use prom_client::Registry;
use prom_client::http::HttpMetrics;
use prom_client_actix::{MetricsEndpoint, MetricsLayer};

#[actix_web::main]
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

    // Both are made once, and cloned for each worker.
    let (layer, endpoint) = (MetricsLayer::from(metrics), MetricsEndpoint::new(&registry));
    let server = HttpServer::new(move || {
        let shop = web::scope("/shop").route("/items/{id}", web::get().to(item));
        App::new()
            .wrap(layer.clone())
            .route("/", web::get().to(|| async { "hello\n" }))
            .route("/health", web::get().to(HttpResponse::NoContent))
            .route("/users/{id}", web::get().to(user))
            .route("/echo", web::post().to(|body: String| async move { body }))
            .route("/slow", web::get().to(slow))
            .route("/panic", web::get().to(panics))
            .service(shop)
            .service(endpoint.clone())
    });
    // Otherwise actix goes on working for clients that have gone, and nobody learns that they went.
    let server = server.h1_allow_half_closed(false).workers(2).bind(address)?;
    for address in server.addrs() {
        println!("http://{address}/metrics");
    }
    server.run().await?;
    Ok(())
}

async fn user(id: web::Path<u64>) -> String {
    format!("user {id}\n")
}

async fn item(id: web::Path<u64>) -> String {
    format!("item {id}\n")
}

async fn slow() -> &'static str {
    actix_web::rt::time::sleep(Duration::from_secs(3600)).await;
    "at last\n"
}

async fn panics() -> HttpResponse {
    panic!("as asked")
}
