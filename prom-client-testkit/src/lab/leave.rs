//! Targets that are no longer there, until their series have ended.

use super::{Lab, Scheduled};
use crate::model::Timestamp;
use crate::scrape::Scraper;

/// A target that left.
#[derive(Debug)]
pub(super) struct Leaving {
    scraper: Scraper,
    /// When it would have been scraped the next time: the time of the markers.
    ends: Timestamp,
    /// When they are written, unless a series has newer samples by then.
    written: Timestamp,
}

impl Lab {
    /// Scrapes these targets no more.
    pub(super) fn leave(&mut self, leaves: impl Fn(&Scheduled) -> bool) {
        let (leaving, staying): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.targets).into_iter().partition(|target| leaves(target));
        self.targets = staying;
        for target in leaving {
            let interval = target.interval(self.every);
            self.leaving.push(Leaving {
                ends: target.due,
                written: target.due + interval + interval / 10,
                scraper: target.scraper,
            });
        }
    }

    /// Writes the markers for which it is time, in the order in which their targets left.
    pub(super) fn end_series(&mut self) {
        let Self { leaving, store, now, .. } = self;
        leaving.retain_mut(|target| {
            let waits = target.written > *now;
            if !waits {
                target.scraper.end(store, target.ends);
            }
            waits
        });
    }
}
