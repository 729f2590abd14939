use prom_client::{Counter, Family, Gauge, Histogram, LabelSet, Metrics, Registry, in_flight, timed};

#[derive(Metrics)]
#[metrics(namespace = "shop")]
struct ShopMetrics {
    /// Requests served.
    #[metric(max_series = 1_000)]
    requests: Family<Request<'static>, Counter>,
    /// Connections in use.
    connections: Gauge,
    /// Time to answer.
    #[metric(unit = seconds, buckets = [0.1, 10])]
    latency: Histogram,
}

#[derive(LabelSet)]
struct Request<'a> {
    route: &'a str,
    code: u16,
}

#[timed(metrics.latency)]
#[in_flight(metrics.connections)]
fn serve(metrics: &ShopMetrics, route: &str) {
    let code = if route == "/users" { 200 } else { 404 };
    metrics.requests.with(&Request { route, code }).inc();
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let metrics = ShopMetrics::register(&registry)?;
    serve(&metrics, "/users");
    serve(&metrics, "/wp-login.php");
    print!("{}", registry.to_text());
    Ok(())
}
