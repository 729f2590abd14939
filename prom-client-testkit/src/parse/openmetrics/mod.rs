//! OpenMetrics 1.0.
//!
//! Lines have one grammar ([`line`]), and it is strict about blanks. What lines mean together is another
//! matter: Prometheus does not look at it, so the lenient reader hands lines on as they come. The strict one
//! puts [`rules`] between: what the specification demands of families, metrics and points.

mod buckets;
mod group;
mod line;
mod rules;

use crate::model::{Kind, SampleRef, Sink};
use crate::parse::ParseError;
use crate::parse::cursor::Extent;
use line::{Entry, Lines, Misfit, SampleAt};

/// Reads a body to its end, as Prometheus 3.5 does.
pub(super) fn read(body: &[u8], sink: &mut impl Sink) -> Result<(), ParseError> {
    line::read::<Lenient, _>(body, &mut PassOn(sink))
}

/// Reads a body to its end, and holds it to the specification.
pub(super) fn read_strictly(body: &[u8], sink: &mut impl Sink) -> Result<(), ParseError> {
    line::read::<Strict, _>(body, &mut rules::Rules::new(body, sink))
}

struct Lenient;

impl super::braces::Dialect for Lenient {
    const BLANKS: bool = false;
    const BLANKS_AFTER_COMMA: bool = false;
    const WITHOUT_COMMAS: bool = false;
    const TRAILING_COMMA: bool = true;
    const LINES_IN_NAMES: bool = true;
    const LINES_IN_VALUES: bool = false;
    const NUL_IN_NAMES: bool = false;
    const ANY_ESCAPE: bool = true;
    const AS_STORED: bool = true;
}

struct Strict;

impl super::braces::Dialect for Strict {
    const BLANKS: bool = false;
    // The grammar has none. The reference parser takes them, and its tests hold readers to it.
    const BLANKS_AFTER_COMMA: bool = true;
    const WITHOUT_COMMAS: bool = false;
    const TRAILING_COMMA: bool = false;
    const LINES_IN_NAMES: bool = false;
    const LINES_IN_VALUES: bool = false;
    const NUL_IN_NAMES: bool = true;
    const ANY_ESCAPE: bool = true;
    const AS_STORED: bool = false;
}

/// Hands lines on without looking at them.
struct PassOn<'a, S>(&'a mut S);

impl<S: Sink> Lines for PassOn<'_, S> {
    fn metadata(&mut self, _: Extent, family: &str, entry: Entry<'_>) -> Result<(), Misfit> {
        pass_on(self.0, family, entry);
        Ok(())
    }

    fn sample(&mut self, _: &SampleAt, sample: &SampleRef<'_>) -> Result<(), Misfit> {
        self.0.sample(sample);
        Ok(())
    }

    fn repeated(&mut self, sample: &SampleRef<'_>) -> bool {
        self.0.repeated(sample)
    }

    fn end(&mut self) -> Result<(), Misfit> {
        Ok(())
    }
}

fn pass_on(sink: &mut impl Sink, family: &str, entry: Entry<'_>) {
    match entry {
        Entry::Type(kind) => sink.kind(family, kind),
        Entry::Help(text) => sink.help(family, text),
        Entry::Unit(unit) => sink.unit(family, unit),
    }
}

fn kind(text: &[u8]) -> Option<Kind> {
    let kinds = [
        Kind::Counter,
        Kind::Gauge,
        Kind::Histogram,
        Kind::GaugeHistogram,
        Kind::Summary,
        Kind::Info,
        Kind::StateSet,
        Kind::Unknown,
    ];
    kinds.into_iter().find(|kind| kind.as_str().as_bytes() == text)
}
