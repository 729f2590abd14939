//! Moments and spans of time on a command line.

use std::time::Duration;

use prom_client_testkit::{DurationError, IntoDuration, Timestamp};

/// Reads a moment: seconds since the Unix epoch, `2026-11-20T12:00:00Z`, `now`, or `-1h`, which is so long before now.
pub(crate) fn read(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if text == "now" {
        return Ok(now);
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Ok(Timestamp::from_seconds(seconds));
    }
    if let Some(Ok(before)) = text.strip_prefix('-').map(IntoDuration::into_duration) {
        return Ok(now - before);
    }
    date(text).ok_or_else(|| {
        format!("`{text}` is no moment: give seconds, 2026-11-20T12:00:00Z, now, or -1h")
    })
}

/// Reads a span of time: seconds, or with units.
pub(crate) fn span(text: &str) -> Result<Duration, DurationError> {
    match text.parse().map(Duration::try_from_secs_f64) {
        Ok(Ok(span)) => Ok(span),
        _ => text.into_duration(),
    }
}

/// Reads a date and a time of RFC 3339.
fn date(text: &str) -> Option<Timestamp> {
    // Four digits at most, so that nothing overflows.
    let whole = |part: &str| part.parse::<u16>().ok().filter(|n| *n < 10_000).map(i64::from);
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(whole);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (whole(time.next()?)?, whole(time.next()?)?);
    let second: f64 = time.next()?.parse().ok()?;
    let ahead = match zone {
        "Z" | "z" => 0,
        offset => {
            let (hours, minutes) = offset[1..].split_once(':')?;
            let ahead = whole(hours)? * 60 + whole(minutes)?;
            if offset.starts_with('-') { -ahead } else { ahead }
        }
    };
    let valid = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0.0..61.0).contains(&second);
    if !valid {
        return None;
    }
    // Years begin in March, so that the day of a leap year is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let days_before_month = (153 * ((month + 9) % 12) + 2) / 5;
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = days + days_before_month + day - 1 - 719_468;
    let minutes = (days * 24 + hour) * 60 + minute - ahead;
    #[expect(clippy::cast_possible_truncation, reason = "it is less than 61,000")]
    Some(Timestamp::from_millis(minutes * 60_000 + (second * 1000.0) as i64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_read_in_four_ways() {
        let now = Timestamp::from_millis(1_000_000_000);
        for (text, millis) in [
            ("0", 0),
            ("1.5", 1_500),
            ("now", 1_000_000_000),
            ("-1m30s", 999_910_000),
            ("-90", -90_000),
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T12:30:15.250Z", 1_709_209_815_250),
            ("2024-01-01T01:00:00+01:00", 1_704_067_200_000),
            ("2000-03-01 00:00:00Z", 951_868_800_000),
        ] {
            assert_eq!(read(text, now), Ok(Timestamp::from_millis(millis)), "{text}");
        }
        for text in ["", "soon", "2024-13-01T00:00:00Z", "2024-01-01", "2024-01-01T00:00Z"] {
            read(text, now).expect_err(text);
        }
    }

    #[test]
    fn spans_may_lack_a_unit() {
        for (text, millis) in [("15", 15_000), ("0.5", 500), ("1m", 60_000)] {
            assert_eq!(span(text), Ok(Duration::from_millis(millis)));
        }
        span("-1").expect_err("it is negative");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "[0-9]{0,20}-?[0-9]{0,20}-?[0-9]{0,3}[T ]?[0-9:.]{0,12}[Z+-]?[0-9:]{0,20}",
        ) {
            let _ = read(&text, Timestamp::from_millis(0));
            let _ = span(&text);
        }
    }
}
