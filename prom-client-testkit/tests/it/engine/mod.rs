//! The engine by tables: what queries answer, and why. The test language has more of them, in `tests/promql`.

mod aggregations;
mod annotations;
mod errors;
mod functions;
mod limits;
mod operators;
mod presets;
mod selectors;
mod steps;

use std::time::Duration;

use prom_client_testkit::promql::{Answer, Engine, Expr, Preset, QueryValue};
use prom_client_testkit::{
    Labels, NativeHistogram, STALE, Selector, Store, Timestamp, Value, ValueRef,
};

const MINUTE: i64 = 60_000;

/// A store with a sample each minute, from 0 on. A line is a series: `up{job="a"} 1 2 _ stale NaN`, where `_` is no
/// sample, and `h` a native histogram.
fn store(lines: &str) -> Store {
    let mut store = Store::new();
    let mut appender = store.appender();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (series, samples) = line.split_once(' ').expect("a series and its samples");
        let selector: Selector = series.parse().unwrap_or_else(|error| panic!("{error}"));
        let pairs = selector.matchers().iter().map(|matcher| (matcher.name(), matcher.value()));
        let series = appender.series(&pairs.collect::<Labels>());
        let histogram = NativeHistogram::default();
        for (i, sample) in samples.split_whitespace().enumerate() {
            let value = match sample {
                "_" => continue,
                "h" => ValueRef::Histogram(&histogram),
                "stale" => ValueRef::Float(STALE),
                number => ValueRef::Float(number.parse().expect("a number")),
            };
            let at = Timestamp::from_millis(i64::try_from(i).expect("few") * MINUTE);
            appender.append(series, at, value).expect("times grow");
        }
    }
    appender.commit();
    store
}

fn expr(query: &str) -> Expr {
    Expr::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"))
}

fn stock() -> Engine {
    Engine::new(Preset::Stock)
}

/// The answer of a stock server so many minutes after 0.
fn at(store: &Store, query: &str, minute: i64) -> Answer {
    let at = Timestamp::from_millis(minute * MINUTE);
    let answer = stock().instant(store, &expr(query), at);
    answer.unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// The answer of a stock server at each minute of a range.
fn each(store: &Store, query: &str, first: i64, last: i64) -> Answer {
    let at = |minute: i64| Timestamp::from_millis(minute * MINUTE);
    let step = Duration::from_secs(60);
    let answer = stock().range(store, &expr(query), at(first), at(last), step);
    answer.unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// An answer as one text: `a{i="1"} 5; a{i="2"} 6`, and of a matrix, `a 5@60 6@120`.
fn shown(value: &QueryValue) -> String {
    let number = |value: &Value| value.as_float().expect("numbers only").to_string();
    match value {
        QueryValue::Scalar(value) => value.to_string(),
        QueryValue::String(text) => text.to_string(),
        QueryValue::Vector(samples) => {
            let sample = samples.iter().map(|s| format!("{} {}", s.labels, number(&s.value)));
            sample.collect::<Vec<_>>().join("; ")
        }
        QueryValue::Matrix(series) => {
            let series = series.iter().map(|series| {
                let point = series.points.iter().map(|p| format!(" {}@{}", number(&p.value), p.at));
                format!("{}{}", series.labels, point.collect::<String>())
            });
            series.collect::<Vec<_>>().join("; ")
        }
    }
}

/// Checks what queries answer at a minute.
fn check(store: &Store, minute: i64, cases: &[(&str, &str)]) {
    for (query, expected) in cases {
        assert_eq!(shown(&at(store, query, minute).value), *expected, "{query} at {minute}m");
    }
}

/// Checks what queries answer over the minutes from one to another.
fn check_range(store: &Store, [first, last]: [i64; 2], cases: &[(&str, &str)]) {
    for (query, expected) in cases {
        let answer = each(store, query, first, last);
        assert_eq!(shown(&answer.value), *expected, "{query} from {first}m to {last}m");
    }
}
