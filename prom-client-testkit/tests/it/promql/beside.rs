//! The engine beside real servers that have the same samples, and our way of asking them beside promtool's.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use prom_client_testkit::promql::{MatrixSeries, QueryValue, VectorSample};
use prom_client_testkit::{Lab, QueryAnswer, Server, Source, Timestamp, Value};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::remote_write;
use crate::http::server::run;
use crate::real::{self, program};

/// When the lab begins to scrape, and from when on it is asked.
struct Begin {
    scrapes: i64,
    asked: i64,
}

/// Ranges begin and end at samples, and at the moments of subqueries.
const ON: Begin = Begin { scrapes: 1_704_067_200_000, asked: 1_704_067_200_000 };

/// None does: at its left end, Prometheus 2 takes a sample that Prometheus 3 leaves out.
const BESIDE: Begin = Begin { scrapes: 1_704_067_200_500, asked: 1_704_067_200_250 };

/// Queries on which Prometheus 2.42 and 3 agree beside the grid.
const QUERIES: &[&str] = &[
    "requests_total",
    "requests_total{code!=\"200\"}",
    "requests_total{path=~\"/a|/b\"} offset 10m",
    "requests_total{code=\"500\"} offset -3m",
    "level @ 1704068000",
    "level @ end()",
    "rate(requests_total[5m])",
    "sum by (path) (rate(requests_total[5m]))",
    "sum without (path, instance) (increase(requests_total[10m]))",
    "irate(requests_total[1m])",
    "idelta(level[1m])",
    "delta(level[10m])",
    "deriv(level[10m])",
    "predict_linear(level[10m], 3600)",
    "resets(requests_total[30m])",
    "changes(level[10m])",
    "avg_over_time(level[5m])",
    "min_over_time(level[5m])",
    "max_over_time(level[5m])",
    "sum_over_time(level[5m])",
    "count_over_time(level[5m])",
    "quantile_over_time(0.9, level[5m])",
    "stddev_over_time(level[5m])",
    "stdvar_over_time(level[5m])",
    "last_over_time(fleeting[5m])",
    "present_over_time(fleeting[5m])",
    "absent_over_time(fleeting[1m])",
    "absent(fleeting)",
    "fleeting",
    "odd",
    "odd > 0",
    "count(odd != odd)",
    "histogram_quantile(0.9, sum by (le) (rate(duration_seconds_bucket[5m])))",
    "histogram_quantile(0.5, rate(duration_seconds_bucket[5m]))",
    "histogram_quantile(0.99, duration_seconds_bucket)",
    "rate(duration_seconds_sum[5m]) / rate(duration_seconds_count[5m])",
    "topk(2, rate(requests_total[5m]))",
    "bottomk(2, level)",
    "avg(level)",
    "min by (instance) (level)",
    "max by (instance) (level)",
    "count by (job) (up)",
    "group by (path) (requests_total)",
    "stddev(level)",
    "stdvar(level)",
    "quantile(0.3, level)",
    "count_values(\"code\", up)",
    "sum(rate(requests_total{code=\"500\"}[5m])) / sum(rate(requests_total[5m]))",
    "rate(requests_total{code=\"500\"}[5m]) / on (path, instance) group_left () sum by (path, instance) (rate(requests_total[5m]))",
    "sum by (instance) (level) * on (instance) group_right () requests_total",
    "level + ignoring (job) level",
    "requests_total and on (instance) level > 0",
    "requests_total unless on (path) requests_total{path=\"/a\"}",
    "level > 0 or -level",
    "level > bool 0",
    "level == level",
    "level % 3",
    "level ^ 2",
    "2 ^ level",
    "-level",
    "1 - 2 * 3 ^ 2",
    "abs(level)",
    "ceil(level)",
    "floor(level)",
    "round(level, 0.5)",
    "sgn(level)",
    "clamp(level, -1, 2)",
    "clamp_min(level, 0)",
    "clamp_max(level, 0)",
    "exp(level)",
    "ln(abs(level))",
    "log2(abs(level))",
    "log10(abs(level))",
    "sqrt(abs(level))",
    "sin(level)",
    "cos(level)",
    "tan(level)",
    "asin(level / 100)",
    "acos(level / 100)",
    "atan(level)",
    "sinh(level)",
    "cosh(level)",
    "tanh(level)",
    "asinh(level)",
    "acosh(abs(level) + 1)",
    "atanh(level / 100)",
    "deg(level)",
    "rad(level)",
    "pi()",
    "time()",
    "timestamp(level)",
    "minute()",
    "hour(vector(time()))",
    "day_of_week(vector(1709213415))",
    "day_of_month(vector(1709213415))",
    "day_of_year(vector(1709213415))",
    "days_in_month(vector(1709213415))",
    "month(vector(1709213415))",
    "year(vector(1709213415))",
    "scalar(sum(level))",
    "vector(3)",
    "sort(level)",
    "sort_desc(level)",
    "label_replace(up, \"host\", \"$1\", \"instance\", \"(.*)-.*\")",
    "label_join(up, \"both\", \"/\", \"job\", \"instance\")",
    "max_over_time(rate(requests_total[2m])[10m:1m])",
    "avg_over_time(level[10m:])",
    "min_over_time(level[5m:13s] offset 1m)",
    "sum_over_time(sum(level)[5m:30s] @ 1704069000.25)",
    "quantile_over_time(0.5, (level > 0)[10m:30s])",
];

/// Queries that only Prometheus 3 answers as we do.
const QUERIES_OF_3: &[&str] = &[
    "histogram_fraction(0.1, 0.5, rate(duration_seconds_bucket[5m]))",
    "level atan2 2",
    "rate(level[5m])",
    "quantile(2, level)",
    "histogram_quantile(-1, duration_seconds_bucket)",
    "quantile_over_time(1.5, level[5m]) + rate(level[5m])",
    "sum(increase(up[5m])) by (job)",
];

/// A program of two instances over an hour: counters that begin anew, levels, a histogram, series that come and go,
/// and odd numbers.
fn lab(begin: &Begin) -> Lab {
    let start = Timestamp::from_millis(begin.scrapes);
    let mut lab = Lab::new().starting_at(start);
    for (instance, factor) in [("web-1", 1.0_f64), ("web-2", 2.5)] {
        let step = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
        let hook = step.clone();
        lab = lab.on_advance(move |at| {
            let since = (at.as_millis() - start.as_millis()) / 15_000;
            hook.store(u32::try_from(since).expect("few"), std::sync::atomic::Ordering::Relaxed);
        });
        let target = move |_: &str| {
            let body = exposition(step.load(std::sync::atomic::Ordering::Relaxed), factor);
            ("text/plain; version=0.0.4".to_owned(), body.into_bytes())
        };
        lab = lab.with_target(
            prom_client_testkit::Target::new("shop", target).label("instance", instance),
        );
    }
    lab.advance_blocking("1h").expect("a span of time");
    lab
}

/// What an instance says at its so-manieth scrape.
fn exposition(step: u32, factor: f64) -> String {
    let t = f64::from(step);
    // The counters begin anew after half an hour and a bit.
    let age = f64::from(step % 130);
    let mut body = String::new();
    for (i, path) in ["/a", "/b", "/c"].iter().enumerate() {
        let each = (i as f64 + 1.0) * factor;
        body += &format!(
            "requests_total{{path=\"{path}\",code=\"200\"}} {}\n",
            (age * each * 7.0).floor()
        );
        body += &format!(
            "requests_total{{path=\"{path}\",code=\"500\"}} {}\n",
            (age * each / 3.0).floor()
        );
        body += &format!("level{{path=\"{path}\"}} {}\n", 10.0 * (t / 9.0 + each).sin());
    }
    let mut below = 0.0;
    for (bound, share) in [("0.1", 3.0), ("0.25", 5.0), ("0.5", 2.0), ("1", 0.5), ("+Inf", 0.1)] {
        below += (age * share * factor).floor();
        body += &format!("duration_seconds_bucket{{le=\"{bound}\"}} {below}\n");
    }
    body += &format!("duration_seconds_sum {}\nduration_seconds_count {below}\n", below * 0.2);
    if step % 60 < 20 {
        body += &format!("fleeting {t}\n");
    }
    body += &format!(
        "odd {}\n",
        ["NaN", "+Inf", "-Inf", "0", "1e-300", "-2e300"][step as usize / 7 % 6]
    );
    body
}

/// A server that has what a lab has.
fn server(program: &Path, lab: &Lab) -> (real::Server, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("prometheus.yml"), "").expect("a file");
    let arguments = ["--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=100y"];
    let server = real::Server::start(program, folder.path(), &arguments);
    real::until("readiness", || {
        let (head, _) = server.send(b"GET /-/ready HTTP/1.0\r\n\r\n")?;
        head.contains(" 200 ").then_some(())
    });
    remote_write::send(lab.store(), &server);
    (server, folder)
}

/// Claims with the moment in them, since a server's time is not the lab's.
const CLAIMS: [(&str, bool); 6] = [
    ("up @ 1704068000 == 1", true),
    ("level @ 1704068000 > 0", false),
    ("sum by (path) (rate(requests_total[5m] @ 1704068000)) > 0", true),
    (
        "requests_total{code=\"500\"} @ 1704068000 < on (path, instance) requests_total{code=\"200\"} @ 1704068000",
        true,
    ),
    ("sum(errors_total @ 1704068000) == 0", false),
    ("absent(errors_total)", true),
];

/// A newer Prometheus, if the environment names one.
fn newer() -> Option<PathBuf> {
    let found = std::env::var_os("PROM_NEWER").map(PathBuf::from);
    if found.is_none() {
        println!("skipped: no PROM_NEWER");
    }
    found
}

/// Asks both at moments and for a range, and compares; the annotations too, if the server knows any.
async fn compare(begin: &Begin, lab: &Lab, server: &Server, queries: &[&str]) -> Vec<String> {
    let at =
        |seconds| Timestamp::from_millis(begin.asked) + std::time::Duration::from_secs(seconds);
    let step = std::time::Duration::from_secs(45);
    let probe = server.query("quantile(2, up)").await.expect("an answer");
    let annotated = !probe.warnings.is_empty();
    let mut wrong = Vec::new();
    for query in queries {
        for seconds in [600, 1_937, 3_600] {
            let ours = lab.query_at(query, Some(at(seconds))).await;
            let theirs = server.query_at(query, Some(at(seconds))).await;
            wrong.extend(
                difference(ours, theirs, annotated).map(|d| format!("{query} at {seconds}: {d}")),
            );
        }
        let ours = Source::query_range(lab, query, at(300), at(3_600), step).await;
        let theirs = Source::query_range(server, query, at(300), at(3_600), step).await;
        wrong.extend(
            difference(ours, theirs, annotated).map(|d| format!("{query} in a range: {d}")),
        );
    }
    println!("asked {} queries at three moments and for a range", queries.len());
    wrong
}

type Answer = Result<QueryAnswer, prom_client_testkit::QueryError>;

/// What differs between two answers.
fn difference(ours: Answer, theirs: Answer, annotated: bool) -> Option<String> {
    let (ours, theirs) = match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (Err(_), Err(_)) => return None,
        (ours, theirs) => {
            let shown =
                |answer: Answer| answer.map_or_else(|e| e.to_string(), |a| a.value.to_string());
            return Some(format!("\n  ours: {}\n  theirs: {}", shown(ours), shown(theirs)));
        }
    };
    let same = match (&ours.value, &theirs.value) {
        (QueryValue::Scalar(a), QueryValue::Scalar(b)) => near(*a, *b),
        (QueryValue::Vector(a), QueryValue::Vector(b)) => same_vector(a, b),
        (QueryValue::Matrix(a), QueryValue::Matrix(b)) => same_matrix(a, b),
        (a, b) => a == b,
    };
    if !same {
        return Some(format!("\n  ours: {}\n  theirs: {}", ours.value, theirs.value));
    }
    let notes = |answer: &QueryAnswer| -> BTreeSet<String> {
        let all = answer.warnings.iter().chain(&answer.infos);
        // Prometheus 3.5 says nothing about orders yet.
        all.filter(|note| !note.contains("sort is ineffective")).cloned().collect()
    };
    let (ours, theirs) = (notes(&ours), notes(&theirs));
    (annotated && ours != theirs).then(|| format!("\n  ours: {ours:?}\n  theirs: {theirs:?}"))
}

fn same_vector(a: &[VectorSample], b: &[VectorSample]) -> bool {
    let sorted = |samples: &[VectorSample]| {
        let mut samples = samples.to_vec();
        samples.sort_by(|a, b| a.labels.cmp(&b.labels));
        samples
    };
    a.len() == b.len()
        && sorted(a)
            .iter()
            .zip(sorted(b))
            .all(|(a, b)| a.labels == b.labels && same_value(&a.value, &b.value))
}

fn same_matrix(a: &[MatrixSeries], b: &[MatrixSeries]) -> bool {
    let mut both = a.iter().zip(b);
    a.len() == b.len()
        && both.all(|(a, b)| {
            let mut points = a.points.iter().zip(&b.points);
            a.labels == b.labels
                && a.points.len() == b.points.len()
                && points.all(|(a, b)| a.at == b.at && same_value(&a.value, &b.value))
        })
}

fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => near(*a, *b),
        (a, b) => a == b,
    }
}

/// Whether two numbers are the same but for the order in which floats were added.
fn near(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

#[test]
fn a_real_server_answers_the_same() {
    let Some(prometheus) = program("prometheus") else { return };
    let lab = lab(&BESIDE);
    let (real, _folder) = server(&prometheus, &lab);
    run(async {
        let server = Server::new(&real.url()).expect("a URL");
        let wrong = compare(&BESIDE, &lab, &server, QUERIES).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let sources: [&dyn Source; 2] = [&lab, &server];
        for ((query, holds), source) in CLAIMS.iter().flat_map(|claim| sources.map(|s| (claim, s)))
        {
            let claimed = source.assert_query(query).await;
            assert_eq!(claimed.is_ok(), *holds, "{query}: {claimed:?}");
        }
    });
}

#[test]
fn a_newer_server_answers_the_same_on_the_grid_too() {
    let Some(prometheus) = newer() else { return };
    for begin in [BESIDE, ON] {
        let lab = lab(&begin);
        let (real, _folder) = server(&prometheus, &lab);
        run(async {
            let server = Server::new(&real.url()).expect("a URL");
            let mut wrong = compare(&begin, &lab, &server, QUERIES).await;
            wrong.extend(compare(&begin, &lab, &server, QUERIES_OF_3).await);
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        });
    }
}

/// The same with numbers in one spelling, since promtool writes no exponents, and with the series sorted.
fn spelled(json: Json) -> Json {
    match json {
        Json::String(text) => {
            text.parse::<f64>().map_or(Json::String(text), |n| format!("{n:e}").into())
        }
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(spelled).collect();
            // A server gives the series of a vector in an order of chance.
            items.sort_by_key(|item| item["metric"].to_string());
            Json::Array(items)
        }
        Json::Object(fields) => {
            Json::Object(fields.into_iter().map(|(name, value)| (name, spelled(value))).collect())
        }
        other => other,
    }
}

#[test]
fn promtool_is_told_the_same() {
    let (Some(prometheus), Some(promtool)) = (program("prometheus"), program("promtool")) else {
        return;
    };
    let lab = lab(&BESIDE);
    let (real, _folder) = server(&prometheus, &lab);
    let told = |arguments: &[&str]| -> Json {
        let output = Command::new(&promtool).args(["query", "-o", "json"]).args(arguments).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        spelled(serde_json::from_slice(&output.stdout).expect("JSON"))
    };
    let ours = |arguments: &[&str]| -> Json {
        let command =
            Command::new(env!("CARGO_BIN_EXE_prom-testkit")).arg("query").args(arguments).output();
        let output = command.expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
        spelled(json["result"].take())
    };
    let (url, end) = (real.url(), lab.now().to_string());
    let start = (lab.now() - std::time::Duration::from_secs(600)).to_string();
    for query in QUERIES {
        let at = told(&["instant", &format!("--time={end}"), "--", &url, query]);
        assert_eq!(ours(&["--json", "--time", &end, "--", &url, query]), at, "{query}");
        let (from, to) = (format!("--start={start}"), format!("--end={end}"));
        let range = told(&["range", &from, &to, "--step=30s", "--", &url, query]);
        let asked =
            ["--json", "--start", &start, "--end", &end, "--step", "30s", "--", &url, query];
        assert_eq!(ours(&asked), range, "{query}");
    }
}
