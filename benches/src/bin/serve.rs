//! An app to send load to: `serve axum|actix bare|ours`. It prints its address; `benches/http_over_tcp.sh` uses it.

use std::io::{Error, ErrorKind};

use actix_web::middleware::Condition;
use actix_web::{App, HttpServer, web};
use axum::Router;
use axum::routing::get;
use prom_client::Registry;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["axum", layer @ ("bare" | "ours")] => axum(layer == "ours"),
        ["actix", layer @ ("bare" | "ours")] => actix(layer == "ours"),
        _ => Err(Error::new(ErrorKind::InvalidInput, "serve axum|actix bare|ours").into()),
    }
}

fn axum(with_layer: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut app = Router::new().route("/users/{id}", get(|| async { "a user" }));
    if with_layer {
        app = app.layer(prom_client_axum::MetricsLayer::new(&Registry::new())?);
    }
    // One thread: the other processor is for whoever asks.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}/users/7", listener.local_addr()?);
        axum::serve(listener, app).await?;
        Ok(())
    })
}

fn actix(with_layer: bool) -> Result<(), Box<dyn std::error::Error>> {
    let layer = prom_client_actix::MetricsLayer::new(&Registry::new())?;
    let server = HttpServer::new(move || {
        App::new()
            .wrap(Condition::new(with_layer, layer.clone()))
            .route("/users/{id}", web::get().to(|| async { "a user" }))
    });
    let server = server.workers(1).bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("http://{address}/users/7");
    }
    actix_web::rt::System::new().block_on(server.run())?;
    Ok(())
}
