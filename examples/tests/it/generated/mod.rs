//! Registries that nobody would write, for judges that forgive no mistake.

mod plan;
mod strategy;

use std::cell::RefCell;
use std::process::Command;
use std::time::Duration;

use prom_client::{
    ContentType, Desc, Encoder, Escaping, Exemplar, Format, LabelValues, Naming, Point, Registry,
    Schema, Sink, Snapshot,
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::judge::Judge;
use crate::{Failure, tools};

#[test]
fn the_strict_judge_reads_in_openmetrics_what_the_snapshot_says() -> Result<(), Failure> {
    judge(Format::OpenMetrics)
}

#[test]
fn a_lax_reader_reads_in_text_what_the_snapshot_says() -> Result<(), Failure> {
    judge(Format::Text)
}

#[test]
fn promtool_reads_every_text_exposition() {
    let Some(promtool) = tools::find("promtool") else {
        return;
    };
    // Each takes a process of its own. Some do, since the lax reader has read many.
    let config = Config { cases: 24, ..Config::default() };
    for_registries(config, |registry| {
        registry.set_created_lines(true);
        let text = registry.to_text();
        let output = tools::run(Command::new(&promtool).args(["check", "metrics"]), &text)?;
        // 3 is an opinion on names; 1 would be an error.
        match output.status.code() {
            Some(0 | 3) => Ok(()),
            _ => Err(format!("{}\n{text}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    });
}

#[test]
fn the_strict_judge_reads_names_however_they_are_escaped() -> Result<(), Failure> {
    let Some(judge) = Judge::start()? else {
        return Ok(());
    };
    let judge = RefCell::new(judge);
    for_registries(Config::default(), |registry| {
        for escaping in [Escaping::Underscores, Escaping::Dots, Escaping::Values] {
            for format in [Format::Text, Format::OpenMetrics] {
                let (exposition, _) = read(registry, ContentType::new(format, escaping), true)?;
                // Escaped, a label may begin with two underscores. The judge would refuse it;
                // servers store it like others.
                if ["{__", ",__"].iter().any(|label| exposition.contains(label)) {
                    continue;
                }
                let read = judge.borrow_mut().ask(format, &exposition);
                read.map_err(|failure| Failure::from(format!("{failure}\n{exposition}")))?;
            }
        }
        Ok(())
    });
    Ok(())
}

fn judge(format: Format) -> Result<(), Failure> {
    let Some(judge) = Judge::start()? else {
        return Ok(());
    };
    let judge = RefCell::new(judge);
    for_registries(Config::default(), |registry| {
        for created in [false, true] {
            let content_type = ContentType::new(format, Escaping::AllowUtf8);
            let (exposition, snapshot) = read(registry, content_type, created)?;
            let checked = judge.borrow_mut().check(format, created, &exposition, &snapshot);
            checked.map_err(|failure| format!("{failure}\n{exposition}"))?;
        }
        Ok(())
    });
    Ok(())
}

/// Runs `check` on many registries and, if it fails on one, on smaller ones until it does not.
fn for_registries(config: Config, check: impl Fn(&Registry) -> Result<(), Failure>) {
    let config = Config { source_file: Some(file!()), ..config };
    let result = TestRunner::new(config).run(&strategy::plan(), |plan| {
        check(&plan.build()).map_err(|failure| TestCaseError::fail(failure.to_string()))
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// An exposition and a snapshot, of one gathering: each counts the collectors that failed in it.
fn read(
    registry: &Registry,
    content_type: ContentType,
    created: bool,
) -> Result<(String, Snapshot), Failure> {
    let (mut exposition, mut snapshot) = (Vec::new(), Snapshot::default());
    let mut encoder = Encoder::new(content_type, &mut exposition);
    if created {
        encoder = encoder.with_created_lines();
    }
    registry.gather(&mut Both(&mut encoder, &mut snapshot));
    encoder.finish();
    Ok((String::from_utf8(exposition)?, snapshot))
}

/// Two sinks as one. Families come in the order of the first.
struct Both<'a, A, B>(&'a mut A, &'a mut B);

impl<A: Sink, B: Sink> Sink for Both<'_, A, B> {
    fn naming(&self) -> Naming {
        self.0.naming()
    }

    fn family(&mut self, desc: &Desc) {
        self.0.family(desc);
        self.1.family(desc);
    }

    fn schema(&mut self, schema: &Schema) {
        self.0.schema(schema);
        self.1.schema(schema);
    }

    fn series(&mut self, values: &LabelValues, point: &Point<'_>, start: Option<Duration>) {
        self.0.series(values, point, start);
        self.1.series(values, point, start);
    }

    fn series_with_exemplars(
        &mut self,
        values: &LabelValues,
        point: &Point<'_>,
        start: Option<Duration>,
        exemplars: &[(usize, Exemplar)],
    ) {
        self.0.series_with_exemplars(values, point, start, exemplars);
        self.1.series_with_exemplars(values, point, start, exemplars);
    }
}
