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
        let interval = i64::try_from(self.interval.as_millis()).unwrap_or(i64::MAX);
        self.next = Some(Timestamp::from_millis(now.as_millis().saturating_add(interval)));
        true
    }
}
