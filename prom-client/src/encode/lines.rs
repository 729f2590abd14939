//! The sink that writes text.

use std::time::Duration;

use super::Dialect;
use super::created::CreatedLines;
use super::cursor::{BLOCK, Cursor};
use super::escape::Escaped;
use super::exemplar::write_exemplar;
use super::histogram::HistogramLines;
use super::name::Name;
use super::output::Output;
use super::state_set::StateSetLines;
use super::summary::SummaryLines;
use super::template::Template;
use crate::desc::{Desc, Escaping, Kind};
use crate::label::{LabelValues, Schema};
use crate::snapshot::{Exemplar, Naming, Number, Point, Sink};

/// Writes what it is handed line by line, in the dialect of a text format.
pub(super) struct Lines<'a> {
    out: Output<'a>,
    dialect: &'static dyn Dialect,
    kind: Kind,
    name: Name,
    /// The line of a counter, gauge or info.
    line: Template,
    histogram: HistogramLines,
    summary: SummaryLines,
    states: StateSetLines,
    escaped: Escaped,
    /// Boxed, since few ask for them.
    created: Option<Box<CreatedLines>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(
        dialect: &'static dyn Dialect,
        escaping: Escaping,
        text: &'a mut Vec<u8>,
    ) -> Self {
        Self {
            out: Output::new(text),
            dialect,
            kind: Kind::Gauge,
            name: Name::new(escaping),
            line: Template::default(),
            histogram: HistogramLines::default(),
            summary: SummaryLines::default(),
            states: StateSetLines::default(),
            escaped: Escaped::default(),
            created: None,
        }
    }

    pub(super) fn with_created_lines(mut self) -> Self {
        self.created = Some(Box::default());
        self
    }

    /// Writes the end.
    pub(super) fn finish(mut self) {
        if let Some(created) = &mut self.created {
            created.finish(&self.name, &mut self.out);
        }
        self.out.texts(&[self.dialect.end()]);
    }
}

impl Sink for Lines<'_> {
    fn naming(&self) -> Naming {
        self.dialect.naming()
    }

    fn family(&mut self, desc: &Desc) {
        if let Some(created) = &mut self.created {
            created.finish(&self.name, &mut self.out);
            created.family(desc.kind());
        }
        self.kind = desc.kind();
        self.name.set(desc);
        self.dialect.metadata(desc, &self.name, &mut self.out);
    }

    fn schema(&mut self, schema: &Schema) {
        match self.kind {
            Kind::Counter | Kind::Gauge | Kind::Info | Kind::Unknown => {
                self.line.set_line(&self.name, self.kind.suffix(), schema);
            }
            Kind::Histogram | Kind::GaugeHistogram => {
                self.histogram.set(&self.name, self.kind, schema, self.dialect);
            }
            Kind::Summary => self.summary.set(&self.name, schema),
            Kind::StateSet => self.states.set(&self.name, schema),
        }
        if let Some(created) = &mut self.created {
            created.schema(&self.name, schema);
        }
    }

    fn series(&mut self, values: &LabelValues, point: &Point<'_>, start: Option<Duration>) {
        if self.created.is_some() {
            return self.series_and_start(values, point, start);
        }
        let Self { out, line, dialect, .. } = self;
        let values = if values.is_plain() { values } else { self.escaped.set(values) };
        match (self.kind, point) {
            (Kind::Counter, Point::Counter(number))
            | (Kind::Gauge, Point::Gauge(number))
            | (Kind::Unknown, Point::Unknown(number)) => match *number {
                Number::U64(n) => write_line(line, values, out, |to| to.integer(n)),
                Number::I64(n) => write_line(line, values, out, |to| {
                    if n < 0 {
                        to.byte(b'-');
                    }
                    to.integer(n.unsigned_abs());
                }),
                Number::F64(n) => write_line(line, values, out, |to| dialect.float(n, to)),
            },
            (Kind::Histogram, Point::Histogram(point))
            | (Kind::GaugeHistogram, Point::GaugeHistogram(point)) => {
                self.histogram.write(values, point, *dialect, out);
            }
            (Kind::Summary, Point::Summary(point)) => {
                self.summary.write(values, point, *dialect, out);
            }
            (Kind::Info, Point::Info) => write_line(line, values, out, |to| to.byte(b'1')),
            (Kind::StateSet, Point::StateSet(point)) => self.states.write(values, point, out),
            _ => debug_assert!(false, "points are of the kind of their family"),
        }
    }

    #[cold]
    fn series_with_exemplars(
        &mut self,
        values: &LabelValues,
        point: &Point<'_>,
        start: Option<Duration>,
        exemplars: &[(usize, Exemplar)],
    ) {
        if exemplars.is_empty() || !self.dialect.shows_exemplars() {
            return self.series(values, point, start);
        }
        let created = self.created.take();
        match (self.kind, point) {
            (Kind::Counter, Point::Counter(_)) => {
                self.series(values, point, None);
                write_exemplar(&exemplars[0].1, self.dialect, &mut self.out);
            }
            (Kind::Histogram, Point::Histogram(point))
            | (Kind::GaugeHistogram, Point::GaugeHistogram(point)) => {
                let Self { out, dialect, .. } = self;
                let values = if values.is_plain() { values } else { self.escaped.set(values) };
                self.histogram.write_with_exemplars(values, point, exemplars, *dialect, out);
            }
            _ => debug_assert!(false, "only counters and buckets have exemplars"),
        }
        self.created = created;
        self.write_start(values, start);
    }
}

impl Lines<'_> {
    /// Apart, so that who asks for no start times does not keep them at hand.
    #[cold]
    fn series_and_start(
        &mut self,
        values: &LabelValues,
        point: &Point<'_>,
        start: Option<Duration>,
    ) {
        let created = self.created.take();
        self.series(values, point, None);
        self.created = created;
        self.write_start(values, start);
    }

    fn write_start(&mut self, values: &LabelValues, start: Option<Duration>) {
        if let (Some(created), Some(start)) = (&mut self.created, start) {
            let values = if values.is_plain() { values } else { self.escaped.set(values) };
            created.write(values, start, self.dialect, &mut self.out);
        }
    }
}

#[inline(always)]
fn write_line(
    line: &mut Template,
    values: &LabelValues,
    out: &mut Output<'_>,
    number: impl FnOnce(&mut Cursor<'_>),
) {
    out.write(line.len(values) + BLOCK, |to| {
        line.write(values, to);
        number(to);
        to.byte(b'\n');
    });
}
