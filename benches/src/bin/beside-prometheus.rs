//! The queries of `benches/promql.rs`, and the same ones over the API of a Prometheus that has the same samples.
//!
//! ```text
//! cargo run --profile bench -p prom-client-benches --bin beside-prometheus [PROMETHEUS PROMTOOL]
//! ```
//!
//! What the server takes is measured from the request until the answer is there, which has to be as much as ours. Of
//! twenty times each, the shortest counts, since whatever else the machine does only adds to it. It ends with 1 if we
//! take more than half of the server's time.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use prom_client_benches::data::{Asked, summary};
use prom_client_testkit::Selector;
use prom_client_testkit::promql::Expr;
use serde_json::Value as Json;

const TIMES: usize = 20;

/// As much of the server's time we may take.
const MOST: f64 = 0.5;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut programs = std::env::args().skip(1);
    let prometheus = programs.next().unwrap_or_else(|| "prometheus".to_owned());
    let promtool = programs.next().unwrap_or_else(|| "promtool".to_owned());
    let Ok(version) = Command::new(&prometheus).arg("--version").output() else {
        println!("skipped: no {prometheus}");
        return Ok(ExitCode::SUCCESS);
    };
    let version = [version.stdout, version.stderr].concat();
    println!("{}\n", String::from_utf8_lossy(&version).lines().next().unwrap_or_default());

    let folder = std::env::temp_dir().join(format!("beside-prometheus-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let outcome = compare(&folder, &prometheus, &promtool);
    fs::remove_dir_all(&folder)?;
    Ok(if outcome? <= MOST { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Prints a line for each query, and says which ratio is the greatest.
fn compare(folder: &Path, prometheus: &str, promtool: &str) -> Result<f64, Box<dyn Error>> {
    let all = [Asked::counters(), Asked::histograms(), Asked::pods()];
    for asked in &all {
        let file = folder.join("samples");
        fs::write(&file, openmetrics(asked)?)?;
        let import = Command::new(promtool)
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .args([&file, &folder.join("data")])
            .stdout(Stdio::null())
            .status()?;
        assert!(import.success(), "{promtool} takes all samples");
    }
    let server = Server::start(prometheus, folder)?;
    println!("| query | series | engine | server | ratio |\n|---|---|---|---|---|");
    let mut worst: f64 = 0.0;
    for asked in &all {
        for query in asked.queries {
            let expr: Expr = query.parse()?;
            let (ours, answer) = shortest(|| Ok(asked.ask(black_box(&expr))))?;
            let path = path(asked, query);
            let (theirs, body) = shortest(|| server.ask(&path))?;
            let (series, sum) = summary(&answer);
            let (their_series, their_sum) = server_summary(&body)?;
            assert_eq!(series, their_series, "{query}");
            assert!((sum - their_sum).abs() <= 1e-9 * sum.abs(), "{query}: {sum}, {their_sum}");
            let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
            println!("| `{query}` | {series} | {ours:.1?} | {theirs:.1?} | {ratio:.2} |");
            worst = worst.max(ratio);
        }
    }
    Ok(worst)
}

/// The shortest time that something takes, and what came of it last.
fn shortest<T>(
    mut run: impl FnMut() -> Result<T, Box<dyn Error>>,
) -> Result<(Duration, T), Box<dyn Error>> {
    let mut last = run()?;
    let mut shortest = Duration::MAX;
    for _ in 0..TIMES {
        let begun = Instant::now();
        let new = run()?;
        shortest = shortest.min(begun.elapsed());
        last = new;
    }
    Ok((shortest, last))
}

/// All samples, as promtool takes them.
fn openmetrics(asked: &Asked) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for series in asked.store.select(&Selector::default()) {
        let labels = series.labels();
        for (at, value) in series.times().iter().zip(series.values()) {
            writeln!(text, "{labels} {value} {at}")?;
        }
    }
    text.push_str("# EOF\n");
    Ok(text)
}

fn path(asked: &Asked, query: &str) -> String {
    let seconds = |millis: i64| millis as f64 / 1_000.0;
    let escaped: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    match asked.step {
        None => format!("query?query={escaped}&time={}", seconds(asked.end)),
        Some(step) => format!(
            "query_range?query={escaped}&start={}&end={}&step={}",
            seconds(asked.start),
            seconds(asked.end),
            seconds(step)
        ),
    }
}

/// The same as [`summary`] of a server's answer.
fn server_summary(body: &[u8]) -> Result<(usize, f64), Box<dyn Error>> {
    let answer: Json = serde_json::from_slice(body)?;
    let series = answer["data"]["result"].as_array().ok_or("no result")?;
    let number = |point: &Json| point[1].as_str().and_then(|text| text.parse::<f64>().ok());
    let mut sum = 0.0;
    for series in series {
        match series["values"].as_array() {
            None => sum += number(&series["value"]).ok_or("no number")?,
            Some(points) => {
                for point in points {
                    sum += number(point).ok_or("no number")?;
                }
            }
        }
    }
    Ok((series.len(), sum))
}

/// A server that ends with the program.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(program: &str, folder: &Path) -> Result<Self, Box<dyn Error>> {
        fs::write(folder.join("prometheus.yml"), "")?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(program)
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg("--storage.tsdb.retention.time=100y")
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address };
        let begun = Instant::now();
        while server.ask("query?query=1").is_err() {
            if begun.elapsed() > Duration::from_secs(60) || server.child.try_wait()?.is_some() {
                return Err("the server does not start".into());
            }
            sleep(Duration::from_millis(200));
        }
        Ok(server)
    }

    /// The body of an answer. It is asked for uncompressed.
    fn ask(&self, path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.write_all(format!("GET /api/v1/{path} HTTP/1.0\r\n\r\n").as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or("no answer")?;
        if !answer.starts_with(b"HTTP/1.0 200") {
            return Err(String::from_utf8_lossy(&answer).into());
        }
        Ok(answer.split_off(head + 4))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
