//! A family, as the samples that Prometheus makes of it.

use super::histogram::{is_native, native};
use super::line::Line;
use super::metrics::{self, Metric, MetricFamily, MetricType};
use crate::model::{ExemplarRef, Kind, Labels, SampleRef, Sink, Timestamp, ValueRef, canonical};
use crate::parse::fault::{Binary, Word};
use crate::parse::number::NAN;

/// Reads families, with memory that it uses again.
pub(super) struct Reader {
    /// Whether a native histogram gives its classic buckets too.
    classic: bool,
    /// Whether the parts of a native histogram must belong together.
    strict: bool,
    line: Line,
    /// A bound in its spelling.
    bound: String,
}

/// What the samples of a metric have in common.
#[derive(Clone, Copy)]
struct Common<'a> {
    family: &'a MetricFamily,
    metric: &'a Metric,
    timestamp: Option<Timestamp>,
    start: Option<Timestamp>,
}

impl Reader {
    pub(super) fn new(classic: bool, strict: bool) -> Self {
        Self { classic, strict, line: Line::default(), bound: String::new() }
    }

    /// Hands on a family. One without metrics is none.
    pub(super) fn family(
        &mut self,
        family: &MetricFamily,
        sink: &mut impl Sink,
    ) -> Result<(), Binary> {
        if family.metric.is_empty() {
            return Ok(());
        }
        let name = family.name();
        if name.is_empty() {
            return Err(Binary::EmptyName("the family"));
        }
        let kind = match family.type_.map(|kind| kind.enum_value()) {
            None | Some(Ok(MetricType::COUNTER)) => Kind::Counter,
            Some(Ok(MetricType::GAUGE)) => Kind::Gauge,
            Some(Ok(MetricType::SUMMARY)) => Kind::Summary,
            Some(Ok(MetricType::UNTYPED)) => Kind::Unknown,
            Some(Ok(MetricType::HISTOGRAM)) => Kind::Histogram,
            Some(Ok(MetricType::GAUGE_HISTOGRAM)) => Kind::GaugeHistogram,
            Some(Err(number)) => {
                return Err(Binary::UnknownKind { family: Word::new(name), number });
            }
        };
        check_unit(name, kind, family.unit())?;
        sink.kind(name, kind);
        if let Some(help) = &family.help {
            sink.help(name, help);
        }
        if !family.unit().is_empty() {
            sink.unit(name, family.unit());
        }
        for metric in &family.metric {
            let bounds = self.has_bounds(metric);
            check_labels(name, metric, kind.bound_label().filter(|_| bounds))?;
            self.metric(family, metric, kind, sink)?;
        }
        Ok(())
    }

    fn metric(
        &mut self,
        family: &MetricFamily,
        metric: &Metric,
        kind: Kind,
        sink: &mut impl Sink,
    ) -> Result<(), Binary> {
        let timestamp = Some(metric.timestamp_ms()).filter(|millis| *millis != 0);
        let start = match kind {
            Kind::Counter => metric.counter.start_timestamp.as_ref(),
            Kind::Summary => metric.summary.start_timestamp.as_ref(),
            Kind::Histogram | Kind::GaugeHistogram => metric.histogram.start_timestamp.as_ref(),
            _ => None,
        };
        let common = Common {
            family,
            metric,
            timestamp: timestamp.map(Timestamp::from_millis),
            start: start.map(moment).filter(|start| start.as_millis() != 0),
        };
        match kind {
            Kind::Counter => {
                let exemplar = metric.counter.exemplar.as_ref();
                self.float(common, "", None, metric.counter.value(), exemplar, sink);
            }
            Kind::Gauge => self.float(common, "", None, metric.gauge.value(), None, sink),
            Kind::Summary => self.summary(common, sink),
            Kind::Histogram | Kind::GaugeHistogram => {
                if is_native(&metric.histogram) {
                    self.native(common, kind == Kind::GaugeHistogram, sink)?;
                }
                if self.is_classic(metric) {
                    self.classic(common, sink);
                }
            }
            _ => self.float(common, "", None, metric.untyped.value(), None, sink),
        }
        Ok(())
    }

    /// Whether the classic lines of a histogram are wanted.
    fn is_classic(&self, metric: &Metric) -> bool {
        !is_native(&metric.histogram) || self.classic && !metric.histogram.bucket.is_empty()
    }

    /// Whether a label for bounds will be added to those that there are.
    fn has_bounds(&self, metric: &Metric) -> bool {
        metric.histogram.is_some() && self.is_classic(metric)
            || metric.summary.is_some() && !metric.summary.quantile.is_empty()
    }

    fn summary(&mut self, common: Common<'_>, sink: &mut impl Sink) {
        let summary = &common.metric.summary;
        self.float(common, "_count", None, count(summary.sample_count()), None, sink);
        self.float(common, "_sum", None, summary.sample_sum(), None, sink);
        for quantile in &summary.quantile {
            let label = Some(("quantile", quantile.quantile()));
            self.float(common, "", label, quantile.value(), None, sink);
        }
    }

    fn classic(&mut self, common: Common<'_>, sink: &mut impl Sink) {
        let histogram = &common.metric.histogram;
        let all = either(histogram.sample_count_float(), histogram.sample_count());
        self.float(common, "_count", None, all, None, sink);
        self.float(common, "_sum", None, histogram.sample_sum(), None, sink);
        for bucket in &histogram.bucket {
            let label = Some(("le", bucket.upper_bound()));
            let value = either(bucket.cumulative_count_float(), bucket.cumulative_count());
            self.float(common, "_bucket", label, value, bucket.exemplar.as_ref(), sink);
            if bucket.upper_bound() == f64::INFINITY {
                return;
            }
        }
        self.float(common, "_bucket", Some(("le", f64::INFINITY)), all, None, sink);
    }

    fn native(
        &mut self,
        common: Common<'_>,
        gauge: bool,
        sink: &mut impl Sink,
    ) -> Result<(), Binary> {
        let message = &common.metric.histogram;
        let histogram = native(message, gauge)
            .and_then(|histogram| {
                if self.strict {
                    histogram.validate()?;
                }
                Ok(histogram)
            })
            .map_err(|error| {
                let family = Word::new(common.family.name());
                Binary::Histogram { family, error }
            })?;
        // Only those with a time: observations of a native histogram have no other order.
        let timed = |exemplar: &&metrics::Exemplar| exemplar.timestamp.is_some();
        let lines: Vec<(Line, f64, Option<Timestamp>)> = if message.exemplars.is_empty() {
            let of_buckets = message.bucket.iter().filter_map(|bucket| bucket.exemplar.as_ref());
            of_buckets.filter(timed).map(exemplar).collect()
        } else {
            message.exemplars.iter().filter(timed).map(exemplar).collect()
        };
        let exemplars: Vec<ExemplarRef<'_>> = lines
            .iter()
            .map(|(line, value, timestamp)| line.exemplar(*value, *timestamp))
            .collect();
        self.series(common, "", None);
        sink.sample(&SampleRef {
            series: self.line.series(),
            value: ValueRef::Histogram(&histogram),
            timestamp: common.timestamp,
            start: common.start,
            exemplars: &exemplars,
        });
        Ok(())
    }

    fn float(
        &mut self,
        common: Common<'_>,
        suffix: &str,
        bound: Option<(&str, f64)>,
        value: f64,
        of: Option<&metrics::Exemplar>,
        sink: &mut impl Sink,
    ) {
        self.series(common, suffix, bound);
        let line = of.map(exemplar);
        let exemplar =
            line.as_ref().map(|(line, value, timestamp)| line.exemplar(*value, *timestamp));
        sink.sample(&SampleRef {
            series: self.line.series(),
            value: ValueRef::Float(value),
            timestamp: common.timestamp,
            start: common.start,
            exemplars: exemplar.as_slice(),
        });
    }

    fn series(&mut self, common: Common<'_>, suffix: &str, bound: Option<(&str, f64)>) {
        self.line.begin(common.family.name(), suffix);
        self.line.labels(&common.metric.label);
        if let Some((name, bound)) = bound {
            self.bound.clear();
            canonical(bound, &mut self.bound);
            self.line.label(name, &self.bound);
        }
        self.line.end();
    }
}

/// Checks that the name ends in the unit, behind which a counter may have its suffix.
fn check_unit(name: &str, kind: Kind, unit: &str) -> Result<(), Binary> {
    let counter = (kind == Kind::Counter).then(|| name.strip_suffix("_total")).flatten();
    let stem = counter.unwrap_or(name).strip_suffix(unit);
    if unit.is_empty() || stem.is_some_and(|stem| stem.ends_with('_')) {
        return Ok(());
    }
    Err(Binary::UnitNotInName { unit: Word::new(unit), family: Word::new(name) })
}

/// Checks that every label has a name of its own, and that of bounds too.
fn check_labels(family: &str, metric: &Metric, bound: Option<&str>) -> Result<(), Binary> {
    let mut names: Vec<&str> = metric.label.iter().map(|label| label.name()).collect();
    if names.contains(&"") {
        return Err(Binary::EmptyName("a label"));
    }
    names.push(Labels::NAME);
    names.extend(bound);
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(Binary::DuplicateLabel { family: Word::new(family), label: Word::new(pair[0]) })
        }
        None => Ok(()),
    }
}

fn exemplar(message: &metrics::Exemplar) -> (Line, f64, Option<Timestamp>) {
    let mut line = Line::default();
    line.clear();
    line.labels(&message.label);
    line.end();
    (line, canonical_nan(message.value()), message.timestamp.as_ref().map(moment))
}

fn moment(message: &metrics::Timestamp) -> Timestamp {
    let millis = i64::from(message.nanos() / 1_000_000);
    Timestamp::from_millis(message.seconds().saturating_mul(1_000).saturating_add(millis))
}

/// Counts are in one of two fields. A float of 0 is none.
pub(super) fn either(float: f64, integer: u64) -> f64 {
    if float == 0.0 { count(integer) } else { float }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus keeps counts as floats")]
fn count(integer: u64) -> f64 {
    integer as f64
}

/// The NaN of all that are not numbers of their own: of these it matters which one it is, since one marks the end of a
/// series.
pub(super) fn canonical_nan(value: f64) -> f64 {
    if value.is_nan() { NAN } else { value }
}
