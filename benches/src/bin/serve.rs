//! An app to send load to: `serve axum|actix bare|ours|RIVAL`. It prints its address; `benches/http_over_tcp.sh` uses it.

use std::io::{Error, ErrorKind};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{App, HttpServer, web};
use axum::Router;
use axum::routing::get;
use prom_client::Registry;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["axum", layer] => serve_axum(layer),
        ["actix", layer] => actix_web::rt::System::new().block_on(serve_actix(layer)),
        _ => Err(unknown()),
    }
}

fn serve_axum(layer: &str) -> Result<()> {
    let app = Router::new().route("/users/{id}", get(|| async { "a user" }));
    // One thread: the other processor is for whoever asks.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = match layer {
            "bare" => app,
            "ours" => app.layer(prom_client_axum::MetricsLayer::new(&Registry::new())?),
            "axum-prometheus" => app.layer(axum_prometheus::PrometheusMetricLayer::pair().0),
            "axum-metrics" => {
                // Its recorder is that of the other.
                let _recorder = axum_prometheus::PrometheusMetricLayer::pair();
                app.layer(axum_metrics::MetricLayer::default())
            }
            _ => return Err(unknown()),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}/users/7", listener.local_addr()?);
        axum::serve(listener, app).await?;
        Ok(())
    })
}

async fn serve_actix(layer: &str) -> Result<()> {
    match layer {
        "bare" => run(|| users(App::new())).await,
        "ours" => {
            let layer = prom_client_actix::MetricsLayer::new(&Registry::new())?;
            run(move || users(App::new().wrap(layer.clone()))).await
        }
        "actix-web-prom" => {
            let layer = actix_web_prom::PrometheusMetricsBuilder::new("api").build();
            let layer = layer.map_err(|error| error.to_string())?;
            run(move || users(App::new().wrap(layer.clone()))).await
        }
        _ => Err(unknown()),
    }
}

fn users<S, B>(app: App<S>) -> App<S>
where
    S: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        >,
{
    app.route("/users/{id}", web::get().to(|| async { "a user" }))
}

async fn run<S, B>(app: impl Fn() -> App<S> + Send + Clone + 'static) -> Result<()>
where
    S: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("http://{address}/users/7");
    }
    server.run().await?;
    Ok(())
}

fn unknown() -> Box<dyn std::error::Error> {
    Error::new(ErrorKind::InvalidInput, "serve axum|actix bare|ours|RIVAL").into()
}
