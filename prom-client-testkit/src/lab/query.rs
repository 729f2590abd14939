//! Values at a moment, and what changed between two.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Lab, LabError};
use crate::model::{Labels, Matcher, Selector, Timestamp, Value, ValueRef, alike, is_stale};
use crate::store::StoredSeries;

/// How old a sample may be to be the value of its series, as in a stock server.
const LOOKBACK: Duration = Duration::from_secs(5 * 60);

impl Lab {
    /// The series that a selector means and that are there now, in the order of their labels: what an instant
    /// query answers. A series is there if it has a sample of the last five minutes and has not ended.
    ///
    /// # Errors
    /// The selector cannot be read.
    pub fn select(&self, selector: &str) -> Result<Vec<(Labels, Value)>, LabError> {
        self.select_at(selector, self.now)
    }

    /// The same at another moment.
    ///
    /// # Errors
    /// The selector cannot be read.
    pub fn select_at(
        &self,
        selector: &str,
        at: Timestamp,
    ) -> Result<Vec<(Labels, Value)>, LabError> {
        let selector = selector.parse().map_err(LabError::Selector)?;
        Ok(self.there(&selector, at))
    }

    /// The number of the only series that a selector means.
    ///
    /// # Errors
    /// There is none, there are several, or it has no number. The error lists what is there.
    pub fn value(&self, selector: &str) -> Result<f64, LabError> {
        self.value_at(selector, self.now)
    }

    /// The same at another moment.
    ///
    /// # Errors
    /// There is none, there are several, or it has no number.
    pub fn value_at(&self, selector: &str, at: Timestamp) -> Result<f64, LabError> {
        let series = self.only(selector, at)?;
        number(&series, at)
    }

    /// By how much a series is higher at the second moment than at the first: the difference, also of a
    /// counter that began anew. A series that was not there at first counts from 0, so that the first
    /// increments are seen; PromQL's `increase` does not see them.
    ///
    /// # Errors
    /// At the second moment there is none, there are several, or it has no number.
    pub fn delta(&self, selector: &str, from: Timestamp, to: Timestamp) -> Result<f64, LabError> {
        let series = self.only(selector, to)?;
        Ok(number(&series, to)? - before(&series, from)?)
    }

    /// By how much a counter grew between two moments, also if it began anew in between. Like
    /// [`delta`](Self::delta) it counts what there is, and extrapolates nothing.
    ///
    /// # Errors
    /// At the second moment there is none, there are several, or it has no number.
    pub fn increase(
        &self,
        selector: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<f64, LabError> {
        let series = self.only(selector, to)?;
        number(&series, to)?;
        let mut last = before(&series, from)?;
        let mut sum = 0.0;
        for (at, value) in series.times().iter().zip(series.values()) {
            if *at > from && *at <= to && !is_stale(*value) {
                sum += if *value < last { *value } else { value - last };
                last = *value;
            }
        }
        Ok(sum)
    }

    /// [`increase`](Self::increase), per second.
    ///
    /// # Errors
    /// At the second moment there is none, there are several, or it has no number.
    pub fn rate(&self, selector: &str, from: Timestamp, to: Timestamp) -> Result<f64, LabError> {
        let seconds = Duration::from_millis(to.as_millis().abs_diff(from.as_millis()));
        Ok(self.increase(selector, from, to)? / seconds.as_secs_f64())
    }

    /// What is there at a moment.
    pub(super) fn there(&self, selector: &Selector, at: Timestamp) -> Vec<(Labels, Value)> {
        let all = self.store.select(selector).into_iter();
        all.filter_map(|series| Some((series.labels(), series.at(at, LOOKBACK)?.1.to_owned())))
            .collect()
    }

    /// Series to show where a selector means none: those of its metric, or else of metrics with a name like it, or else
    /// all of them.
    pub(super) fn others(&self, selector: &Selector, at: Timestamp) -> Vec<(Labels, Value)> {
        let name = selector.matchers().iter().find(|matcher| matcher.name() == Labels::NAME);
        let same = self.there(&Selector::new(name.cloned()), at);
        if !same.is_empty() {
            return same;
        }
        let mut all = self.there(&Selector::new([Matcher::not_equal(Labels::NAME, "")]), at);
        if let Some(name) = name.and_then(Matcher::only_value) {
            let names: BTreeSet<&str> =
                all.iter().filter_map(|(labels, _)| labels.name()).collect();
            let alike = alike(name, &names.into_iter().collect::<Vec<_>>());
            let alike: Vec<Box<str>> = alike.into_iter().map(Box::from).collect();
            if !alike.is_empty() {
                all.retain(|(labels, _)| alike.iter().any(|name| labels.name() == Some(name)));
            }
        }
        all
    }

    /// The names of all metrics that are there at a moment.
    #[cfg(feature = "promql")]
    pub(super) fn names(&self, at: Timestamp) -> BTreeSet<String> {
        let all = self.there(&Selector::new([Matcher::not_equal(Labels::NAME, "")]), at);
        all.iter().filter_map(|(labels, _)| labels.name().map(str::to_owned)).collect()
    }

    fn only(&self, text: &str, at: Timestamp) -> Result<StoredSeries<'_>, LabError> {
        let selector: Selector = text.parse().map_err(LabError::Selector)?;
        let mut there = self.store.select(&selector);
        there.retain(|series| series.at(at, LOOKBACK).is_some());
        match &there[..] {
            [series] => Ok(*series),
            [] => {
                let others = self.others(&selector, at);
                Err(LabError::Absent { selector: text.into(), at, others })
            }
            _ => {
                let found = self.there(&selector, at);
                Err(LabError::Ambiguous { selector: text.into(), at, found })
            }
        }
    }
}

fn number(series: &StoredSeries<'_>, at: Timestamp) -> Result<f64, LabError> {
    match series.at(at, LOOKBACK) {
        Some((_, ValueRef::Float(value))) => Ok(value),
        _ => Err(LabError::Histogram { series: series.labels(), at }),
    }
}

/// The number at a moment, or 0 where there is none yet.
fn before(series: &StoredSeries<'_>, at: Timestamp) -> Result<f64, LabError> {
    series.at(at, LOOKBACK).map_or(Ok(0.0), |_| number(series, at))
}
