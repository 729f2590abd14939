//! Dates of the Gregorian calendar, in UTC.

use std::fmt;

const DAY: i64 = 24 * 60 * 60;

/// A second of the calendar. Its fields are what the functions of dates answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// From 1.
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    /// Since the epoch.
    days: i64,
}

impl Date {
    /// The date of a second since the Unix epoch.
    pub(crate) fn from_seconds(seconds: i64) -> Self {
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        Self {
            year,
            month,
            day,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
            days,
        }
    }

    /// From 0, which is Sunday. The epoch was a Thursday.
    pub(crate) fn weekday(self) -> i64 {
        (self.days + 4).rem_euclid(7)
    }

    /// From 1, which is the first of January.
    pub(crate) fn day_of_year(self) -> i64 {
        let before = (1..self.month).map(|month| days_in_month(self.year, month));
        before.sum::<i64>() + self.day
    }

    pub(crate) fn days_in_month(self) -> i64 {
        days_in_month(self.year, self.month)
    }
}

impl fmt::Display for Date {
    /// RFC 3339.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, .. } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day of a day since the epoch. Years begin in March here, so that the leap day is the last of
/// its year; 400 of them, an era, have always the same number of days.
fn civil(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    // From the first of March of the year 0.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    // The days that leap years add until then, taken off: one in 4 years, none in 100, one in 400.
    let year = (day - day / 1_460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // From March on, months take 153 days in five.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_their_date() {
        for (seconds, text, weekday, day_of_year, days) in [
            (0, "1970-01-01T00:00:00Z", 4, 1, 31),
            (-1, "1969-12-31T23:59:59Z", 3, 365, 31),
            (951_782_400, "2000-02-29T00:00:00Z", 2, 60, 29),
            (951_868_800, "2000-03-01T00:00:00Z", 3, 61, 31),
            (1_136_239_445, "2006-01-02T22:04:05Z", 1, 2, 31),
            (1_709_164_800, "2024-02-29T00:00:00Z", 4, 60, 29),
            (4_107_542_399, "2100-02-28T23:59:59Z", 0, 59, 28),
            (4_107_542_400, "2100-03-01T00:00:00Z", 1, 60, 31),
            (-2_203_891_200, "1900-03-01T00:00:00Z", 4, 60, 31),
        ] {
            let date = Date::from_seconds(seconds);
            assert_eq!(date.to_string(), text);
            assert_eq!(date.weekday(), weekday, "{text}");
            assert_eq!(date.day_of_year(), day_of_year, "{text}");
            assert_eq!(date.days_in_month(), days, "{text}");
        }
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut last = Date::from_seconds(-200 * 366 * DAY);
        for days in -200 * 366 + 1..600 * 366 {
            let date = Date::from_seconds(days * DAY);
            let expected = if last.day < last.days_in_month() {
                (last.year, last.month, last.day + 1)
            } else if last.month < 12 {
                (last.year, last.month + 1, 1)
            } else {
                (last.year + 1, 1, 1)
            };
            assert_eq!((date.year, date.month, date.day), expected);
            last = date;
        }
    }
}
