//! Durations as Prometheus writes them: `1h30m`.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The units, the longest first, with their milliseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 24 * 60 * 60 * 1000),
    ("w", 7 * 24 * 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// The longest duration, since the reference counts nanoseconds in 63 bits.
const MOST_MILLIS: u64 = i64::MAX as u64 / 1_000_000;

/// A text that is no duration. The words are those of the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurationError {
    /// There is nothing.
    Empty,
    /// It is not whole numbers with units, the longer units before the shorter ones.
    Invalid(String),
    /// A number is followed by what is no unit.
    UnknownUnit {
        /// What stands where a unit should.
        unit: String,
        /// All of it.
        text: String,
    },
    /// It is longer than 292 years.
    OutOfRange,
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty duration string"),
            Self::Invalid(text) => write!(f, "not a valid duration string: {text:?}"),
            Self::UnknownUnit { unit, text } => {
                write!(f, "unknown unit {unit:?} in duration {text:?}")
            }
            Self::OutOfRange => f.write_str("duration out of range"),
        }
    }
}

impl Error for DurationError {}

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
        parse_duration(self)
    }
}

/// Reads a duration such as `1d12h` or `500ms`; `0` needs no unit.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let invalid = || DurationError::Invalid(text.to_owned());
    match text {
        "" => return Err(DurationError::Empty),
        "0" => return Ok(Duration::ZERO),
        _ => {}
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut millis: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0);
        let (number, after) = rest.split_at(digits.ok_or_else(invalid)?);
        let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let number: u64 = number.parse().map_err(|_| invalid())?;
        if unit.is_empty() {
            return Err(invalid());
        }
        if !UNITS.iter().any(|(name, _)| *name == unit) {
            return Err(DurationError::UnknownUnit {
                unit: unit.to_owned(),
                text: text.to_owned(),
            });
        }
        // Going on where the last unit was found keeps them in order, and each to one time.
        let (_, length) = units.find(|(name, _)| *name == unit).ok_or_else(invalid)?;
        let part = number.checked_mul(*length).ok_or(DurationError::OutOfRange)?;
        millis = millis.checked_add(part).ok_or(DurationError::OutOfRange)?;
        rest = after;
    }
    if millis > MOST_MILLIS {
        return Err(DurationError::OutOfRange);
    }
    Ok(Duration::from_millis(millis))
}

/// Writes a duration as the reference does, to the millisecond: years and weeks only if it is all of them.
pub(crate) fn format_duration(duration: Duration) -> String {
    let mut millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if millis == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, length) in UNITS {
        let whole_only = matches!(unit, "y" | "w");
        if millis < length || whole_only && millis % length != 0 {
            continue;
        }
        text.push_str(&(millis / length).to_string());
        text.push_str(unit);
        millis %= length;
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_are_read_from_long_to_short() {
        for (text, millis) in [
            ("0", 0),
            ("0s", 0),
            ("324ms", 324),
            ("3s", 3_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("4d", 345_600_000),
            ("4d1h", 349_200_000),
            ("14d", 1_209_600_000),
            ("3w", 1_814_400_000),
            ("3w2d1h", 1_990_800_000),
            ("10y", 315_360_000_000),
            ("1m500ms", 60_500),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for (text, error) in [
            ("", "empty duration string"),
            ("1", "not a valid duration string: \"1\""),
            ("1y1m1d", "not a valid duration string: \"1y1m1d\""),
            ("1s1s", "not a valid duration string: \"1s1s\""),
            ("-1w", "not a valid duration string: \"-1w\""),
            ("1.5d", "unknown unit \".\" in duration \"1.5d\""),
            ("5x", "unknown unit \"x\" in duration \"5x\""),
            (" 1d", "not a valid duration string: \" 1d\""),
            ("d", "not a valid duration string: \"d\""),
            ("294y", "duration out of range"),
            ("99999999999s", "duration out of range"),
            ("99999999999999999999s", "not a valid duration string: \"99999999999999999999s\""),
        ] {
            assert_eq!(parse_duration(text).expect_err(text).to_string(), error);
        }
    }

    #[test]
    fn years_and_weeks_are_written_if_there_is_nothing_else() {
        for (millis, text) in [
            (0, "0s"),
            (15_000, "15s"),
            (90_000, "1m30s"),
            (86_400_000, "1d"),
            (90_000_000, "1d1h"),
            (604_800_000, "1w"),
            (691_200_000, "8d"),
            (31_539_600_000, "365d1h"),
            (31_536_000_000, "1y"),
            (1_500, "1s500ms"),
        ] {
            assert_eq!(format_duration(Duration::from_millis(millis)), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(millis in 0..MOST_MILLIS) {
            let duration = Duration::from_millis(millis);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9ywdhms. ]{0,12}") {
            let _ = parse_duration(&text);
        }
    }
}
