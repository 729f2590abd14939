//! `query`: ask a server, and show the answer.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prom_client_testkit::promql::QueryValue;
use prom_client_testkit::{Chart, QueryAnswer, Server, Source, Timestamp};

use crate::{json, moment};

/// So wide is a chart, if nobody says how wide the terminal is.
const WIDTH: usize = 100;

/// So many steps has a range whose step nobody says.
const STEPS: u32 = 60;

/// What to ask, whom, and when.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Query {
    pub(crate) url: String,
    pub(crate) query: String,
    pub(crate) time: Option<String>,
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) step: Option<String>,
    pub(crate) bearer: Option<String>,
    pub(crate) json: bool,
}

/// Asks and shows, or says why there is no answer.
pub(crate) fn run(query: &Query) -> ExitCode {
    match answer(query) {
        Ok((answer, text)) => {
            for note in answer.warnings.iter().chain(&answer.infos) {
                eprintln!("{note}");
            }
            let nothing = match &answer.value {
                QueryValue::Vector(samples) => samples.is_empty(),
                QueryValue::Matrix(series) => series.is_empty(),
                _ => false,
            };
            if nothing {
                eprintln!("no series");
            }
            // Whoever reads it may have had enough.
            let _ = io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(1)
        }
    }
}

fn answer(query: &Query) -> Result<(QueryAnswer, String), Box<dyn Error>> {
    let mut server = Server::new(&query.url)?;
    if let Some(token) = &query.bearer {
        server = server.authorization("Bearer", token)?;
    }
    let now = Timestamp::from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
    let at =
        |text: &Option<String>| text.as_deref().map(|text| moment::read(text, now)).transpose();
    let (time, start, end) = (at(&query.time)?, at(&query.start)?, at(&query.end)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let Some(start) = start else {
        let time = time.unwrap_or(now);
        let answer = runtime.block_on(server.query_at(&query.query, Some(time)))?;
        let text = if query.json { json::text(&answer.value, time) } else { table(&answer.value) };
        return Ok((answer, text));
    };
    let end = end.unwrap_or(now);
    let step = match &query.step {
        Some(step) => moment::span(step)?,
        None => {
            let range = Duration::from_millis(end.as_millis().abs_diff(start.as_millis()));
            Duration::from_secs((range / STEPS).as_secs().max(1))
        }
    };
    let answer = runtime.block_on(server.query_range(&query.query, start, end, step))?;
    let text = match &answer.value {
        value if query.json => json::text(value, end),
        QueryValue::Matrix(series) => {
            let mut chart = Chart::new(WIDTH).title(&*query.query).between(start, end).step(step);
            for series in series {
                let points = series.points.iter();
                let points = points.filter_map(|point| Some((point.at, point.value.as_float()?)));
                chart = chart.line(series.labels.to_string(), points);
            }
            format!("{chart}\n")
        }
        other => table(other),
    };
    Ok((answer, text))
}

/// A line for each series, with the values below each other.
fn table(value: &QueryValue) -> String {
    let rows: Vec<(String, String)> = match value {
        QueryValue::Scalar(number) => return format!("{number}\n"),
        QueryValue::String(text) => return format!("{text}\n"),
        QueryValue::Vector(samples) => samples
            .iter()
            .map(|sample| (sample.labels.to_string(), sample.value.to_string()))
            .collect(),
        QueryValue::Matrix(series) => series
            .iter()
            .flat_map(|series| {
                let labels = series.labels.to_string();
                let row = move |point: &prom_client_testkit::promql::Point| {
                    (labels.clone(), format!("{} @{}", point.value, point.at))
                };
                series.points.iter().map(row)
            })
            .collect(),
    };
    let width = rows.iter().map(|(labels, _)| labels.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(labels, value)| format!("{labels:width$}  {value}\n")).collect()
}
