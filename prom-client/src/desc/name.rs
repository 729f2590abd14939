//! Metric names that cannot be wrong.

use std::fmt;

use super::escaping::is_classic_metric_name;
use super::{Kind, Names, Unit};

/// The name of a metric family: valid by construction, and without the suffixes that formats add.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricName {
    text: String,
    /// Whether it needs neither quotes nor escaping, asked here once and not by every scrape.
    is_classic: bool,
}

impl MetricName {
    /// Parses the name of a metric of the given kind, out of the [classic](Names::Classic) set.
    ///
    /// A name has ASCII letters, digits and underscores and does not begin with a digit. Colons are
    /// left to recording rules. A counter's `_total` and an info's `_info` are cut off, since formats add them.
    ///
    /// # Errors
    /// When the name is empty, has another character, begins with `__`, or ends in a suffix that formats
    /// add or that would belong to another kind.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Kind, MetricName};
    ///
    /// assert_eq!(MetricName::parse("jobs_total", Kind::Counter)?.as_str(), "jobs");
    /// let error = MetricName::parse("jobs-done", Kind::Counter).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "invalid name `jobs-done`: '-' at position 4 is not an ASCII letter, digit or underscore; \
    ///      `Registry::with_names(Names::Utf8)` allows such names",
    /// );
    /// # Ok::<(), prom_client::NameError>(())
    /// ```
    pub fn parse(name: &str, kind: Kind) -> Result<Self, NameError> {
        Self::parse_in(Names::Classic, name, kind)
    }

    /// Parses the name of a metric of the given kind, out of this set.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), for the characters that the set has.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Kind, MetricName, Names};
    ///
    /// let name = MetricName::parse_in(Names::Utf8, "http.requests_total", Kind::Counter)?;
    /// assert_eq!(name.as_str(), "http.requests");
    /// assert!(MetricName::parse_in(Names::Utf8, "http.requests_total", Kind::Gauge).is_err());
    /// # Ok::<(), prom_client::NameError>(())
    /// ```
    pub fn parse_in(names: Names, name: &str, kind: Kind) -> Result<Self, NameError> {
        let base = name.strip_suffix(kind.suffix()).unwrap_or(name);
        names.check(name)?;
        let fail = |why| Err(NameError::new(name, why));
        if base.is_empty() {
            return fail(Why::Empty);
        }
        if name.starts_with("__") {
            return fail(Why::Reserved("__"));
        }
        let own = Some(kind.suffix()).filter(|own| !own.is_empty());
        for suffix in SUFFIXES.into_iter().chain(own) {
            if base.ends_with(suffix) {
                return fail(Why::Suffix { suffix, kind });
            }
        }
        Ok(Self { text: base.into(), is_classic: is_classic_metric_name(base, kind) })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn is_classic(&self) -> bool {
        self.is_classic
    }

    pub(super) fn set_unit(&mut self, unit: &Unit) {
        let has_it = self
            .text
            .strip_suffix(unit.as_str())
            .is_some_and(|rest| rest.ends_with('_') && rest.len() > 1);
        if !has_it {
            self.text.push('_');
            self.text.push_str(unit.as_str());
        }
    }
}

impl fmt::Display for MetricName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a string cannot be a metric name, a label name or a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    name: String,
    why: Why,
    /// Whether it would be a name out of the larger set.
    is_utf8: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Empty,
    Character { found: char, at: usize },
    FirstDigit,
    Nul { at: usize },
    Reserved(&'static str),
    Escaped(String),
    Suffix { suffix: &'static str, kind: Kind },
    FormatLabel(Kind),
    Unit(Kind),
    UnitSuffix(&'static str),
}

impl NameError {
    /// The name as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The position, in characters, of the character that is not allowed, if that is the reason.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        match self.why {
            Why::Character { at, .. } | Why::Nul { at } => Some(at),
            Why::FirstDigit => Some(0),
            _ => None,
        }
    }

    /// A label name that a metric of this kind uses itself.
    pub(crate) fn format_label(name: &str, kind: Kind) -> Self {
        Self::new(name, Why::FormatLabel(kind))
    }

    /// A name with a unit, for a kind of metric that has none.
    pub(crate) fn unit(name: &str, kind: Kind) -> Self {
        Self::new(name, Why::Unit(kind))
    }

    /// A name in a space that is kept for others.
    pub(crate) fn reserved(name: &str, prefix: &'static str) -> Self {
        Self::new(name, Why::Reserved(prefix))
    }

    /// A name that is reserved once it is escaped.
    pub(crate) fn escaped(name: &str, escaped: &str) -> Self {
        Self::new(name, Why::Escaped(escaped.into()))
    }

    pub(super) fn new(name: &str, why: Why) -> Self {
        Self { name: name.into(), why, is_utf8: false }
    }

    /// The same, of a name that is only outside of the classic set.
    pub(super) fn or_utf8(self) -> Self {
        Self { is_utf8: Names::Utf8.check(&self.name).is_ok(), ..self }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid name `{}`: ", self.name.escape_debug())?;
        match &self.why {
            Why::Empty => f.write_str("it is empty"),
            Why::Character { found, at } => {
                write!(f, "{found:?} at position {at} is not an ASCII letter, digit or underscore")
            }
            Why::FirstDigit => f.write_str("it begins with a digit"),
            Why::Nul { at } => {
                write!(f, "there is a NUL at position {at}, which servers do not read")
            }
            Why::Reserved(prefix) => write!(f, "names beginning with `{prefix}` are reserved"),
            Why::Suffix { suffix, kind } => {
                write!(f, "the suffix `{suffix}` is not for the name of {}", kind.with_article())
            }
            Why::UnitSuffix(suffix) => {
                write!(f, "a name with this unit would end in `{suffix}`, which formats add")
            }
            Why::FormatLabel(kind) => write!(f, "{} uses this label itself", kind.with_article()),
            Why::Unit(kind) => write!(f, "{} has no unit", kind.with_article()),
            Why::Escaped(escaped) => {
                write!(
                    f,
                    "to readers that know no UTF-8 names it would be `{escaped}`, which is reserved"
                )
            }
        }?;
        if self.is_utf8 {
            f.write_str("; `Registry::with_names(Names::Utf8)` allows such names")?;
        }
        Ok(())
    }
}

impl std::error::Error for NameError {}

/// ASCII letters, digits and underscores, and no digit first: what metric and label names share.
pub(super) fn check_identifier(name: &str) -> Result<(), NameError> {
    let fail = |why| Err(NameError::new(name, why));
    if name.is_empty() {
        return fail(Why::Empty);
    }
    for (at, found) in name.chars().enumerate() {
        if !found.is_ascii_alphanumeric() && found != '_' {
            return fail(Why::Character { found, at });
        }
    }
    if name.as_bytes()[0].is_ascii_digit() {
        return fail(Why::FirstDigit);
    }
    Ok(())
}

pub(super) fn check_unit(name: &str) -> Result<(), NameError> {
    check_identifier(name)?;
    if name.starts_with('_') {
        return Err(NameError::reserved(name, "_"));
    }
    for suffix in SUFFIXES {
        if name == &suffix[1..] || name.ends_with(suffix) {
            return Err(NameError::new(name, Why::UnitSuffix(suffix)));
        }
    }
    Ok(())
}

/// What formats put behind names, so that no name may end in it.
const SUFFIXES: [&str; 3] = ["_total", "_bucket", "_created"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cannot_be_exposed_are_refused_with_the_reason() {
        for (name, kind, message) in [
            ("", Kind::Gauge, "it is empty"),
            ("_total", Kind::Counter, "it is empty"),
            ("1st", Kind::Gauge, "it begins with a digit"),
            ("a.b", Kind::Gauge, "'.' at position 1 is not an ASCII letter, digit or underscore"),
            ("naïve", Kind::Gauge, "'ï' at position 2 is not"),
            ("a:b", Kind::Gauge, "':' at position 1 is not"),
            ("__name__", Kind::Gauge, "names beginning with `__` are reserved"),
            ("jobs_total", Kind::Gauge, "the suffix `_total` is not for the name of a gauge"),
            (
                "jobs_total_total",
                Kind::Counter,
                "the suffix `_total` is not for the name of a counter",
            ),
            ("size_bucket", Kind::Histogram, "the suffix `_bucket` is not for"),
            ("jobs_created", Kind::Counter, "the suffix `_created` is not for"),
            ("_info", Kind::Info, "it is empty"),
            ("a_info_info", Kind::Info, "the suffix `_info` is not for the name of an info"),
            ("a_total", Kind::StateSet, "the suffix `_total` is not for the name of a stateset"),
        ] {
            let error = MetricName::parse(name, kind).unwrap_err();
            assert!(error.to_string().contains(message), "{name}: {error}");
            assert_eq!(error.name(), name);
        }
    }

    #[test]
    fn in_utf8_only_what_is_empty_or_reserved_is_refused() {
        for (name, kind, parsed) in [
            ("http.requests", Kind::Counter, Ok("http.requests")),
            ("http.requests_total", Kind::Counter, Ok("http.requests")),
            ("1st", Kind::Gauge, Ok("1st")),
            ("a:b", Kind::Gauge, Ok("a:b")),
            ("花火", Kind::Gauge, Ok("花火")),
            (" \"\\\n{}", Kind::Histogram, Ok(" \"\\\n{}")),
            ("", Kind::Gauge, Err("it is empty")),
            ("_total", Kind::Counter, Err("it is empty")),
            ("__a.b", Kind::Gauge, Err("names beginning with `__` are reserved")),
            ("a.b_total", Kind::Gauge, Err("the suffix `_total` is not for the name of a gauge")),
            ("a.b_bucket", Kind::Gauge, Err("the suffix `_bucket` is not for the name of a gauge")),
        ] {
            let result = MetricName::parse_in(Names::Utf8, name, kind);
            let result = result.as_ref().map(MetricName::as_str).map_err(ToString::to_string);
            let expected = parsed.map_err(|why| format!("invalid name `{name}`: {why}"));
            assert_eq!(result, expected);
        }
    }

    #[test]
    fn a_unit_is_added_once() {
        for (name, expected) in [
            ("latency", "latency_seconds"),
            ("latency_seconds", "latency_seconds"),
            ("seconds", "seconds_seconds"),
            ("milliseconds", "milliseconds_seconds"),
        ] {
            let mut name = MetricName::parse(name, Kind::Gauge).unwrap();
            name.set_unit(&Unit::SECONDS);
            assert_eq!(name.as_str(), expected);
        }
    }

    #[test]
    fn counters_and_infos_are_the_same_with_and_without_their_suffix() {
        for (with, without, kind) in
            [("jobs_total", "jobs", Kind::Counter), ("build_info", "build", Kind::Info)]
        {
            let with = MetricName::parse(with, kind).unwrap();
            assert_eq!(with, MetricName::parse(without, kind).unwrap());
        }
        assert_eq!(MetricName::parse("a_info", Kind::Gauge).unwrap().as_str(), "a_info");
    }
}
