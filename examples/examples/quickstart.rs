//! Start here: a small shop that measures itself, and the page that Prometheus reads.
//!
//! ```sh
//! cargo run --example quickstart                                     # until Ctrl-C
//! cargo run --example quickstart -- 127.0.0.1:9000 --seconds 60
//! ```
//!
//! Some customers of its own keep the shop busy, so there is something to see at once: the shop also scrapes itself as
//! Prometheus would, asks in PromQL, and draws the answers.

#[path = "quickstart/watch.rs"]
mod watch;

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use prom_client::{
    Counter, Exporter, Family, Gauge, Histogram, LabelSet, LabelValue, Metrics, Registry,
    ServeError, Server, Snapshot, Value, in_flight, timed,
};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use watch::Watch;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (address, time) = arguments()?;

    // What is measured: metrics live in a registry.
    let registry = Registry::new();
    let metrics = Arc::new(ShopMetrics::register(&registry)?);

    // Where Prometheus reads it.
    let exporter = expose(&registry, address).await?;
    println!("metrics: {}", exporter.url());

    // The program itself.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let shop = listener.local_addr()?;
    println!("shop:    http://{shop}/");
    let mut watch = Watch::new(&registry)?;
    tokio::select! {
        ended = run_shop(listener, metrics) => ended?,
        ended = run_customers(shop) => ended?,
        ended = report(&registry, &mut watch) => ended?,
        pressed = tokio::signal::ctrl_c() => pressed?,
        () = sleep(time) => {}
    }

    // A scrape that has begun is answered to its end.
    exporter.shutdown().await;
    watch.close(&format!("closed:  {}", summary(&registry.snapshot())))?;
    Ok(())
}

/// What the shop measures: names come from the fields, help from the comments.
#[derive(Metrics)]
#[metrics(namespace = "shop")]
struct ShopMetrics {
    /// Requests answered.
    requests: Family<Answer, Counter>,
    /// Time to answer.
    #[metric(unit = seconds)]
    request_duration: Family<Asked, Histogram>,
    /// Requests being answered now.
    requests_in_flight: Gauge,
    // Customers type what they like. The first ten terms are counted one by one, and whatever
    // comes later together, as `_OTHER`.
    /// Searches.
    #[metric(max_series = 10)]
    searches: Family<Search<'static>, Counter>,
    /// Money taken.
    #[metric(unit = "euros")]
    revenue: Counter<f64>,
}

#[derive(LabelSet)]
struct Answer {
    route: Route,
    status: u16,
}

#[derive(LabelSet)]
struct Asked {
    route: Route,
}

/// What it borrows need not live longer than a look-up.
#[derive(LabelSet)]
struct Search<'a> {
    term: &'a str,
}

/// A label value that is an enum cannot be misspelt, and is found without hashing.
#[derive(LabelValue, Clone, Copy)]
enum Route {
    #[label(rename = "/")]
    Home,
    #[label(rename = "/search")]
    Search,
    #[label(rename = "/checkout")]
    Checkout,
    #[label(other)]
    Unknown,
}

/// Answers a request, and counts it.
async fn answer(request: Request<Incoming>, metrics: Arc<ShopMetrics>) -> Response<Full<Bytes>> {
    let route = Route::parse(request.uri().path()).unwrap_or(Route::Unknown);
    let query = request.uri().query().unwrap_or_default();
    let (status, text) = serve(route, query, &metrics).await;
    metrics.requests.with(&Answer { route, status: status.as_u16() }).inc();
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

/// The business, timed however it ends.
#[timed(metrics.request_duration.with(&Asked { route }))]
#[in_flight(metrics.requests_in_flight)]
async fn serve(route: Route, query: &str, metrics: &ShopMetrics) -> (StatusCode, &'static str) {
    match route {
        Route::Home => (StatusCode::OK, "Welcome!\n"),
        Route::Search => {
            let term = query.trim_start_matches("q=");
            metrics.searches.with(&Search { term }).inc();
            sleep(Duration::from_millis(3 * term.len() as u64)).await;
            (StatusCode::OK, "We have that.\n")
        }
        Route::Checkout => {
            sleep(Duration::from_millis(25)).await;
            match query.trim_start_matches("euros=").parse() {
                Ok(euros) => metrics.revenue.inc_by(euros),
                Err(_) => return (StatusCode::BAD_REQUEST, "How much was it?\n"),
            }
            (StatusCode::OK, "Thank you!\n")
        }
        Route::Unknown => (StatusCode::NOT_FOUND, "There is no such page.\n"),
    }
}

/// Opens the shop.
async fn run_shop(listener: TcpListener, metrics: Arc<ShopMetrics>) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let metrics = Arc::clone(&metrics);
        let service = service_fn(move |request| {
            let response = answer(request, Arc::clone(&metrics));
            async { Ok::<_, Infallible>(response.await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// Serves the metrics: where the user says, otherwise at the usual port or, if that is taken, at
/// any.
async fn expose(registry: &Registry, address: Option<String>) -> Result<Server, ServeError> {
    let exporter = Exporter::new(registry);
    if let Some(address) = address {
        return exporter.bind(address).serve().await;
    }
    match exporter.clone().serve().await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            exporter.bind("127.0.0.1:0").serve().await
        }
        served => served,
    }
}

/// Keeps the shop busy, with some tens of requests a second.
async fn run_customers(shop: SocketAddr) -> io::Result<()> {
    tokio::try_join!(visit(shop, 0), visit(shop, 2), visit(shop, 4)).map(drop)
}

/// A customer, who asks for a page, pauses, and asks for the next.
async fn visit(shop: SocketAddr, first: usize) -> io::Result<()> {
    let terms = ["tea", "coffee", "sugar", "honey", "teapots", "cups"];
    for visit in first.. {
        for path in [
            "/".to_owned(),
            format!("/search?q={}", terms[visit % terms.len()]),
            // Now and then somebody asks for what nobody asked for before.
            format!("/search?q=item-{}", visit / 8),
            format!("/checkout?euros={}.50", 3 + visit % 40),
            ["/checkout", "/wp-login.php"][visit % 2].to_owned(),
        ] {
            let mut connection = TcpStream::connect(shop).await?;
            let head = format!("GET {path} HTTP/1.1\r\nHost: {shop}\r\nConnection: close");
            connection.write_all(format!("{head}\r\n\r\n").as_bytes()).await?;
            tokio::io::copy(&mut connection, &mut tokio::io::sink()).await?;
            sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}

/// Says once a second what the metrics say, and what a scrape of them shows.
async fn report(registry: &Registry, watch: &mut Watch) -> Result<(), Failure> {
    loop {
        sleep(Duration::from_secs(1)).await;
        watch.scrape().await?;
        watch.show(&summary(&registry.snapshot()))?;
    }
}

/// One line about a reading of all metrics, which is a value like any other.
fn summary(snapshot: &Snapshot) -> String {
    let (mut requests, mut seconds) = (0, 0.0);
    let durations = snapshot.family("shop_request_duration_seconds");
    for series in durations.into_iter().flat_map(|family| family.all_series()) {
        if let Value::Histogram(duration) = series.value() {
            requests += duration.count();
            seconds += duration.sum();
        }
    }
    format!(
        "{requests} requests in {:.1} ms on average, {} in flight, {:.2} euros",
        1000.0 * seconds / (requests as f64).max(1.0),
        snapshot.gauge("shop_requests_in_flight", &[]).unwrap_or_default(),
        snapshot.float("shop_revenue_euros", &[]).unwrap_or_default(),
    )
}

/// The command line: `[ADDRESS] [--seconds NUMBER]`.
fn arguments() -> Result<(Option<String>, Duration), Failure> {
    let (mut address, mut time) = (None, Duration::MAX);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--seconds" {
            let seconds = words.next().ok_or("`--seconds` is followed by a number")?;
            time = Duration::try_from_secs_f64(seconds.parse()?)?;
        } else {
            address = Some(word);
        }
    }
    Ok((address, time))
}
