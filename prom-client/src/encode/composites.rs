//! The sink that writes OpenMetrics 2.0, of which there is a release candidate: a line for each series.
//!
//! ```text
//!  latency_seconds{path="/"} {count:3,sum:7.5,bucket:[1.0:2,+Inf:3]} st@1520430000.123 # {trace_id="x"} 1.5 1520879606.1
//!  line                      composite value                         start             exemplars
//! ```
//!
//! Families have the names of their samples. Where a histogram has exemplars of both kinds of buckets, those of the
//! classic ones are shown, as the standard wants it. A negative quantile is left out, which the standard forbids; a negative sum
//! is not, since a distribution without one is none.
//!
//! # Source
//! OpenMetrics 2.0.0-rc0.

use std::time::Duration;

use super::Dialect;
use super::cursor::{BLOCK, Cursor};
use super::escape::{Escaped, Quotes, escape};
use super::exemplar::write_exemplar;
use super::name::Name;
use super::number::{write_canonical, write_seconds};
use super::openmetrics::OpenMetrics;
use super::output::Output;
use super::spans::{counts_of, spans_of};
use super::state_set::StateSetLines;
use super::template::Template;
use crate::desc::{Desc, Escaping, Kind, Unit};
use crate::label::{LabelValues, Schema};
use crate::snapshot::{Exemplar, HistogramPoint, Naming, NativePoint, Number, Point, Sink};

/// Writes what it is handed line by line, with composite values.
pub(super) struct Composites<'a> {
    out: Output<'a>,
    kind: Kind,
    name: Name,
    line: Template,
    states: StateSetLines,
    escaped: Escaped,
}

impl<'a> Composites<'a> {
    pub(super) fn new(escaping: Escaping, text: &'a mut Vec<u8>) -> Self {
        Self {
            out: Output::new(text),
            kind: Kind::Gauge,
            name: Name::new(escaping),
            line: Template::default(),
            states: StateSetLines::default(),
            escaped: Escaped::default(),
        }
    }

    /// Writes the end.
    pub(super) fn finish(mut self) {
        self.out.texts(&[OpenMetrics.end()]);
    }

    fn float(&mut self, value: f64) {
        self.out.write(BLOCK, |to| write_canonical(value, to));
    }

    fn integer(&mut self, n: u64) {
        self.out.write(BLOCK, |to| to.integer(n));
    }

    fn number(&mut self, number: Number) {
        match number {
            Number::U64(n) => self.integer(n),
            Number::I64(n) => {
                self.out.texts(&[if n < 0 { "-" } else { "" }]);
                self.integer(n.unsigned_abs());
            }
            Number::F64(n) => self.float(n),
        }
    }

    /// The elements of a list with commas between them.
    fn list<T>(
        &mut self,
        before: &str,
        all: impl Iterator<Item = T>,
        mut element: impl FnMut(T, &mut Cursor<'_>),
    ) {
        self.out.texts(&[before]);
        for (i, one) in all.enumerate() {
            // Two numbers, and what stands between.
            self.out.write(2 * BLOCK, |to| {
                if i > 0 {
                    to.byte(b',');
                }
                element(one, to);
            });
        }
        self.out.texts(&["]"]);
    }

    /// What every composite value begins with.
    fn totals(&mut self, prefix: &str, count: u64, sum: f64) {
        self.out.texts(&["{", prefix, "count:"]);
        self.integer(count);
        self.out.texts(&[",", prefix, "sum:"]);
        self.float(sum);
    }

    fn histogram(&mut self, prefix: &str, point: &HistogramPoint<'_>) {
        self.totals(prefix, point.count(), point.sum());
        if let Some(native) = point.native() {
            self.native(native);
        }
        if !point.is_native_only() {
            let mut count = 0_u64;
            let bounds = point.bounds().iter().chain([&f64::INFINITY]);
            self.list(",bucket:[", point.counts().iter().zip(bounds), |(n, bound), to| {
                count = count.wrapping_add(*n);
                write_canonical(*bound, to);
                to.byte(b':');
                to.integer(count);
            });
        }
        self.out.texts(&["}"]);
    }

    fn native(&mut self, point: NativePoint<'_>) {
        self.out.texts(&[",schema:", if point.schema() < 0 { "-" } else { "" }]);
        self.integer(point.schema().unsigned_abs().into());
        self.out.texts(&[",zero_threshold:"]);
        self.float(point.zero_threshold());
        self.out.texts(&[",zero_count:"]);
        self.integer(point.zero_count());
        for (spans, counts, buckets) in [
            (",negative_spans:[", ",negative_buckets:[", point.negative()),
            (",positive_spans:[", ",positive_buckets:[", point.positive()),
        ] {
            if buckets.is_empty() {
                continue;
            }
            self.list(spans, spans_of(buckets), |span, to| {
                if span.offset < 0 {
                    to.byte(b'-');
                }
                to.integer(span.offset.unsigned_abs().into());
                to.byte(b':');
                to.integer(span.length.into());
            });
            self.list(counts, counts_of(buckets), |count, to| to.integer(count));
        }
    }

    fn value(&mut self, point: &Point<'_>) {
        match point {
            Point::Counter(n) | Point::Gauge(n) | Point::Unknown(n) => self.number(*n),
            Point::Histogram(point) => self.histogram("", point),
            Point::GaugeHistogram(point) => self.histogram("g", point),
            Point::Summary(point) => {
                self.totals("", point.count(), point.sum());
                let quantiles =
                    point.quantiles().filter(|(_, value)| OpenMetrics.shows_quantile(*value));
                self.list(",quantile:[", quantiles, |(rank, value), to| {
                    write_canonical(rank, to);
                    to.byte(b':');
                    write_canonical(value, to);
                });
                self.out.texts(&["}"]);
            }
            Point::Info => self.out.texts(&["1"]),
            Point::StateSet(_) => debug_assert!(false, "they have lines of their own"),
        }
    }
}

impl Sink for Composites<'_> {
    fn naming(&self) -> Naming {
        Naming::Sample
    }

    fn family(&mut self, desc: &Desc) {
        self.kind = desc.kind();
        self.name.set(desc);
        let (name, suffix) = (self.name.in_metadata(), desc.kind().suffix());
        let (behind, out) = (self.name.behind(), &mut self.out);
        out.texts(&["# TYPE ", name, suffix, behind, desc.kind().as_str(), "\n"]);
        // A unit should end the name, which the name of a counter may not after some escapings.
        let unit = desc.stated_unit().map(Unit::as_str);
        if let Some(unit) = unit.filter(|unit| name.ends_with(unit)) {
            out.texts(&["# UNIT ", name, suffix, behind, unit, "\n"]);
        }
        if !desc.help().is_empty() {
            out.texts(&["# HELP ", name, suffix, behind]);
            escape(desc.help(), Quotes::Escape, |text| out.texts(&[text]));
            out.texts(&["\n"]);
        }
    }

    fn schema(&mut self, schema: &Schema) {
        match self.kind {
            Kind::StateSet => self.states.set(&self.name, schema),
            kind => self.line.set_line(&self.name, kind.suffix(), schema),
        }
    }

    fn series(&mut self, values: &LabelValues, point: &Point<'_>, start: Option<Duration>) {
        self.series_with_exemplars(values, point, start, &[]);
    }

    fn series_with_exemplars(
        &mut self,
        values: &LabelValues,
        point: &Point<'_>,
        start: Option<Duration>,
        exemplars: &[(usize, Exemplar)],
    ) {
        let Self { out, line, states, escaped, .. } = self;
        let values = if values.is_plain() { values } else { escaped.set(values) };
        if let Point::StateSet(point) = point {
            return states.write(values, point, out);
        }
        out.write(line.len(values), |to| line.write(values, to));
        self.value(point);
        let begins = matches!(self.kind, Kind::Counter | Kind::Histogram | Kind::Summary);
        if let Some(start) = start.filter(|_| begins) {
            self.out.write(2 * BLOCK, |to| {
                to.text(" st@");
                write_seconds(start, to);
            });
        }
        self.out.texts(&["\n"]);
        let native = match point {
            Point::Histogram(point) | Point::GaugeHistogram(point)
                if exemplars.is_empty() || point.is_native_only() =>
            {
                point.native().map(|native| native.exemplars())
            }
            _ => None,
        };
        let classic = if native.is_some() { &[][..] } else { exemplars };
        let classic = classic.iter().map(|(_, exemplar)| exemplar);
        for exemplar in classic.chain(native.into_iter().flatten()) {
            write_exemplar(exemplar, &OpenMetrics, &mut self.out);
        }
    }
}
