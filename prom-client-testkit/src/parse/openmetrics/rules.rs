//! What the specification demands of families, beyond the grammar of lines.
//!
//! The verdicts are those of the reference parser, which is more forgiving than the text of the
//! specification in places: the same sample may be there twice, a counter may have nothing but its
//! `_created`, and reserved names are not looked at.

use std::collections::HashSet;

use super::group::Groups;
use super::line::{Entry, Lines, Misfit, SampleAt};
use super::pass_on;
use crate::model::{Kind, SampleRef, Sink, ValueRef};
use crate::parse::cursor::Extent;
use crate::parse::fault::{Fault, Word};

/// The most characters that the labels of an exemplar may have together.
const EXEMPLAR_LENGTH: usize = 128;

/// Holds lines to the rules, and hands them on.
pub(super) struct Rules<'a, S> {
    body: &'a [u8],
    sink: &'a mut S,
    /// Every name that a sample of an earlier family may have.
    taken: HashSet<Box<str>>,
    family: Option<Family>,
}

/// The family whose lines are being read.
struct Family {
    name: Box<str>,
    kind: Option<Kind>,
    help: bool,
    unit: Option<(Extent, bool)>,
    sampled: bool,
    groups: Groups,
}

impl<'a, S: Sink> Rules<'a, S> {
    pub(super) fn new(body: &'a [u8], sink: &'a mut S) -> Self {
        Self { body, sink, taken: HashSet::new(), family: None }
    }

    /// Ends the family before, and begins one.
    fn begin(&mut self, at: Extent, name: &str) -> Result<&mut Family, Misfit> {
        self.end_family()?;
        self.check_free(at, name)?;
        let family = Family {
            name: name.into(),
            kind: None,
            help: false,
            unit: None,
            sampled: false,
            groups: Groups::default(),
        };
        Ok(self.family.insert(family))
    }

    fn check_free(&self, at: Extent, name: &str) -> Result<(), Misfit> {
        if self.taken.contains(name) {
            return Err(Misfit { at, fault: Fault::Clash(Word::new(name)) });
        }
        Ok(())
    }

    fn end_family(&mut self) -> Result<(), Misfit> {
        let Some(mut family) = self.family.take() else { return Ok(()) };
        let kind = family.kind();
        if let (Some((at, true)), Kind::Info | Kind::StateSet) = (family.unit, kind) {
            return Err(family.misfit(at, "info and stateset have no unit"));
        }
        let ended = family.groups.end();
        ended.map_err(|(at, rule)| family.misfit(at, rule))?;
        for suffix in suffixes(kind) {
            self.taken.insert(format!("{}{suffix}", family.name).into());
        }
        self.taken.insert(family.name);
        Ok(())
    }
}

impl<S: Sink> Lines for Rules<'_, S> {
    fn metadata(&mut self, at: Extent, name: &str, entry: Entry<'_>) -> Result<(), Misfit> {
        if self.family.as_ref().is_none_or(|family| *family.name != *name) {
            self.begin(at, name)?;
        }
        let family = self.family.as_mut().expect("it has begun, now or before");
        let line = match entry {
            Entry::Type(_) => "TYPE",
            Entry::Help(_) => "HELP",
            Entry::Unit(_) => "UNIT",
        };
        let wrong = |why| {
            let family = Word::new(name);
            Misfit { at, fault: Fault::Metadata { line, family, why } }
        };
        if family.sampled {
            return Err(wrong("comes after its samples"));
        }
        let second = match entry {
            Entry::Type(kind) => family.kind.replace(kind).is_some(),
            Entry::Help(_) => std::mem::replace(&mut family.help, true),
            Entry::Unit(unit) => family.unit.replace((at, !unit.is_empty())).is_some(),
        };
        if second {
            return Err(wrong("is the second"));
        }
        if let Entry::Type(kind) = entry {
            for suffix in suffixes(kind) {
                self.check_free(at, &format!("{name}{suffix}"))?;
            }
        }
        pass_on(self.sink, name, entry);
        Ok(())
    }

    fn sample(&mut self, at: &SampleAt, sample: &SampleRef<'_>) -> Result<(), Misfit> {
        let name = sample.series().name();
        let belongs = |family: &Family| {
            let suffix = name.strip_prefix(&*family.name);
            suffix.is_some_and(|suffix| is_sample(family.kind(), suffix))
        };
        if !self.family.as_ref().is_some_and(belongs) {
            // A family of that name would clash with this one. More likely a suffix has been forgotten.
            let bare = self.family.as_ref().filter(|family| *family.name == *name);
            if let Some((family, rule)) = bare.and_then(|f| Some((f, without_suffix(f.kind())?))) {
                return Err(family.misfit(at.series, rule));
            }
            self.begin(at.series, &name)?.kind = Some(Kind::Unknown);
        }
        let family = self.family.as_mut().expect("it has begun, now or before");
        family.sampled = true;
        family.sample(self.body, at, sample)?;
        self.sink.sample(sample);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Misfit> {
        self.end_family()
    }
}

impl Family {
    fn kind(&self) -> Kind {
        self.kind.unwrap_or_default()
    }

    fn misfit(&self, at: Extent, rule: &'static str) -> Misfit {
        Misfit { at, fault: Fault::Rule { family: Word::new(&self.name), rule } }
    }

    /// Holds a sample to the rules for its kind, and to those about its neighbours.
    fn sample(&mut self, body: &[u8], at: &SampleAt, sample: &SampleRef<'_>) -> Result<(), Misfit> {
        let kind = self.kind();
        let name = sample.series().name();
        let suffix = &name[self.name.len()..];
        let ValueRef::Float(value) = sample.value() else { return Ok(()) };

        self.check_labels(kind, suffix, at, sample)?;
        check_value(kind, suffix, value).map_err(|rule| self.misfit(at.value, rule))?;
        if let Some(extent) = at.exemplar {
            let allowed = match kind {
                Kind::Counter => suffix == "_total",
                Kind::Histogram | Kind::GaugeHistogram => suffix == "_bucket",
                _ => false,
            };
            if !allowed {
                return Err(self.misfit(extent, "only buckets and counters have exemplars"));
            }
            let length: usize = sample
                .exemplars()
                .iter()
                .flat_map(|exemplar| exemplar.labels())
                .map(|(name, value)| name.chars().count() + value.chars().count())
                .sum();
            if length > EXEMPLAR_LENGTH {
                let rule = "the labels of an exemplar have at most 128 characters";
                return Err(self.misfit(extent, rule));
            }
        }
        let grouped = self.groups.sample(body, (kind, &self.name, suffix), at, sample);
        grouped.map_err(|(at, rule)| self.misfit(at, rule))
    }

    /// Checks the label that a kind demands.
    fn check_labels(
        &self,
        kind: Kind,
        suffix: &str,
        at: &SampleAt,
        sample: &SampleRef<'_>,
    ) -> Result<(), Misfit> {
        let (label, rule): (&str, _) = match (kind, suffix) {
            (Kind::StateSet, _) => (&self.name, "each state is in a label named like the stateset"),
            (Kind::Histogram | Kind::GaugeHistogram, "_bucket") => {
                ("le", "a bucket has a label `le`, a number, and infinity is spelled `+Inf`")
            }
            (Kind::Summary, "") => {
                ("quantile", "a quantile has a label `quantile`, a number from 0 to 1")
            }
            _ => return Ok(()),
        };
        // As exposed: `le="inf"` is what is to be found.
        let exposed = sample.series().pairs.iter().find(|(name, _)| name == label);
        let number = || exposed.as_ref().and_then(|(_, value)| value.parse::<f64>().ok());
        let fine = match kind {
            Kind::StateSet => exposed.is_some(),
            Kind::Summary => number().is_some_and(|quantile| (0.0..=1.0).contains(&quantile)),
            _ => number().is_some_and(|bound| {
                !bound.is_nan()
                    && (bound != f64::INFINITY
                        || exposed.as_ref().is_some_and(|(_, value)| value == "+Inf"))
            }),
        };
        if fine { Ok(()) } else { Err(self.misfit(at.series, rule)) }
    }
}

/// Checks that a kind can have such a value.
fn check_value(kind: Kind, suffix: &str, value: f64) -> Result<(), &'static str> {
    let counts = matches!(suffix, "_bucket" | "_count" | "_gcount");
    let adds_up = counts || matches!(suffix, "_total" | "_sum" | "_gsum");
    let is_suffixed =
        matches!(kind, Kind::Counter | Kind::Histogram | Kind::GaugeHistogram | Kind::Summary);
    if is_suffixed && counts && value.fract() != 0.0 {
        // That of infinity and of NaN is NaN.
        return Err("buckets and counts are integers");
    }
    if is_suffixed && adds_up && value.is_nan() {
        return Err("what counts or adds up is never NaN");
    }
    if is_suffixed && adds_up && suffix != "_gsum" && value < 0.0 {
        return Err("what counts or adds up is never negative");
    }
    match kind {
        Kind::StateSet if value != 0.0 && value != 1.0 => Err("a state is 0 or 1"),
        Kind::Info if value != 1.0 => Err("the value of info is 1"),
        Kind::Summary if suffix.is_empty() && value < 0.0 => Err("a quantile is never negative"),
        _ => Ok(()),
    }
}

/// The suffixes that samples of a kind have besides none, or instead of it.
fn suffixes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Counter => &["_total", "_created"],
        Kind::Summary => &["_count", "_sum", "_created"],
        Kind::Histogram => &["_count", "_sum", "_bucket", "_created"],
        Kind::GaugeHistogram => &["_gcount", "_gsum", "_bucket"],
        Kind::Info => &["_info"],
        Kind::Gauge | Kind::StateSet | Kind::Unknown => &[],
    }
}

/// What to say of a sample that is called like its family.
fn without_suffix(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Counter => Some("its samples end in `_total`, which its TYPE line leaves out"),
        Kind::Info => Some("its samples end in `_info`, which its TYPE line leaves out"),
        Kind::Histogram => Some("its samples end in `_bucket`, `_count`, `_sum` or `_created`"),
        Kind::GaugeHistogram => Some("its samples end in `_bucket`, `_gcount` or `_gsum`"),
        Kind::Summary | Kind::Gauge | Kind::StateSet | Kind::Unknown => None,
    }
}

/// Whether samples of a kind are named so.
fn is_sample(kind: Kind, suffix: &str) -> bool {
    match kind {
        Kind::Gauge | Kind::StateSet | Kind::Unknown => suffix.is_empty(),
        Kind::Summary if suffix.is_empty() => true,
        kind => suffixes(kind).contains(&suffix),
    }
}
