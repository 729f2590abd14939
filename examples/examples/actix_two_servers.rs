//! Two servers of one program, for the public and for administrators, on one registry: a constant label tells their
//! series apart, and one scrape has both.
//!
//! ```sh
//! cargo run --example actix_two_servers                       # until Ctrl-C
//! ```

use std::error::Error;

use actix_web::{App, HttpServer, web};
use prom_client::Registry;
use prom_client::http::HttpMetrics;
use prom_client_actix::{MetricsEndpoint, MetricsLayer};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let layer = |server: &str| {
        let metrics = HttpMetrics::server(&registry).const_label("server", server).build();
        metrics.map(MetricsLayer::from)
    };
    let (public, admin) = (layer("public")?, layer("admin")?);
    let endpoint = MetricsEndpoint::new(&registry);

    let public = HttpServer::new(move || {
        App::new().wrap(public.clone()).route("/users/{id}", web::get().to(|| async { "a user\n" }))
    });
    let admin = HttpServer::new(move || {
        App::new()
            .wrap(admin.clone())
            .route("/users/{id}", web::delete().to(|| async { "gone\n" }))
            .service(endpoint.clone())
    });
    let (public, admin) =
        (public.workers(1).bind("127.0.0.1:0")?, admin.workers(1).bind("127.0.0.1:0")?);
    for address in admin.addrs() {
        println!("http://{address}/metrics");
    }
    for address in public.addrs() {
        println!("http://{address}/");
    }
    futures_util::future::try_join(public.run(), admin.run()).await?;
    Ok(())
}
