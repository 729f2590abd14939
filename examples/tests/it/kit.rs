//! The kit beside a real Prometheus: both scrape the same answers, and have the same series at every moment.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use prom_client::{Counter, Exporter, Family, Gauge, Histogram, Registry, Summary, Unit};
use prom_client_testkit::{
    Fetch, FetchError, Labels, ScrapeRequest, ScrapeResponse, Scraper, Selector, Store, Target,
    Timestamp, Value,
};

use crate::prometheus::{Prometheus, until};
use crate::{Failure, tools};

/// What the target answers, scrape by scrape: a status, and a body in the text format.
const SCRIPT: &[(u16, &str)] = &[
    (200, "# TYPE a counter\na 1\nb{x=\"1\",y=\"2\"} 1\nleaves 1\n"),
    // One leaves, one comes, one has its labels in another order, and one is there twice.
    (200, "# TYPE a counter\na 2\na 3\nb{y=\"2\",x=\"1\"} 2\ncomes{job=\"x\",instance=\"\"} 1\n"),
    // Bounds are spelled as they are.
    (
        200,
        "# TYPE h histogram\nh_bucket{le=\"0.5\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\na 4\n",
    ),
    (503, ""),
    (200, "a 5\nb{x=\"1\",y=\"2\"} 5\nh_sum NaN\n"),
    // What stands before the mistake is not missed.
    (200, "a 6\nnew 6\nbroken{\n"),
    (200, ""),
    (200, "a 8\nleaves 8\n"),
    (200, TOO_LONG),
    (200, "a 10\nleaves 10\n"),
];

/// A body of so many bytes is too long.
const BODY_SIZE_LIMIT: usize = 128;
const TOO_LONG: &str = "# HELP a More than one hundred and twenty-eight bytes, which is not said of any other \
    body of the script, however much it says about itself.\na 9\n";

/// The series at a moment, with their values.
type Seen = BTreeMap<Labels, String>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_kit_and_prometheus_see_the_same_at_every_scrape() -> Result<(), Failure> {
    let Some(program) = tools::find("prometheus") else {
        return Ok(());
    };
    let asked = Arc::new(Mutex::new(0));
    let address = serve(Arc::clone(&asked))?;
    let job = format!(
        "  body_size_limit: {BODY_SIZE_LIMIT}B\n\
         \x20 static_configs: [{{targets: [\"{address}\"], labels: {{format: kit}}}}]\n"
    );
    let prometheus = Prometheus::start_with(&program, &job).await?;
    until("all of the script", async || {
        let done = *asked.lock().expect("nobody panics") > SCRIPT.len();
        Ok(done.then_some(()))
    })
    .await?;

    let times: Vec<f64> = until("the last of the scrapes", async || {
        let ups = prometheus.matrix("up").await?;
        let times = ups.first().map(|(_, points)| points.iter().map(|(at, _)| at.parse()));
        let times = times.map(Iterator::collect::<Result<Vec<f64>, _>>).transpose()?;
        Ok(times.filter(|times| times.len() >= SCRIPT.len()))
    })
    .await?;

    let target = target(address, |_: &str| (String::new(), Vec::new()));
    let (mut scraper, mut store) = (Scraper::new(target), Store::new());
    for ((status, body), at) in SCRIPT.iter().zip(&times) {
        let answer = match status {
            200 if body.len() >= BODY_SIZE_LIMIT => Err(FetchError::too_long()),
            200 => Ok(ScrapeResponse::new("text/plain", *body)),
            status => Err(FetchError::new(status)),
        };
        let moment = Timestamp::from_seconds((at * 1_000.0).round() / 1_000.0 + 1e-6);
        scraper.append(&mut store, moment, answer);
        let expected = prometheus.seen(*at).await?;
        assert!(expected.len() >= 7, "report series at least");
        assert_eq!(seen(&store, moment), expected, "after {body:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_kit_and_prometheus_see_the_same_in_a_program() -> Result<(), Failure> {
    let Some(program) = tools::find("prometheus") else {
        return Ok(());
    };
    let registry = Registry::new();
    let requests: Family<(&str, u16), Counter> =
        registry.metric("requests", "\"Answered\"\\\n.").labels(["path", "status"]).register()?;
    for (path, status) in [("/", 200), ("/a\"b\\c\nd", 404), ("", 500), ("/käse", 200)] {
        requests.with(&(path, status)).inc_by(u64::from(status));
    }
    // A label that the server sets too.
    let jobs: Family<(&str,), Gauge> = registry.metric("waiting", "").labels(["job"]).register()?;
    jobs.with(&("mail",)).set(-3);
    let seconds = registry.metric("duration", "Time to answer.").unit(Unit::SECONDS);
    let seconds: Family<(&str,), Histogram> = seconds.labels(["path"]).register()?;
    let money: Counter<f64> = registry.metric("revenue", "Money.").register()?;
    let sizes: Summary = registry.register("size", "Sizes.")?;
    for value in [0.0, 0.005, 0.1, 2.5, 1e9, f64::INFINITY] {
        seconds.with(&("/",)).observe(value);
        sizes.observe(value);
    }
    money.inc_by(1e-7 + 0.1);

    let exporter = Exporter::new(&registry).bind("127.0.0.1:0").serve().await?;
    let address = exporter.local_addr();
    let prometheus = Prometheus::start(&program, &[("kit", address)]).await?;
    let at: f64 = until("two scrapes", async || {
        let ups = prometheus.matrix("up").await?;
        let points = ups.first().map(|(_, points)| &points[..]).unwrap_or_default();
        Ok(points.get(1).map(|(at, _)| at.parse()).transpose()?)
    })
    .await?;
    let expected = prometheus.seen(at).await?;

    let (mut scraper, mut store) =
        (Scraper::new(target(address, move |accept: &str| registry.render(accept))), Store::new());
    let moment =
        |later: f64| Timestamp::from_seconds(((at + later) * 1_000.0).round() / 1_000.0 + 1e-6);
    for later in [0.0, 1.0] {
        assert_eq!(scraper.scrape(&mut store, moment(later)).await.error, None);
    }
    // In the second one no series is new.
    let kit = seen(&store, moment(1.0));
    assert!(kit.len() > 25, "{kit:?}");
    assert_eq!(kit, expected);
    exporter.shutdown().await;
    Ok(())
}

/// The target at an address, as the server of this test knows it.
fn target(address: SocketAddr, fetch: impl Fetch + 'static) -> Target {
    let mut request = ScrapeRequest::new();
    request.timeout = Duration::from_secs(1);
    Target::new("program", fetch)
        .label("instance", &address.to_string())
        .label("format", "kit")
        .request(request)
        .extra_scrape_metrics(true)
}

/// What the kit would answer to a query for everything.
fn seen(store: &Store, at: Timestamp) -> Seen {
    let all = store.select(&Selector::default()).into_iter();
    all.filter_map(|series| {
        let (_, value) = series.at(at, Duration::from_secs(300))?;
        Some((series.labels(), value.to_owned().to_string()))
    })
    .filter(|(labels, _)| labels.name() != Some("scrape_duration_seconds"))
    .collect()
}

impl Prometheus {
    /// What it answers to a query for everything.
    async fn seen(&self, at: f64) -> Result<Seen, Failure> {
        let query = r#"{__name__!="scrape_duration_seconds",job="program"}"#;
        let mut seen = Seen::new();
        for series in self.query_at(query, at).await? {
            let metric = series["metric"].as_object().ok_or("no metric")?;
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let labels = metric.iter().map(|(name, value)| (name.clone(), text(value))).collect();
            let value: f64 = text(&series["value"][1]).parse()?;
            seen.insert(labels, Value::Float(value).to_string());
        }
        Ok(seen)
    }
}

/// Answers by the script, and with its last line ever after. Counts what it was asked.
fn serve(asked: Arc<Mutex<usize>>) -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = Vec::new();
            let mut buffer = [0; 1_024];
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => head.extend_from_slice(&buffer[..read]),
                }
            }
            let turn = {
                let mut asked = asked.lock().expect("nobody panics");
                *asked += 1;
                *asked - 1
            };
            let (status, body) = SCRIPT[turn.min(SCRIPT.len() - 1)];
            let answer = format!(
                "HTTP/1.1 {status} Answer\r\nContent-Type: text/plain\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            // Whoever does not listen any more is asked again.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    Ok(address)
}
