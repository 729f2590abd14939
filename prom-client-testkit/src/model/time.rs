//! Moments, in the milliseconds that Prometheus keeps.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// Milliseconds since the Unix epoch; negative before it.
///
/// # Examples
/// ```
/// use prom_client_testkit::Timestamp;
///
/// assert_eq!(Timestamp::from_seconds(1.5), Timestamp::from_millis(1500));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// A moment by its milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// A moment by its seconds since the Unix epoch. What is finer than a millisecond is cut off, as
    /// Prometheus cuts it off, and what is out of range ends at the range.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
    pub fn from_seconds(seconds: f64) -> Self {
        Self((seconds * 1000.0) as i64)
    }

    /// The milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl Timestamp {
    /// The time since the Unix epoch, which is what clocks count; none before it.
    #[must_use]
    pub fn since_epoch(self) -> Duration {
        Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// The moment so much later, or the end of the range.
    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(Self::from(later).0))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    /// The moment so much earlier, or the beginning of the range.
    fn sub(self, earlier: Duration) -> Self {
        Self(self.0.saturating_sub(Self::from(earlier).0))
    }
}

impl From<Duration> for Timestamp {
    /// The moment so long after the Unix epoch.
    fn from(since_epoch: Duration) -> Self {
        Self(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    /// Seconds, with as many decimals as they need.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let (seconds, rest) = (millis / 1000, millis % 1000);
        if rest == 0 {
            write!(f, "{sign}{seconds}")
        } else {
            write!(f, "{sign}{seconds}.{rest:03}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_in_seconds() {
        for (millis, text) in [
            (0, "0"),
            (1_500, "1.500"),
            (-1_500, "-1.500"),
            (-1, "-0.001"),
            (1_700_000_000_000, "1700000000"),
            (i64::MIN, "-9223372036854775.808"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_string(), text);
        }
    }

    #[test]
    fn seconds_are_cut_to_milliseconds_and_to_the_range() {
        for (seconds, millis) in
            [(1.0019, 1_001), (-1.0019, -1_001), (1e300, i64::MAX), (-1e300, i64::MIN)]
        {
            assert_eq!(Timestamp::from_seconds(seconds).as_millis(), millis);
        }
    }
}
