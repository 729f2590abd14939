//! What a server answers, as JSON.

use std::collections::BTreeMap;

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{QueryAnswer, QueryError};
use crate::model::{Labels, Timestamp, Value};
use crate::promql::{MatrixSeries, Point, QueryValue, VectorSample};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    status: String,
    #[serde(default)]
    data: Option<Data>,
    #[serde(default)]
    error_type: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    infos: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: Json,
}

/// A series, of a vector or of a matrix.
#[derive(Deserialize)]
struct Series {
    metric: BTreeMap<String, String>,
    #[serde(default)]
    value: Option<Sample>,
    #[serde(default)]
    values: Vec<Sample>,
    #[serde(default)]
    histogram: Option<Json>,
    #[serde(default)]
    histograms: Vec<Json>,
}

/// Seconds, and the value as text.
#[derive(Deserialize)]
struct Sample(f64, String);

/// Reads an answer.
pub(super) fn read(status: StatusCode, body: &[u8]) -> Result<QueryAnswer, QueryError> {
    let envelope: Envelope = match serde_json::from_slice(body) {
        Ok(envelope) => envelope,
        // Not the server's own words: those of something before it.
        Err(_) if status != StatusCode::OK => {
            return Err(QueryError::Http(format!("server returned HTTP status {status}").into()));
        }
        Err(error) => return Err(unusable(error.to_string())),
    };
    if envelope.status != "success" {
        return Err(QueryError::Refused {
            status: status.as_u16(),
            kind: envelope.error_type.into(),
            message: envelope.error.into(),
        });
    }
    let data = envelope.data.ok_or_else(|| unusable("there is no data in it"))?;
    let value = value(data)?;
    Ok(QueryAnswer { value, warnings: envelope.warnings, infos: envelope.infos })
}

fn value(data: Data) -> Result<QueryValue, QueryError> {
    match &*data.result_type {
        "scalar" => {
            let sample: Sample = typed(data.result)?;
            Ok(QueryValue::Scalar(number(&sample.1)?))
        }
        "string" => {
            let sample: Sample = typed(data.result)?;
            Ok(QueryValue::String(sample.1.into()))
        }
        "vector" => {
            let series: Vec<Series> = typed(data.result)?;
            let vector: Result<_, _> = series.into_iter().map(vector_sample).collect();
            Ok(QueryValue::Vector(vector?))
        }
        "matrix" => {
            let series: Vec<Series> = typed(data.result)?;
            let matrix: Result<_, _> = series.into_iter().map(matrix_series).collect();
            Ok(QueryValue::Matrix(matrix?))
        }
        other => Err(unusable(format!("unknown type of result `{other}`"))),
    }
}

fn typed<T: serde::de::DeserializeOwned>(json: Json) -> Result<T, QueryError> {
    serde_json::from_value(json).map_err(|error| unusable(error.to_string()))
}

fn vector_sample(series: Series) -> Result<VectorSample, QueryError> {
    let labels = labels(series.metric);
    match (series.value, series.histogram) {
        (Some(Sample(_, text)), None) => {
            Ok(VectorSample { labels, value: Value::Float(number(&text)?) })
        }
        (_, Some(_)) => Err(unusable(format!("{labels} is a native histogram"))),
        (None, None) => Err(unusable(format!("{labels} has no value"))),
    }
}

fn matrix_series(series: Series) -> Result<MatrixSeries, QueryError> {
    let labels = labels(series.metric);
    if !series.histograms.is_empty() {
        return Err(unusable(format!("{labels} has native histograms")));
    }
    let points: Result<Vec<Point>, QueryError> = series
        .values
        .into_iter()
        .map(|Sample(seconds, text)| {
            Ok(Point { at: moment(seconds), value: Value::Float(number(&text)?) })
        })
        .collect();
    Ok(MatrixSeries { labels, points: points? })
}

fn labels(metric: BTreeMap<String, String>) -> Labels {
    metric.into_iter().collect()
}

/// To the nearest millisecond, which is what a server writes.
#[expect(clippy::cast_possible_truncation, reason = "it saturates")]
fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1000.0).round() as i64)
}

fn number(text: &str) -> Result<f64, QueryError> {
    text.parse().map_err(|_| unusable(format!("{text:?} is no number")))
}

fn unusable(reason: impl Into<Box<str>>) -> QueryError {
    QueryError::Answer(reason.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vector(samples: &[(String, f64)]) -> String {
        let series: Vec<Json> = samples
            .iter()
            .map(|(job, value)| {
                let value = Value::Float(*value).to_string();
                serde_json::json!({ "metric": { "job": job }, "value": [1.5, value] })
            })
            .collect();
        let data = serde_json::json!({ "resultType": "vector", "result": series });
        serde_json::json!({ "status": "success", "data": data }).to_string()
    }

    proptest! {
        #[test]
        fn what_a_server_writes_is_read(
            samples in proptest::collection::vec((".{0,8}", proptest::num::f64::ANY), 0..10),
        ) {
            let answer = read(StatusCode::OK, vector(&samples).as_bytes()).expect("an answer");
            let QueryValue::Vector(read) = answer.value else { panic!("no vector") };
            prop_assert_eq!(read.len(), samples.len());
            for (sample, (job, value)) in read.iter().zip(&samples) {
                prop_assert_eq!(sample.labels.get("job").unwrap_or_default(), job);
                let number = sample.value.as_float().expect("a number");
                prop_assert!(number == *value || number.is_nan() && value.is_nan());
            }
        }

        #[test]
        fn any_body_is_read_or_refused(
            body in proptest::collection::vec(any::<u8>(), 0..40),
            parts in "([\\[\\]{},:]|\"(status|success|data|result|resultType|vector|matrix|metric|value|values)\"|1|null){0,40}",
            broken in 0..120_usize,
        ) {
            let whole = vector(&[("a".to_owned(), 1.0)]);
            let cut = &whole.as_bytes()[..broken.min(whole.len())];
            for body in [&body[..], parts.as_bytes(), cut] {
                let _ = read(StatusCode::OK, body);
                let _ = read(StatusCode::BAD_REQUEST, body);
            }
        }
    }
}
