//! Series to ask, with samples 15 seconds apart, and queries on them.

use std::time::Duration;

use prom_client_testkit::promql::{Answer, Engine, Expr, Preset, QueryValue};
use prom_client_testkit::{Labels, Store, Timestamp, ValueRef};

const INTERVAL: i64 = 15_000;
const WINDOW: i64 = 5 * 60 * 1_000;
const INSTANCES: usize = 100;

/// Series, and what is asked of them.
pub struct Asked {
    /// How many series and steps there are.
    pub name: &'static str,
    /// The series.
    pub store: Store,
    /// What is asked.
    pub queries: &'static [&'static str],
    /// The first step, in milliseconds.
    pub start: i64,
    /// The last step.
    pub end: i64,
    /// The time between two steps, or none if there is only one.
    pub step: Option<i64>,
}

impl Asked {
    /// 2,000 counters over 100 steps of a minute: 20 paths of each of 100 instances.
    #[must_use]
    pub fn counters() -> Self {
        let labels = |i: usize| {
            let instance = format!("shop-{}:9100", i % INSTANCES);
            let path = format!("/v1/{}", i / INSTANCES);
            Labels::from([
                ("__name__", "http_requests_total"),
                ("job", "shop"),
                ("instance", &*instance),
                ("path", &*path),
            ])
        };
        let queries = &[
            "rate(http_requests_total[5m])",
            "sum by (path) (rate(http_requests_total[5m]))",
            "http_requests_total",
        ];
        Self::range("2k_series_100_steps", (0..2_000).map(labels), queries, 100, 60_000)
    }

    /// 100 histograms of 11 buckets over 1,000 steps of 15 seconds.
    #[must_use]
    pub fn histograms() -> Self {
        const BOUNDS: [&str; 11] =
            ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"];

        let labels = |i: usize| {
            let instance = format!("shop-{}:9100", i / BOUNDS.len());
            let bound = BOUNDS[i % BOUNDS.len()];
            Labels::from([("__name__", "h_bucket"), ("instance", &*instance), ("le", bound)])
        };
        let queries = &["histogram_quantile(0.9, rate(h_bucket[5m]))"];
        let series = (0..INSTANCES * BOUNDS.len()).map(labels);
        Self::range("1100_buckets_1k_steps", series, queries, 1_000, INTERVAL)
    }

    /// 100,000 series of ten metrics, at one moment.
    #[must_use]
    pub fn pods() -> Self {
        let labels = |i: usize| {
            let (name, pod) = (format!("metric_{}", i % 10), format!("pod-{}", i / 10));
            Labels::from([
                ("__name__", &*name),
                ("job", "shop"),
                ("namespace", "eu"),
                ("pod", &*pod),
            ])
        };
        let end = 30 * INTERVAL;
        Self {
            name: "10k_of_100k_series",
            store: store((0..100_000).map(labels), end),
            queries: &["metric_3", r#"{__name__=~"metric_3",job!="x"}"#],
            start: end,
            end,
            step: None,
        }
    }

    fn range(
        name: &'static str,
        series: impl Iterator<Item = Labels>,
        queries: &'static [&'static str],
        steps: i64,
        step: i64,
    ) -> Self {
        let end = WINDOW + (steps - 1) * step;
        Self { name, store: store(series, end), queries, start: WINDOW, end, step: Some(step) }
    }

    /// What the engine answers, as a stock server would.
    #[must_use]
    pub fn ask(&self, query: &Expr) -> Answer {
        let (engine, at) = (Engine::new(Preset::Stock), Timestamp::from_millis);
        let answer = match self.step {
            None => engine.instant(&self.store, query, at(self.end)),
            Some(step) => {
                let step = Duration::from_millis(step.unsigned_abs());
                engine.range(&self.store, query, at(self.start), at(self.end), step)
            }
        };
        answer.expect("it has an answer")
    }
}

/// How many series there are, and the sum of all their values.
#[must_use]
pub fn summary(answer: &Answer) -> (usize, f64) {
    let number = |value: &prom_client_testkit::Value| value.as_float().expect("numbers only");
    match &answer.value {
        QueryValue::Vector(samples) => {
            (samples.len(), samples.iter().map(|sample| number(&sample.value)).sum())
        }
        QueryValue::Matrix(series) => {
            let points = series.iter().flat_map(|series| &series.points);
            (series.len(), points.map(|point| number(&point.value)).sum())
        }
        other => panic!("{other:?}"),
    }
}

/// Counters of these labels, each with its own rate; they begin anew every two hours.
fn store(series: impl Iterator<Item = Labels>, until: i64) -> Store {
    let mut store = Store::new();
    let mut appender = store.appender();
    for (i, labels) in series.enumerate() {
        let series = appender.series(&labels);
        for n in 0..=until / INTERVAL {
            let value = (n % 480) as f64 * (1 + i % 17) as f64;
            let at = Timestamp::from_millis(n * INTERVAL);
            appender.append(series, at, ValueRef::Float(value)).expect("times grow");
        }
    }
    appender.commit();
    store
}
