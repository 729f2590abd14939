//! Whose turn it is, by a clock that is handed in.

use std::time::Duration;

use crate::model::Timestamp;

/// Something that is done at once, and then as often as its interval says.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    interval: Duration,
    next: Option<Timestamp>,
}

impl Turns {
    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, next: None }
    }

    /// Whether it is to be done now. Turns that were slept through are not made up for.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        if self.next.is_some_and(|next| now < next) {
            return false;
        }
        // Without an interval there would be no end of it at one moment.
        self.next = Some(now + self.interval.max(Duration::from_millis(1)));
        true
    }

    /// When it is to be done: at once, if it never was.
    pub(super) fn next(&self) -> Timestamp {
        self.next.unwrap_or(Timestamp::from_millis(i64::MIN))
    }
}
