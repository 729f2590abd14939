//! The kit's engine and a real Prometheus, asked the same of the same samples; `benches/promql-beside.sh` runs it.
//!
//! ```text
//! promql_beside samples      the samples as OpenMetrics, for promtool to make blocks of
//! promql_beside ask ADDRESS  asks both in turn, and prints medians and ratios
//! ```
//!
//! The engine answers in memory, and the server over its API: an answer of JSON over loopback is part of what a test
//! would wait for. `sum by` has a small answer, so there the server's evaluation counts nearly alone.

use std::error::Error;
use std::io::{self, BufWriter, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use prom_client_testkit::promql::{Engine, Expr, Preset, QueryValue};
use prom_client_testkit::{Labels, Store, Timestamp, ValueRef};

/// The first sample, in seconds.
const START: i64 = 1_704_067_200;
const INTERVAL: i64 = 15;
const WINDOW: i64 = 300;
const ROUNDS: usize = 15;
const BOUNDS: [&str; 11] =
    ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "+Inf"];

/// What is asked: from the first full window on, so many steps so many seconds apart, with so many series in the answer.
const QUERIES: [(&str, i64, i64, usize); 4] = [
    ("rate(http_requests_total[5m])", 100, 60, 2_000),
    ("sum by (path) (rate(http_requests_total[5m]))", 100, 60, 20),
    ("histogram_quantile(0.9, rate(h_bucket[5m]))", 1_000, 15, 100),
    ("metric_3", 1, 15, 10_000),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(|argument| &**argument).collect();
    match arguments[..] {
        ["samples"] => Ok(samples(&mut BufWriter::new(io::stdout().lock()))?),
        ["ask", address] => ask(address),
        _ => Err("either `samples`, or `ask` and an address".into()),
    }
}

/// Calls this with all series, and with how many samples each has.
fn each_series(mut series: impl FnMut(Labels, i64)) {
    let labels = |name: &str, pairs: &[(&str, String)]| -> Labels {
        let pairs = pairs.iter().map(|(name, value)| (*name, value.clone()));
        pairs.chain([(Labels::NAME, name.to_owned())]).collect()
    };
    for i in 0..2_000 {
        let pairs =
            [("instance", format!("shop-{}", i % 100)), ("path", format!("/v1/{}", i / 100))];
        series(labels("http_requests_total", &pairs), (WINDOW + 100 * 60) / INTERVAL);
    }
    for i in 0..1_100 {
        let pairs = [("instance", format!("shop-{}", i / 11)), ("le", BOUNDS[i % 11].to_owned())];
        series(labels("h_bucket", &pairs), (WINDOW + 1_000 * 15) / INTERVAL);
    }
    for i in 0..100_000 {
        let pairs = [("job", "shop".to_owned()), ("pod", format!("pod-{}", i / 10))];
        series(labels(&format!("metric_{}", i % 10), &pairs), WINDOW / INTERVAL);
    }
}

/// The value of a sample: counters that begin anew now and then.
fn value(series: usize, sample: i64) -> f64 {
    (sample % 500) as f64 * (1 + series % 17) as f64
}

fn samples(out: &mut impl Write) -> io::Result<()> {
    let mut number = 0;
    let mut result = Ok(());
    each_series(|labels, count| {
        for i in 0..=count {
            if result.is_ok() {
                result = writeln!(out, "{labels} {} {}", value(number, i), START + i * INTERVAL);
            }
        }
        number += 1;
    });
    result?;
    writeln!(out, "# EOF")
}

fn store() -> Store {
    let mut store = Store::new();
    let mut appender = store.appender();
    let mut number = 0;
    each_series(|labels, count| {
        let series = appender.series(&labels);
        for i in 0..=count {
            let at = Timestamp::from_millis((START + i * INTERVAL) * 1_000);
            appender.append(series, at, ValueRef::Float(value(number, i))).expect("times grow");
        }
        number += 1;
    });
    appender.commit();
    store
}

fn ask(address: &str) -> Result<(), Box<dyn Error>> {
    let store = store();
    let engine = Engine::new(Preset::Stock);
    println!("{:<48} {:>9} {:>11} {:>6}", "query", "kit", "Prometheus", "ratio");
    for (query, steps, step, expected) in QUERIES {
        let start = START + WINDOW;
        let end = start + (steps - 1) * step;
        let expr = Expr::parse(query)?;
        let at = |seconds| Timestamp::from_millis(seconds * 1_000);
        let span = Duration::from_secs(step.unsigned_abs());
        let encoded = percent_encoded(query);
        let path = if steps == 1 {
            format!("/api/v1/query?query={encoded}&time={start}")
        } else {
            format!("/api/v1/query_range?query={encoded}&start={start}&end={end}&step={step}")
        };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let answer = if steps == 1 {
                engine.instant(&store, &expr, at(start))?
            } else {
                engine.range(&store, &expr, at(start), at(end), span)?
            };
            ours.push(begun.elapsed());
            let series = match &answer.value {
                QueryValue::Vector(samples) => samples.len(),
                QueryValue::Matrix(series) => series.len(),
                _ => 0,
            };
            assert_eq!(series, expected, "{query}");
            drop(answer);

            let begun = Instant::now();
            let body = get(address, &path)?;
            theirs.push(begun.elapsed());
            assert_eq!(body.matches("\"metric\":").count(), expected, "{query}");
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        let millis = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1_000.0);
        println!("{query:<48} {:>9} {:>11} {ratio:>6.2}", millis(ours), millis(theirs));
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn get(address: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
