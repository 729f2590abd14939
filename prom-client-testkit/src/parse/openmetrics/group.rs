//! Groups: the samples of one metric, which stand together and in the order of their times.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::buckets::Buckets;
use super::line::SampleAt;
use crate::model::{Kind, Labels, SampleRef, ValueRef};
use crate::parse::cursor::Extent;

/// A rule, and where it does not hold.
type Broken = (Extent, &'static str);

/// The groups of a family.
#[derive(Default)]
pub(super) struct Groups {
    /// What tells the current metric from others, and the time of its latest sample.
    current: Option<(Labels, Option<Moment>)>,
    seen: HashSet<Labels>,
    buckets: Option<Buckets>,
}

/// A time in nanoseconds, since two times within a millisecond have an order too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(i128);

impl Groups {
    /// Takes a sample of the family, which has this kind and name, and the sample this suffix.
    pub(super) fn sample(
        &mut self,
        body: &[u8],
        (kind, family, suffix): (Kind, &str, &str),
        at: &SampleAt,
        sample: &SampleRef<'_>,
    ) -> Result<(), Broken> {
        let moment = at.timestamp.map(|(from, to)| Moment::read(&body[from..to]));
        let labels = match (kind, suffix) {
            // Nothing tells groups of info from each other.
            (Kind::Info, _) => Labels::default(),
            (Kind::Summary, "") => group(sample, "quantile"),
            (Kind::StateSet, _) => group(sample, family),
            (Kind::Histogram | Kind::GaugeHistogram, "_bucket") => group(sample, "le"),
            _ => group(sample, Labels::NAME),
        };
        let whole = (at.series.0, at.timestamp.map_or(at.value.1, |timestamp| timestamp.1));
        let mut same_point = false;
        match &self.current {
            Some((current, before)) if *current == labels => {
                if before.is_some() != moment.is_some() {
                    return Err((whole, "of one metric all samples have a time, or none has"));
                }
                let order = moment.cmp(before);
                if order == Ordering::Less && kind != Kind::Info {
                    return Err((whole, "the times of one metric do not go back"));
                }
                same_point = order == Ordering::Equal;
            }
            _ => {
                if self.seen.contains(&labels) {
                    return Err((whole, "the samples of one metric stand together"));
                }
                self.seen.insert(labels.clone());
            }
        }
        self.current = Some((labels, moment));

        if matches!(kind, Kind::Histogram | Kind::GaugeHistogram) {
            if !same_point {
                self.end()?;
            }
            if let ValueRef::Float(value) = sample.value() {
                let bound = || {
                    let le = sample.series().pairs.iter().find(|(name, _)| name == "le");
                    le.and_then(|(_, value)| value.parse().ok()).unwrap_or(f64::NAN)
                };
                let buckets = self.buckets.get_or_insert_with(|| Buckets::new(whole));
                buckets.sample(suffix, bound, value).map_err(|rule| (whole, rule))?;
            }
        }
        Ok(())
    }

    /// Ends what is open: no further sample belongs to the current point.
    pub(super) fn end(&mut self) -> Result<(), Broken> {
        self.buckets.take().map_or(Ok(()), |buckets| buckets.end())
    }
}

/// The labels that tell a metric from the others of its family.
fn group(sample: &SampleRef<'_>, without: &str) -> Labels {
    sample.series().labels().filter(|(name, _)| name != without).map(owned).collect()
}

fn owned((name, value): (impl Into<Box<str>>, impl Into<Box<str>>)) -> (Box<str>, Box<str>) {
    (name.into(), value.into())
}

impl Moment {
    /// Reads a number that is known to be one. Nanoseconds are exact if there is no exponent.
    fn read(text: &[u8]) -> Self {
        let text = std::str::from_utf8(text).unwrap_or_default();
        Self(decimal(text).unwrap_or_else(|| {
            let seconds: f64 = text.parse().unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
            let nanos = (seconds * 1e9) as i128;
            nanos
        }))
    }
}

/// Nanoseconds from plain digits with a point.
fn decimal(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(9)];
    let nanos = format!("{whole}{fraction:0<9}").parse::<i128>().ok()?;
    Some(sign * nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_by_the_nanosecond() {
        let ascending = ["-1.1", "-1", "-0.5", "0", "000.000000001", "0.1", "1", "1.5e0", "1.6"];
        for pair in ascending.windows(2) {
            assert!(
                Moment::read(pair[0].as_bytes()) < Moment::read(pair[1].as_bytes()),
                "{pair:?}"
            );
        }
        for (a, b) in [("1", "1.0000000000"), ("1e3", "1000"), ("+2", "2.")] {
            assert_eq!(Moment::read(a.as_bytes()), Moment::read(b.as_bytes()));
        }
        // Beyond all range they are still times.
        let far = "9".repeat(400);
        assert!(Moment::read(far.as_bytes()) > Moment::read(b"12345678901234567890.5"));
    }
}
