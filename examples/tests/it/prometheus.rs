//! A real Prometheus, while threads count at full speed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use prom_client::{
    Counter, Exporter, Family, Format, Histogram, Kind, Names, Registry, Snapshot, Unit,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::load::{LIFE, Load};
use crate::samples::{self, Sample};
use crate::tools::{self, Running};
use crate::{Failure, http};

/// How many scrapes of each target the load goes on for; there is one a second.
const SCRAPES: u64 = 7;

/// How long anything may take. The first scrape comes 5 to 6 seconds after the start.
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_reads_the_truth_in_both_formats_while_threads_count() -> Result<(), Failure> {
    let Some(program) = tools::find("prometheus") else {
        return Ok(());
    };
    let registry = Registry::new();
    let text = Exporter::new(&registry).bind("127.0.0.1:0").only(Format::Text).serve().await?;
    let openmetrics =
        Exporter::new(&registry).bind("127.0.0.1:0").only(Format::OpenMetrics).serve().await?;
    let targets = [("text", text.local_addr()), ("openmetrics", openmetrics.local_addr())];

    let load = Load::start(&registry)?;
    let prometheus = Prometheus::start(&program, &targets).await?;
    let scraped = format!("count(count_over_time(up[10m]) >= {SCRAPES})");
    let enough = until("scrapes under load", async || {
        let count = prometheus.numbers(&scraped).await?;
        Ok((count == [targets.len() as f64]).then_some(()))
    });
    tokio::select! {
        enough = enough => enough?,
        wrong = scrape_without_pause(text.local_addr()) => return Err(wrong),
    }
    let snapshot = load.finish()?;
    until("a scrape of the end", async || {
        Ok((prometheus.numbers("finished == 1").await?.len() == targets.len()).then_some(()))
    })
    .await?;

    prometheus.check_that_no_scrape_failed(targets.len()).await?;
    prometheus.check_that_no_counter_went_back(&snapshot, targets.len()).await?;
    for name in ["load_ones", "load_request_ones", "load_latency", "churn_job_ones"] {
        prometheus.check_that_each_scrape_is_of_one_moment(name, name != "load_latency").await?;
    }
    prometheus.check_that_no_life_has_what_another_counted().await?;
    for (format, _) in targets {
        prometheus.check_that_the_last_scrape_is(&snapshot, format, |sample| sample).await?;
    }
    text.shutdown().await;
    openmetrics.shutdown().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prometheus_stores_names_in_utf8_as_far_as_its_version_knows_them() -> Result<(), Failure> {
    let Some(program) = tools::find("prometheus") else {
        return Ok(());
    };
    let registry = Registry::new().with_names(Names::Utf8);
    let part = registry.with_label("service.name", "a\"b")?;
    for name in
        ["http.requests", "1st", "größe \"\\\n{}=,# ", "a:b", "\r\t\u{1}\u{85}\u{10ffff}", "花火"]
    {
        let counters: Family<(&str, u8), Counter> =
            part.metric(name, "\"Help\"\n\\.").labels(["http.method", "code"]).register()?;
        counters.with(&("GET", 1)).inc_by(3);
        registry.metric::<Counter>(&format!("plain {name}"), "").unit(Unit::SECONDS).register()?;
    }
    let family: Family<(&str,), Histogram> =
        part.metric("http.duration", "").unit(Unit::SECONDS).labels(["\"\n\\ :é"]).register()?;
    family.with(&("x",)).observe(0.2);
    registry.register::<Histogram>("a histogram", "")?.observe(0.2);
    let snapshot = registry.snapshot();

    let text = Exporter::new(&registry).bind("127.0.0.1:0").only(Format::Text).serve().await?;
    let openmetrics =
        Exporter::new(&registry).bind("127.0.0.1:0").only(Format::OpenMetrics).serve().await?;
    let targets = [("text", text.local_addr()), ("openmetrics", openmetrics.local_addr())];
    let prometheus = Prometheus::start(&program, &targets).await?;
    until("a scrape", async || {
        // A target is in the answer once it was scraped, with an error or without.
        Ok((prometheus.numbers("up").await?.len() == targets.len()).then_some(()))
    })
    .await?;
    prometheus.check_that_no_scrape_failed(targets.len()).await?;

    let version = prometheus.api("status/buildinfo").await?["version"].clone();
    let is_older = version.as_str().ok_or("a version")?.starts_with("2.");
    for (format, _) in targets {
        prometheus
            .check_that_the_last_scrape_is(&snapshot, format, |mut sample| {
                if is_older {
                    sample = samples::escaped(sample);
                }
                sample
            })
            .await?;
    }
    text.shutdown().await;
    openmetrics.shutdown().await;
    Ok(())
}

/// Scrapes as fast as it can, beside Prometheus, whose fourteen scrapes would miss what goes wrong
/// once in a thousand. Ends at the first thing that is wrong.
async fn scrape_without_pause(target: SocketAddr) -> Failure {
    let mut before = HashMap::new();
    loop {
        let text = match http::get(target, "/metrics").await {
            Ok(text) => text,
            Err(failure) => return failure,
        };
        let lines: Vec<(&str, f64)> = text.lines().filter_map(sample).collect();
        for three in lines.windows(3) {
            // The last bucket, sum and count stand behind each other.
            let of_ones =
                three[0].0.contains("_ones_bucket{") && three[0].0.contains("le=\"+Inf\"");
            if of_ones && (three[0].1 != three[2].1 || three[1].1 != three[2].1) {
                return format!("not of one moment: {three:?}").into();
            }
        }
        for (series, now) in lines.iter().filter(|(series, _)| is_total(series)) {
            let before = before.insert((*series).to_owned(), *now).unwrap_or_default();
            if *now < before {
                return format!("{series} went back from {before} to {now}").into();
            }
        }
    }
}

/// Series and value of a line, if it is that of a sample.
fn sample(line: &str) -> Option<(&str, f64)> {
    let (series, value) = line.rsplit_once(' ')?;
    (!line.starts_with('#')).then_some((series, value.parse().ok()?))
}

/// Whether the value of a series, which is never removed, cannot fall.
fn is_total(series: &str) -> bool {
    let name = series.split('{').next().unwrap_or_default();
    let ends = ["_total", "_bucket", "_sum", "_count"];
    name.starts_with("load_") && ends.iter().any(|end| name.ends_with(end))
}

/// A server with its data, both of which end with the test.
pub(crate) struct Prometheus {
    process: Running,
    address: SocketAddr,
    folder: TempDir,
}

/// Series of samples: labels, the name among them, and pairs of time and value as text.
pub(crate) type Matrix = Vec<(BTreeMap<String, String>, Vec<(String, String)>)>;

impl Prometheus {
    /// Starts a server that scrapes these targets, and waits until it answers.
    pub(crate) async fn start(
        program: &Path,
        targets: &[(&str, SocketAddr)],
    ) -> Result<Self, Failure> {
        let mut config = String::from("  static_configs:\n");
        for (format, address) in targets {
            config += &format!("  - {{targets: [\"{address}\"], labels: {{format: {format}}}}}\n");
        }
        Self::start_with(program, &config).await
    }

    /// Starts a server with a job that says this besides its name, and waits until it answers.
    pub(crate) async fn start_with(program: &Path, job: &str) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let config = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n\
             scrape_configs:\n\
             - job_name: program\n{job}"
        );
        fs::write(folder.path().join("prometheus.yml"), config)?;
        // It cannot choose a port by itself, and one that was free a moment ago is most likely
        // still.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(folder.path().join("log"))?;
        let process = Command::new(program)
            .arg("--config.file=prometheus.yml")
            .arg("--storage.tsdb.path=data")
            .arg(format!("--web.listen-address={address}"))
            .arg("--log.level=warn")
            .arg("--enable-feature=extra-scrape-metrics")
            .current_dir(folder.path())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut started = Self { process: Running(process), address, folder };
        until("the server to start", async || {
            if let Some(status) = started.process.0.try_wait()? {
                let log = fs::read_to_string(started.folder.path().join("log"))?;
                return Err(format!("it ended with {status}: {log}").into());
            }
            Ok(http::get(address, "/-/ready").await.ok())
        })
        .await?;
        Ok(started)
    }

    async fn api(&self, path: &str) -> Result<Value, Failure> {
        let answer: Value =
            serde_json::from_str(&http::get(self.address, &format!("/api/v1/{path}")).await?)?;
        Ok(answer["data"].clone())
    }

    async fn query(&self, query: &str) -> Result<Vec<Value>, Failure> {
        self.result(&format!("query?query={}", http::url_encoded(query))).await
    }

    /// An instant vector of another moment, in seconds.
    pub(crate) async fn query_at(&self, query: &str, at: f64) -> Result<Vec<Value>, Failure> {
        self.result(&format!("query?query={}&time={at}", http::url_encoded(query))).await
    }

    async fn result(&self, path: &str) -> Result<Vec<Value>, Failure> {
        let data = self.api(path).await?;
        Ok(data["result"].as_array().ok_or_else(|| format!("no result: {data}"))?.clone())
    }

    /// The values of an instant vector.
    async fn numbers(&self, query: &str) -> Result<Vec<f64>, Failure> {
        let result = self.query(query).await?;
        result.iter().map(|series| number(&series["value"][1])).collect()
    }

    /// All that was scraped of some series.
    pub(crate) async fn matrix(&self, selector: &str) -> Result<Matrix, Failure> {
        let mut matrix = Matrix::new();
        for series in self.query(&format!("{selector}[10m]")).await? {
            let labels = serde_json::from_value(series["metric"].clone())?;
            let values: Vec<(Value, String)> = serde_json::from_value(series["values"].clone())?;
            matrix.push((
                labels,
                values.into_iter().map(|(time, value)| (time.to_string(), value)).collect(),
            ));
        }
        Ok(matrix)
    }

    async fn check_that_no_scrape_failed(&self, targets: usize) -> Result<(), Failure> {
        let active = &self.api("targets?state=active").await?["activeTargets"];
        for target in active.as_array().ok_or("a list of targets")? {
            assert_eq!((&target["health"], &target["lastError"]), (&"up".into(), &"".into()));
        }
        assert_eq!(self.numbers("min_over_time(up[10m])").await?, vec![1.0; targets]);
        Ok(())
    }

    async fn check_that_no_counter_went_back(
        &self,
        end: &Snapshot,
        targets: usize,
    ) -> Result<(), Failure> {
        let moves = self.numbers("changes(load_operations_total[10m])").await?;
        assert!(
            moves.iter().all(|moves| *moves >= (SCRAPES - 1) as f64),
            "it stood still: {moves:?}"
        );
        for family in
            end.families().iter().filter(|family| !family.desc().name().starts_with("churn_"))
        {
            let suffixes: &[&str] = match family.desc().kind() {
                Kind::Counter => &["_total"],
                Kind::Histogram => &["_bucket", "_sum", "_count"],
                _ => &[],
            };
            for suffix in suffixes {
                let name = format!("{}{suffix}", family.desc().name());
                let resets =
                    self.numbers(&format!("max by (format) (resets({name}[10m]))")).await?;
                assert_eq!(resets, vec![0.0; targets], "{name}");
            }
        }
        Ok(())
    }

    /// In every scrape, a histogram's count is the `+Inf` bucket and, if all that was observed was
    /// 1, its sum.
    async fn check_that_each_scrape_is_of_one_moment(
        &self,
        name: &str,
        ones: bool,
    ) -> Result<(), Failure> {
        let read = async |suffix: &str| -> Result<Matrix, Failure> {
            let mut matrix = self.matrix(&format!("{name}_{suffix}")).await?;
            for (labels, _) in &mut matrix {
                labels.remove("__name__");
                labels.remove("le");
            }
            matrix.sort();
            Ok(matrix)
        };
        let counts = read("count").await?;
        let times = counts.iter().flat_map(|(_, values)| values.iter().map(|(time, _)| time));
        assert!(times.collect::<HashSet<_>>().len() as u64 >= 2 * SCRAPES, "{name}");
        let mut same = vec![read("bucket{le=\"+Inf\"}").await?];
        if ones {
            same.push(read("sum").await?);
        }
        for same in same {
            assert_eq!(same.len(), counts.len(), "{name}");
            same.iter().zip(&counts).for_each(|(one, other)| assert_eq!(one, other, "{name}"));
        }
        Ok(())
    }

    async fn check_that_no_life_has_what_another_counted(&self) -> Result<(), Failure> {
        for name in ["churn_jobs_total", "churn_job_ones_count", "churn_job_ones_sum"] {
            let most = self.numbers(&format!("max(max_over_time({name}[10m]))")).await?;
            assert_eq!(most, [LIFE as f64], "{name}");
        }
        Ok(())
    }

    async fn check_that_the_last_scrape_is(
        &self,
        snapshot: &Snapshot,
        format: &str,
        stored: impl Fn(Sample) -> Sample,
    ) -> Result<(), Failure> {
        let mut scraped = BTreeMap::new();
        for series in
            self.query(&format!("{{format=\"{format}\", __name__!~\"up|scrape_.*\"}}")).await?
        {
            let mut labels: BTreeMap<String, String> =
                serde_json::from_value(series["metric"].clone())?;
            let name = labels.remove("__name__").ok_or("every series has a name")?;
            for label in ["format", "instance", "job"] {
                labels.remove(label);
            }
            let labels = samples::canonical(&name, labels);
            scraped.insert((name, labels), number(&series["value"][1])?);
        }
        let families = snapshot.families().iter();
        for sample in families.flat_map(|family| samples::of_family(family, |_, _| true, false)) {
            let sample = stored(sample);
            let scraped = scraped.remove(&(sample.name.clone(), sample.labels.clone()));
            assert_eq!(scraped, Some(sample.value.as_f64()), "{sample:?} in {format}");
        }
        assert_eq!(scraped, BTreeMap::new(), "nothing else was scraped in {format}");
        Ok(())
    }
}

/// A value as the API writes it.
fn number(value: &Value) -> Result<f64, Failure> {
    Ok(value.as_str().ok_or_else(|| format!("no value: {value}"))?.parse()?)
}

/// Asks until there is an answer.
pub(crate) async fn until<T>(
    what: &str,
    mut ask: impl AsyncFnMut() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > deadline {
            return Err(format!("waited too long for {what}").into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
