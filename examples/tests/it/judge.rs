//! Python's `prometheus_client` as a judge: its reader of OpenMetrics is the strictest there is.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use prom_client::{FamilySnapshot, Format, Kind, Number, Snapshot};
use serde_json::Value;

use crate::Failure;
use crate::samples::{self, Sample};
use crate::tools::{self, Running};

/// One Python process for many expositions: starting it takes longer than judging a thousand.
#[derive(Debug)]
pub(crate) struct Judge {
    _process: Running,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Judge {
    /// Nothing if Python or the package is missing.
    pub(crate) fn start() -> Result<Option<Self>, Failure> {
        let python = std::env::var("PROM_PYTHON").unwrap_or_else(|_| "python3".into());
        let has_package = Command::new(&python)
            .args(["-c", "import prometheus_client.openmetrics.parser"])
            .stderr(Stdio::null())
            .status();
        match has_package {
            Ok(status) if status.success() => {}
            Ok(_) => return Ok(skip("prometheus_client")),
            Err(_) => return Ok(skip(&python)),
        }
        let mut process = Command::new(&python)
            .args(["-c", include_str!("judge.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let questions = process.stdin.take().ok_or("its input is a pipe")?;
        let answers = BufReader::new(process.stdout.take().ok_or("its output is a pipe")?);
        Ok(Some(Self { _process: Running(process), questions, answers }))
    }

    /// An error that says what is wrong, unless the exposition says what the snapshot says, in its
    /// order; with the start times of series, if it is one of those.
    pub(crate) fn check(
        &mut self,
        format: Format,
        created: bool,
        exposition: &str,
        snapshot: &Snapshot,
    ) -> Result<(), Failure> {
        let read = self.ask(format, exposition)?;
        let mut read = read.iter();
        let strict = format == Format::OpenMetrics;
        for expected in snapshot.families() {
            let family = read.next().ok_or("a family is missing")?;
            check_family(format, created && strict, family, expected)?;
            if created && !strict {
                check_created(&mut read, expected)?;
            }
        }
        match read.next() {
            Some(more) => Err(format!("{more} is not there").into()),
            None => Ok(()),
        }
    }

    /// The families that are read, or an error that says what is wrong.
    pub(crate) fn ask(&mut self, format: Format, exposition: &str) -> Result<Vec<Value>, Failure> {
        let name = if format == Format::OpenMetrics { "openmetrics" } else { "text" };
        writeln!(self.questions, "{name} {}", exposition.len())?;
        self.questions.write_all(exposition.as_bytes())?;
        self.questions.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let answer: Value = serde_json::from_str(&answer)?;
        match &answer["families"] {
            Value::Array(families) => Ok(families.clone()),
            _ => Err(format!("refused: {}", answer["error"]).into()),
        }
    }
}

fn skip(name: &str) -> Option<Judge> {
    tools::missing(name);
    None
}

/// The text format has start times in a family of their own.
fn check_created<'a>(
    read: &mut impl Iterator<Item = &'a Value>,
    expected: &FamilySnapshot,
) -> Result<(), Failure> {
    let name = expected.desc().name();
    let expected: Vec<Sample> =
        expected.all_series().iter().filter_map(|series| samples::created(name, series)).collect();
    if expected.is_empty() {
        return Ok(());
    }
    let read = read.next().ok_or("start times are missing")?;
    if read[0] != format!("{name}_created") || read[1] != "gauge" {
        return Err(
            format!("{} {} was read for the start times of {name}", read[0], read[1]).into()
        );
    }
    check_samples(read, &expected, false)
}

fn check_family(
    format: Format,
    created: bool,
    read: &Value,
    expected: &FamilySnapshot,
) -> Result<(), Failure> {
    let desc = expected.desc();
    let strict = format == Format::OpenMetrics;
    // The text format has no units. Its reader takes the `_total` off a counter.
    let unit = desc.stated_unit().filter(|_| strict).map_or("", |unit| unit.as_str());
    // The strict reader takes blanks off the beginning of the help, the lax one various off both
    // ends.
    let help = |text: &str| match strict {
        true => text.trim_start_matches(' ').to_owned(),
        false => text.trim_matches(|c: char| c.is_whitespace() || c.is_control()).to_owned(),
    };
    let same_help = read[3].as_str().is_some_and(|read| help(read) == help(desc.help()));
    // The text format knows neither infos nor state sets.
    let (name, kind) = match desc.kind() {
        Kind::Info if !strict => (format!("{}_info", desc.name()), "gauge"),
        Kind::StateSet if !strict => (desc.name().to_owned(), "gauge"),
        kind => (desc.name().to_owned(), kind.as_str()),
    };
    if read[0] != name.as_str() || read[1] != kind || read[2] != unit || !same_help {
        return Err(format!(
            "{} {} {} {} was read for {desc:?}",
            read[0], read[1], read[2], read[3]
        )
        .into());
    }
    let shows_sum = match format {
        // What would fall or be no number is no total to this standard.
        Format::OpenMetrics => |bounds: &[f64], sum: f64| {
            bounds.first().is_none_or(|lowest| *lowest >= 0.0) && sum >= 0.0
        },
        _ => |_: &[f64], _: f64| true,
    };
    check_samples(read, &samples::of_family(expected, shows_sum, created), strict)
}

fn check_samples(read: &Value, expected: &[Sample], exemplars: bool) -> Result<(), Failure> {
    let read = read[4].as_array().ok_or("a family has samples")?;
    if read.len() != expected.len() {
        return Err(format!("{read:?} was read for {expected:?}").into());
    }
    for (read, expected) in read.iter().zip(expected) {
        if !is_read_as(read, expected) || !has_exemplar_of(read, expected, exemplars) {
            return Err(format!("{read} was read for {expected:?}").into());
        }
    }
    Ok(())
}

/// Whether the exemplar that was read is the expected one, or none in a format without them.
fn has_exemplar_of(read: &Value, expected: &Sample, exemplars: bool) -> bool {
    let Some(expected) = expected.exemplar.as_ref().filter(|_| exemplars) else {
        return read[3].is_null();
    };
    let labels: BTreeMap<&str, &str> = expected.labels().iter().collect();
    let number = |value: &Value| value.as_str()?.parse::<f64>().ok();
    read[3][0] == serde_json::json!(labels)
        && number(&read[3][1]) == Some(expected.value())
        && number(&read[3][2]) == Some(expected.timestamp().as_secs_f64())
}

fn is_read_as(read: &Value, expected: &Sample) -> bool {
    let labels: BTreeMap<String, String> =
        serde_json::from_value(read[1].clone()).unwrap_or_default();
    let Some(value) = read[2].as_str() else {
        return false;
    };
    let same_value = match expected.value {
        // Every digit.
        Number::U64(n) => value.parse() == Ok(n),
        Number::I64(n) => value.parse() == Ok(n),
        // NaN is read as NaN, though it is not equal to itself. The sign of 0 has no meaning.
        Number::F64(x) => {
            value.parse::<f64>().is_ok_and(|read| read == x || (read.is_nan() && x.is_nan()))
        }
        _ => false,
    };
    read[0] == expected.name
        && samples::canonical(&expected.name, labels)
            == samples::canonical(&expected.name, expected.labels.clone())
        && same_value
}
