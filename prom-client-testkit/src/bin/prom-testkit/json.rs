//! Answers as Prometheus' HTTP API writes them.

use prom_client_testkit::promql::{Point, QueryValue};
use prom_client_testkit::{Labels, Timestamp, Value};
use serde_json::{Map, Value as Json, json};

/// The type and the value, as the `data` of an answer. `at` is when the query was asked, unless the value has times of
/// its own.
pub(crate) fn text(value: &QueryValue, at: Timestamp) -> String {
    let at = seconds(at);
    let result = match value {
        QueryValue::Scalar(number) => json!([at, spelled(*number)]),
        QueryValue::String(text) => json!([at, text]),
        QueryValue::Vector(samples) => {
            let series = samples.iter();
            let series = series.map(|sample| {
                json!({ "metric": metric(&sample.labels), "value": [at, number(&sample.value)] })
            });
            series.collect()
        }
        QueryValue::Matrix(series) => {
            let point = |point: &Point| json!([seconds(point.at), number(&point.value)]);
            let series = series.iter().map(|series| {
                let values: Vec<Json> = series.points.iter().map(point).collect();
                json!({ "metric": metric(&series.labels), "values": values })
            });
            series.collect()
        }
    };
    format!("{:#}\n", json!({ "resultType": value.kind(), "result": result }))
}

fn metric(labels: &Labels) -> Json {
    Json::Object(
        labels.iter().map(|(name, value)| (name.to_owned(), json!(value))).collect::<Map<_, _>>(),
    )
}

fn seconds(at: Timestamp) -> Json {
    #[expect(clippy::cast_precision_loss, reason = "as JSON has it")]
    match at.as_millis() {
        whole if whole % 1000 == 0 => json!(whole / 1000),
        millis => json!(millis as f64 / 1000.0),
    }
}

fn number(value: &Value) -> String {
    value.as_float().map_or_else(|| value.to_string(), spelled)
}

/// The shortest digits; with an exponent where it is small or large.
fn spelled(number: f64) -> String {
    let size = number.abs();
    if size.is_finite() && (size != 0.0 && size < 1e-6 || size >= 1e21) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').expect("`{:e}` writes an exponent");
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    Value::Float(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_as_the_api_spells_them() {
        for (number, text) in [
            (0.0, "0"),
            (1.5, "1.5"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1e-7, "1e-07"),
            (-2.5e-300, "-2.5e-300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(spelled(number), text);
        }
    }
}
