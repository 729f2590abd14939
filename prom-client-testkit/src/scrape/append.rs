//! One answer, on its way into the store.

use super::cache::{Cache, Found};
use super::native::Resolution;
use super::{Limit, Limits, Scrape, ScrapeError, ScrapeResponse, Target, labels};
use crate::model::{HistogramError, Kind, Labels, SampleRef, Series, Sink, Timestamp, ValueRef};
use crate::parse::{Format, Parser};
use crate::store::{AppendError, Appender, SeriesId};

/// Samples from further ahead are left out.
const AHEAD: i64 = 10 * 60 * 1_000;
/// Samples that are so much older than the newest are left out: half of the time that Prometheus keeps in
/// memory.
const BEHIND: i64 = 60 * 60 * 1_000;

/// The sink that keeps what a target says.
pub(super) struct Append<'c, 's> {
    target: &'c Target,
    cache: &'c mut Cache,
    gate: Gate<'s>,
    at: Timestamp,
}

/// What lets samples into the store, and counts them.
struct Gate<'s> {
    appender: Appender<'s>,
    scrape: Scrape,
    /// Samples that came here, and how many may.
    appended: usize,
    limit: usize,
    /// Whether a native histogram had too many buckets.
    crowded: bool,
    resolution: Resolution,
    /// Which times have a place: not before, and of numbers not after.
    bounds: (i64, i64),
}

impl Gate<'_> {
    /// Hands a sample to the store, and says whether it has a place there. Native histograms are neither counted
    /// nor ahead of time, as in Prometheus 3.5.
    fn append(
        &mut self,
        series: SeriesId,
        at: Timestamp,
        value: ValueRef<'_>,
    ) -> Result<bool, HistogramError> {
        let fitted;
        let (value, ahead) = match value {
            ValueRef::Float(_) => {
                self.appended += 1;
                if self.is_full() {
                    return Ok(false);
                }
                (value, at.as_millis() > self.bounds.1)
            }
            ValueRef::Histogram(histogram) => {
                let Some(histogram) = self.resolution.fit(histogram) else {
                    self.crowded = true;
                    return Ok(false);
                };
                fitted = histogram;
                (ValueRef::Histogram(&fitted), false)
            }
        };
        if ahead || at.as_millis() < self.bounds.0 {
            self.scrape.out_of_bounds += 1;
            return Ok(false);
        }
        if let ValueRef::Histogram(histogram) = value {
            histogram.validate()?;
        }
        let count = match self.appender.append(series, at, value) {
            Ok(()) => return Ok(true),
            Err(AppendError::Duplicate) => &mut self.scrape.duplicates,
            Err(AppendError::OutOfOrder) => &mut self.scrape.out_of_order,
        };
        *count += 1;
        Ok(false)
    }

    /// Whether a number has no place at this time.
    fn is_outside(&self, at: Timestamp) -> bool {
        at.as_millis() < self.bounds.0 || at.as_millis() > self.bounds.1
    }

    fn is_full(&self) -> bool {
        self.limit > 0 && self.appended > self.limit
    }
}

impl<'c, 's> Append<'c, 's> {
    pub(super) fn new(
        target: &'c Target,
        cache: &'c mut Cache,
        appender: Appender<'s>,
        at: Timestamp,
    ) -> Self {
        let oldest = appender.newest().map(|newest| newest.as_millis().saturating_sub(BEHIND));
        let bounds = (oldest.unwrap_or(i64::MIN), at.as_millis().saturating_add(AHEAD));
        let Limits { samples: limit, buckets, .. } = target.limits;
        let gate = Gate {
            appender,
            scrape: Scrape::default(),
            appended: 0,
            limit,
            crowded: false,
            resolution: Resolution { schema: target.max_schema, buckets },
            bounds,
        };
        Self { target, cache, gate, at }
    }

    /// Reads an answer to its end, or to its first mistake.
    pub(super) fn read(&mut self, answer: &ScrapeResponse) {
        if answer.body.is_empty() {
            return;
        }
        let format = Format::from_content_type(&answer.content_type).or(self.target.fallback);
        let Some(format) = format else {
            let name = answer.content_type.as_str().into();
            self.gate.scrape.error = Some(ScrapeError::ContentType(name));
            return;
        };
        #[cfg_attr(not(feature = "protobuf"), expect(unused_mut, reason = "for protobuf alone"))]
        let mut parser = Parser::new(format);
        #[cfg(feature = "protobuf")]
        if self.target.classic_histograms {
            parser = parser.classic_histograms();
        }
        if let Err(error) = parser.read(&answer.body, &mut *self) {
            self.gate.scrape.error.get_or_insert(ScrapeError::Parse(error));
        }
        if self.gate.is_full() {
            let limit = Limit::Samples { limit: self.gate.limit };
            self.gate.scrape.error.get_or_insert(ScrapeError::Limit(limit));
        }
        if self.gate.crowded {
            let limit = Limit::Buckets { limit: self.gate.resolution.buckets };
            self.gate.scrape.error.get_or_insert(ScrapeError::Limit(limit));
        }
    }

    /// What came of it, and what waits to be committed if there is no error.
    pub(super) fn finish(self) -> (Scrape, Appender<'s>) {
        (self.gate.scrape, self.gate.appender)
    }

    /// The labels that a text comes to, unless relabelling drops it.
    fn relabelled(&self, text: &Series<'_>) -> Option<Labels> {
        let series = labels::with_target(text, &self.target.labels, self.target.honor_labels);
        match &self.target.relabel {
            Some(relabel) => relabel(series).filter(|labels| !labels.is_empty()),
            None => Some(series),
        }
    }

    /// The series that a new text names, unless relabelling drops it.
    fn resolve(&mut self, text: &Series<'_>) -> Result<Option<SeriesId>, ScrapeError> {
        let Some(series) = self.relabelled(text) else { return Ok(None) };
        if series.name().is_none() {
            return Err(ScrapeError::NoName(series));
        }
        if series.get("").is_some() {
            return Err(ScrapeError::NoLabelName(series));
        }
        labels::check(&series, 0, &self.target.limits).map_err(ScrapeError::Limit)?;
        Ok(Some(self.gate.appender.series(&series)))
    }

    fn keep(&mut self, sample: &SampleRef<'_>) -> Result<(), ScrapeError> {
        let text = sample.series();
        let exposed = sample.timestamp().filter(|_| self.target.honor_timestamps);
        let at = exposed.unwrap_or(self.at);
        let tracks = exposed.is_none() || self.target.track_timestamps_staleness;
        let target = self.target;
        let broken = |error| {
            let series = labels::with_target(text, &target.labels, target.honor_labels);
            ScrapeError::Histogram { series, error }
        };
        let (series, appended) = match self.cache.look_up(text) {
            Found::Dropped => return Ok(()),
            Found::Series(entry) if entry.again && exposed.is_none() => {
                self.gate.scrape.duplicates += 1;
                (entry.series, false)
            }
            Found::Series(mut entry) => {
                let appended =
                    self.gate.append(entry.series, at, sample.value()).map_err(broken)?;
                if appended && tracks {
                    entry.track();
                }
                (entry.series, appended)
            }
            Found::New => {
                let Some(series) = self.resolve(text)? else {
                    self.cache.insert(text, None, false);
                    return Ok(());
                };
                let appended = self.gate.append(series, at, sample.value()).map_err(broken)?;
                if appended {
                    self.cache.insert(text, Some(series), tracks);
                    self.gate.scrape.added += usize::from(!self.gate.crowded);
                }
                (series, appended)
            }
        };
        // What has no place counts too: these are the samples that relabelling left.
        self.gate.scrape.kept += 1;
        if appended {
            self.keep_rare(series, at, sample);
        }
        Ok(())
    }

    /// Keeps what few samples have.
    fn keep_rare(&mut self, series: SeriesId, at: Timestamp, sample: &SampleRef<'_>) {
        let appender = &mut self.gate.appender;
        if let Some(start) = sample.start() {
            appender.start(series, at, start);
        }
        let native = matches!(sample.value(), ValueRef::Histogram(_));
        for exemplar in sample.exemplars() {
            // Of a native histogram one without a time cannot be told from that of the scrape before.
            if exemplar.timestamp().is_some() || !native {
                appender.exemplar(series, at, exemplar.to_owned());
            }
        }
    }
}

impl Sink for Append<'_, '_> {
    fn sample(&mut self, sample: &SampleRef<'_>) {
        // The parser goes on, but nothing that follows counts.
        if self.gate.scrape.error.is_some() {
            return;
        }
        self.gate.scrape.scraped += 1;
        if let Err(error) = self.keep(sample) {
            self.gate.scrape.error = Some(error);
        }
    }

    /// It is a mistake only where it would be stored, which is noticed last of all.
    fn repeated(&mut self, sample: &SampleRef<'_>) -> bool {
        if self.gate.scrape.error.is_some() {
            return true;
        }
        self.gate.scrape.scraped += 1;
        let Some(series) = self.relabelled(sample.series()) else { return true };
        let target = self.target;
        let text = sample.series();
        let repeated = labels::repeated(text, &series, &target.labels, target.honor_labels);
        if repeated == 0 {
            self.gate.scrape.error = self.keep(sample).err();
            return true;
        }
        if labels::check(&series, repeated, &target.limits).is_err() {
            return false;
        }
        // The limit is looked at first, then the time, and only then what is stored.
        self.gate.appended += 1;
        let at = sample.timestamp().filter(|_| target.honor_timestamps).unwrap_or(self.at);
        let (full, outside) = (self.gate.is_full(), self.gate.is_outside(at));
        self.gate.scrape.kept += usize::from(full || outside);
        self.gate.scrape.out_of_bounds += usize::from(outside && !full);
        full || outside
    }

    fn kind(&mut self, family: &str, kind: Kind) {
        self.gate.appender.kind(family, kind);
    }

    fn help(&mut self, family: &str, text: &str) {
        self.gate.appender.help(family, text);
    }

    fn unit(&mut self, family: &str, unit: &str) {
        self.gate.appender.unit(family, unit);
    }
}
