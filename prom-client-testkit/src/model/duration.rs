//! Spans of time, as Prometheus writes them: `15s`, `1h30m`.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The units, longest first, which is also the order in which they have to stand.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 24 * 3_600_000),
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// 292 years: what Prometheus can count in nanoseconds.
const MOST: u64 = i64::MAX as u64 / 1_000_000;

/// A text that is no span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationError(Box<str>);

/// What says how long: a [`Duration`], or a text like `15s`, `1h30m` or `250ms`.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use prom_client_testkit::IntoDuration;
///
/// assert_eq!("1h30m".into_duration(), Ok(Duration::from_secs(5_400)));
/// assert!("90".into_duration().is_err());
/// ```
pub trait IntoDuration {
    /// How long that is.
    ///
    /// # Errors
    /// The text is none of: whole numbers with the units `y`, `w`, `d`, `h`, `m`, `s` and `ms` in this order,
    /// each at most once; or `0`. It is longer than 292 years.
    fn into_duration(self) -> Result<Duration, DurationError>;
}

impl IntoDuration for Duration {
    fn into_duration(self) -> Result<Duration, DurationError> {
        Ok(self)
    }
}

impl IntoDuration for &str {
    fn into_duration(self) -> Result<Duration, DurationError> {
        parse(self).map(Duration::from_millis).ok_or_else(|| DurationError(self.into()))
    }
}

fn parse(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    if text.is_empty() {
        return None;
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (_, millis) = units.find(|(unit, _)| *unit == &rest[..letters])?;
        total = total.checked_add(number.checked_mul(*millis)?)?;
        rest = &rest[letters..];
    }
    (total <= MOST).then_some(total)
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no span of time; examples of one are 15s, 1h30m and 250ms", self.0)
    }
}

impl Error for DurationError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_prometheus_reads_them() {
        for (text, millis) in [
            ("0", Some(0)),
            ("0s", Some(0)),
            ("15s", Some(15_000)),
            ("250ms", Some(250)),
            ("1h30m", Some(5_400_000)),
            ("1y2w3d4h5m6s7ms", Some(33_019_506_007)),
            ("", None),
            ("15", None),
            ("s", None),
            ("1s1m", None),
            ("1s1s", None),
            ("1.5s", None),
            ("-1s", None),
            ("15 s", None),
            ("1é", None),
            ("292y", Some(292 * 365 * 86_400_000)),
            ("293y", None),
            ("99999999999999999999s", None),
        ] {
            let read = text.into_duration().ok();
            assert_eq!(read, millis.map(Duration::from_millis), "{text}");
        }
    }
}
