//! Readings: the counts of all stages, put together at the schema of the last one.
//!
//! Stages are read from the last to the first. A label is read behind the count of its place, and the word of the zero
//! bucket behind all counts: whoever counted had seen both.

use super::super::area::Handle;
use super::super::block::{self, Read, Totals};
use super::super::exponential::coarsen;
use super::super::{slab, space};
use super::labels::{self, Bucket};
use super::layout::{Native, Stage};
use super::stages::{self, is_zero};

/// What a native histogram shows. Used again from one to the next.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Of the classic buckets, that of `+Inf` included.
    pub(crate) counts: Vec<u64>,
    pub(crate) sum: f64,
    pub(crate) schema: i32,
    pub(crate) zero_threshold: f64,
    pub(crate) zero_count: u64,
    /// Index and count, by index.
    pub(crate) negative: Vec<(i32, u64)>,
    pub(crate) positive: Vec<(i32, u64)>,
    /// When it was reset, in nanoseconds, if it was.
    pub(crate) since: Option<u64>,
    stages: Vec<Stage>,
    /// The counts of the places of each stage, one behind the other.
    places: Vec<u64>,
}

/// Reads the histogram, and resets it behind that if it is time to. `None` when its life is over.
pub(crate) fn read(handle: Handle, native: &Native, reading: &mut Reading) -> Option<()> {
    look(handle, native, reading)?;
    stages::reset_if_due(handle, native);
    Some(())
}

/// As [`read`], but it changes nothing.
pub(crate) fn look(handle: Handle, native: &Native, reading: &mut Reading) -> Option<()> {
    let shared = space::shared(handle.slot);
    loop {
        let resets = stages::of(handle, native, &mut reading.stages)?;
        let counted = reading.count(handle, native);
        // Behind the counts, so that it is no narrower than what they were counted with.
        let zero = stages::zero(handle, native);
        reading.since = (resets > 0).then(|| stages::since(handle, native));
        reading.fold(handle, native, zero);
        if !block::is_still(shared, handle.generation) {
            return None;
        }
        // One that was reset meanwhile is read again. That is no endless loop: resets are a second apart at least,
        // by the clock of the registry.
        if counted == Read::Done && stages::is_same(handle, native, resets) {
            return Some(());
        }
    }
}

/// The order in which stages are read: what a thread observed in earlier ones is read behind what it observed in later
/// ones.
pub(in crate::storage) fn last_first<T>(
    stages: impl DoubleEndedIterator<Item = T>,
) -> impl Iterator<Item = T> {
    stages.rev()
}

impl Reading {
    fn count(&mut self, handle: Handle, native: &Native) -> Read {
        let stages = &self.stages;
        let sizes = || stages.iter().map(|stage| stage.table(handle, native).places());
        self.places.clear();
        self.places.resize(sizes().sum(), 0);
        self.sum = 0.0;
        let mut rest = &mut self.places[..];
        for (stage, places) in last_first(stages.iter().zip(sizes())) {
            let (before, counts) = rest.split_at_mut(rest.len() - places);
            rest = before;
            let mut totals = Totals { counts, sum: self.sum };
            for (slab, own) in slab::areas(stage.area.slot) {
                if block::read_own(own, &slab.reply, stage.area, &mut totals) == Read::Gone {
                    return Read::Gone;
                }
            }
            if stage.area == handle {
                let shared = space::shared(handle.slot);
                if block::read_shared(shared, handle.generation, &mut totals) == Read::Gone {
                    return Read::Gone;
                }
            }
            self.sum = totals.sum;
        }
        Read::Done
    }

    /// Adds up what places of stages counted.
    fn fold(&mut self, handle: Handle, native: &Native, zero: f64) {
        let schema = self.stages.last().map_or(native.schema, |stage| stage.schema);
        (self.schema, self.zero_threshold, self.zero_count) = (schema, zero, 0);
        self.counts.clear();
        self.counts.resize(native.classic.buckets(), 0);
        self.negative.clear();
        self.positive.clear();
        let mut rest = &self.places[..];
        for stage in &self.stages {
            let table = stage.table(handle, native);
            let (counts, behind) = rest.split_at(table.places());
            rest = behind;
            let shared = space::shared(stage.area.slot);
            for (place, label) in labels::all(shared, table, stage.area.generation) {
                let n = counts[place];
                if n == 0 {
                    continue;
                }
                // A life that is over may have labels of the next one, with other buckets.
                let Some(classic) = self.counts.get_mut(label.classic()) else { continue };
                *classic = classic.wrapping_add(n);
                match label.native() {
                    Bucket::NaN => {}
                    Bucket::Exponential { positive, index }
                        if !is_zero(index, stage.schema, zero) =>
                    {
                        let index = coarsen(index, stage.schema - schema);
                        let side = if positive { &mut self.positive } else { &mut self.negative };
                        side.push((index, n));
                    }
                    Bucket::Zero | Bucket::Exponential { .. } => {
                        self.zero_count = self.zero_count.wrapping_add(n);
                    }
                }
            }
        }
        merge(&mut self.negative);
        merge(&mut self.positive);
    }
}

/// Sorts buckets and adds up those of the same index.
fn merge(buckets: &mut Vec<(i32, u64)>) {
    buckets.sort_unstable_by_key(|(index, _)| *index);
    buckets.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 = kept.1.wrapping_add(later.1);
        }
        same
    });
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::super::super::buckets::Search;
    use super::super::super::class::Class;
    use super::super::super::profile::Profile;
    use super::super::super::single;
    use super::super::observe;
    use super::*;
    use crate::clock::Clock;

    /// As a reading meets it whose histogram made way for one of another kind.
    #[test]
    fn a_label_of_a_bucket_that_there_is_not_counts_nowhere() {
        let native = |bounds: &[f64]| Native::new(Search::new(bounds), 3, [0.0, 0.0], 90, 0);
        let plain = Profile::plain(Clock::system());
        let class = Class::new(Profile { native: Some(native(&[1.0, 2.0])), ..plain }).unwrap();
        let handle = single::begin(class).unwrap();
        observe(handle, &native(&[1.0, 2.0]), 5.0);
        let mut reading = Reading::default();
        assert_eq!(look(handle, &native(&[]), &mut reading), Some(()));
        assert_eq!((reading.counts, reading.positive), (vec![0], vec![]));
        single::end(class, handle);
    }
}
