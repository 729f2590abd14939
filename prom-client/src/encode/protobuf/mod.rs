//! Prometheus' protobuf exposition: messages of the type `io.prometheus.client.MetricFamily`, each behind its length.
//!
//! ```text
//!  family ─ length │ name, help, type │ metric │ metric │ … │ unit
//!                                       metric ─ length │ labels │ counter, gauge, summary, untyped or histogram
//! ```
//!
//! There is no tree of messages. A part is written to memory that is used again, and copied behind its length when
//! that is known; only the length of a family is written into a gap before it. Of the labels, which are most of it,
//! those that are the same in the next series are kept.
//!
//! Fields come in the order of their numbers and numbers in a list are not packed, as in the messages of Go.
//!
//! # Source
//! `metrics.proto` of Prometheus' client model, and its specification of native histograms.

mod direct;
mod distribution;
mod exemplar;
mod fields;
mod labels;
mod native;

use std::time::Duration;

use ::protobuf::{CodedOutputStream, Result};

use crate::desc::{Desc, Escaping, Kind, Unit};
use crate::label::{LabelValues, Schema};
use crate::snapshot::{Exemplar, Naming, Point, Sink, StateSetPoint};
use fields::{DOUBLE, family, metric, scalar};
use labels::Labels;

/// Writes what it is handed as messages.
pub(super) struct Messages<'a> {
    out: &'a mut Vec<u8>,
    /// Where the message of the family begins, with a gap for its length.
    start: Option<usize>,
    kind: Kind,
    /// The family's, in the escaping.
    name: String,
    unit: Option<Unit>,
    escaping: Escaping,
    labels: Labels,
    /// The message of one distribution.
    body: Vec<u8>,
}

impl<'a> Messages<'a> {
    pub(super) fn new(escaping: Escaping, out: &'a mut Vec<u8>) -> Self {
        Self {
            out,
            start: None,
            kind: Kind::Gauge,
            name: String::new(),
            unit: None,
            escaping,
            labels: Labels::default(),
            body: Vec::new(),
        }
    }

    /// Ends the last family.
    pub(super) fn finish(mut self) {
        self.end_family();
    }

    fn end_family(&mut self) {
        let Some(start) = self.start.take() else {
            return;
        };
        // A unit must end the name, which the name of a counter may not after some escapings.
        if let Some(unit) = self.unit.take().filter(|unit| self.name.ends_with(unit.as_str())) {
            append(self.out, |out| out.write_string(family::UNIT, unit.as_str()));
        }
        let end = self.out.len();
        let len = end - start - GAP;
        let gap = ::protobuf::rt::compute_raw_varint64_size(len as u64) as usize;
        if gap > GAP {
            self.out.resize(end + gap - GAP, 0);
        }
        if gap != GAP {
            self.out.copy_within(start + GAP..end, start + gap);
            self.out.truncate(start + gap + len);
        }
        let mut out = CodedOutputStream::bytes(&mut self.out[start..start + gap]);
        out.write_raw_varint64(len as u64).expect("the gap is as wide as the length");
    }

    /// One metric: its labels, which are there, and a message of this length.
    #[inline(always)]
    fn metric(&mut self, field: u32, len: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let labels = self.labels.bytes();
        direct::begin(family::METRIC, labels.len() + fields::message_len(len), self.out);
        self.out.extend_from_slice(labels);
        direct::begin(field, len, self.out);
        write(self.out);
    }

    /// A metric of one number.
    #[inline]
    fn number(&mut self, field: u32, value: f64) {
        self.metric(field, DOUBLE, |out| direct::double(scalar::VALUE, value, out));
    }

    #[inline]
    fn counter(&mut self, value: f64, exemplar: Option<&Exemplar>, start: Option<Duration>) {
        let extra = exemplar.map_or(0, exemplar::len) + exemplar::time_field_len(start);
        self.metric(metric::COUNTER, DOUBLE + extra, |out| {
            direct::double(scalar::VALUE, value, out);
            if let Some(exemplar) = exemplar {
                append(out, |out| exemplar::write(fields::counter::EXEMPLAR, exemplar, out));
            }
            direct::moment(fields::counter::START, start, out);
        });
    }

    /// A metric whose message is in `body`.
    fn distribution(&mut self, field: u32) {
        let body = std::mem::take(&mut self.body);
        self.metric(field, body.len(), |out| out.extend_from_slice(&body));
        self.body = body;
    }

    fn states(&mut self, values: &LabelValues, point: &StateSetPoint<'_>) {
        for (i, state) in point.names().enumerate() {
            self.labels.set(values);
            self.labels.push(&self.name, state);
            self.number(metric::GAUGE, if i == point.index() { 1.0 } else { 0.0 });
        }
    }
}

impl Sink for Messages<'_> {
    fn naming(&self) -> Naming {
        Naming::Sample
    }

    fn family(&mut self, desc: &Desc) {
        self.end_family();
        self.start = Some(self.out.len());
        self.kind = desc.kind();
        self.unit = desc.stated_unit().cloned();
        self.name.clear();
        self.name.push_str(&self.escaping.family_name(desc));
        let stem = self.name.len();
        self.name.push_str(desc.kind().suffix());
        self.out.extend_from_slice(&[0; GAP]);
        append(self.out, |out| {
            out.write_string(family::NAME, &self.name)?;
            if !desc.help().is_empty() {
                out.write_string(family::HELP, desc.help())?;
            }
            out.write_enum(family::TYPE, fields::type_of(desc.kind()))
        });
        self.name.truncate(stem);
    }

    fn schema(&mut self, schema: &Schema) {
        self.labels.begin(schema, self.escaping);
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
        if let (Kind::StateSet, Point::StateSet(point)) = (self.kind, point) {
            return self.states(values, point);
        }
        self.labels.set(values);
        match (self.kind, point) {
            (Kind::Counter, Point::Counter(number)) => {
                let exemplar = exemplars.first().map(|(_, exemplar)| exemplar);
                self.counter(number.as_f64(), exemplar, start);
            }
            (Kind::Gauge, Point::Gauge(number)) => self.number(metric::GAUGE, number.as_f64()),
            (Kind::Unknown, Point::Unknown(number)) => {
                self.number(metric::UNTYPED, number.as_f64());
            }
            (Kind::Info, Point::Info) => self.number(metric::GAUGE, 1.0),
            (Kind::Histogram, Point::Histogram(point)) => {
                distribution::histogram(point, exemplars, start, &mut self.body);
                self.distribution(metric::HISTOGRAM);
            }
            (Kind::GaugeHistogram, Point::GaugeHistogram(point)) => {
                // It goes up and down, so that it never began.
                distribution::histogram(point, exemplars, None, &mut self.body);
                self.distribution(metric::HISTOGRAM);
            }
            (Kind::Summary, Point::Summary(point)) => {
                distribution::summary(point, start, &mut self.body);
                self.distribution(metric::SUMMARY);
            }
            _ => debug_assert!(false, "points are of the kind of their family"),
        }
    }
}

/// Of a family that is not whole nothing stays.
impl Drop for Messages<'_> {
    fn drop(&mut self) {
        if let Some(start) = self.start {
            self.out.truncate(start);
        }
    }
}

/// Appends what `write` writes.
#[inline(always)]
fn append(to: &mut Vec<u8>, write: impl FnOnce(&mut CodedOutputStream<'_>) -> Result<()>) {
    let mut out = CodedOutputStream::vec(to);
    write(&mut out).and_then(|()| out.flush()).expect("vectors take all that is written");
}

/// Lengths from 16 KiB to 2 MiB have so many bytes. A shorter family is moved quickly, and a longer one takes its
/// time anyway.
const GAP: usize = 3;
