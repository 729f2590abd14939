//! A whole exposition, owned: the sink for assertions and lint.

use std::collections::HashMap;

use super::{Family, Kind, Labels, Sample, SampleRef, Sink, Value};

/// What an exposition says, family by family, in the order in which it says it.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Format, Parser};
///
/// let exposition = Parser::new(Format::Text).parse(
///     b"# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} 3\n",
/// )?;
/// assert_eq!(exposition.value("http_requests_total", [("code", "200")]), Some(3.0));
/// # Ok::<(), prom_client_testkit::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposition {
    families: Vec<Family>,
}

/// Which names of samples belong to a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is either the one or the other")]
pub enum Suffixes {
    /// As in the text format: `_bucket`, `_sum` and `_count` of histograms and summaries.
    Classic,
    /// As in OpenMetrics: those, and `_total`, `_created`, `_info`, `_gsum` and `_gcount`.
    OpenMetrics,
}

/// Puts an [`Exposition`] together: a [`Sink`].
#[derive(Debug)]
pub struct ExpositionBuilder {
    suffixes: Suffixes,
    families: Vec<Family>,
    by_name: HashMap<Box<str>, usize>,
}

impl Exposition {
    /// All families, in the order of the exposition.
    #[must_use]
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// The family of this name, which is that of its metadata.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name == name)
    }

    /// The families of these names alone.
    #[must_use]
    pub fn only<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let wanted = |family: &&Family| names.contains(&&*family.name);
        Self { families: self.families.iter().filter(wanted).cloned().collect() }
    }

    /// All samples, family by family.
    pub fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.families.iter().flat_map(|family| &family.samples)
    }

    /// The sample with this name and exactly these labels; of several, the first, which is the one that
    /// Prometheus keeps.
    #[must_use]
    pub fn sample<'a>(
        &self,
        name: &'a str,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Option<&Sample> {
        let labels: Labels = labels.into_iter().chain([(Labels::NAME, name)]).collect();
        self.samples().find(|sample| sample.labels == labels)
    }

    /// The number of the sample with this name and exactly these labels.
    #[must_use]
    pub fn value<'a>(
        &self,
        name: &'a str,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Option<f64> {
        self.sample(name, labels).map(|sample| &sample.value).and_then(Value::as_float)
    }
}

impl Suffixes {
    fn of(self, kind: Kind) -> &'static [&'static str] {
        match (self, kind) {
            (Self::Classic, Kind::Histogram | Kind::GaugeHistogram) => {
                &["_bucket", "_sum", "_count"]
            }
            (Self::Classic, Kind::Summary) => &["_sum", "_count"],
            (Self::Classic, _) => &[],
            (Self::OpenMetrics, Kind::Counter) => &["_total", "_created"],
            (Self::OpenMetrics, Kind::Histogram) => &["_bucket", "_sum", "_count", "_created"],
            (Self::OpenMetrics, Kind::GaugeHistogram) => {
                &["_bucket", "_gsum", "_gcount", "_sum", "_count"]
            }
            (Self::OpenMetrics, Kind::Summary) => &["_sum", "_count", "_created"],
            (Self::OpenMetrics, Kind::Info) => &["_info"],
            (Self::OpenMetrics, Kind::Gauge | Kind::StateSet | Kind::Unknown) => &[],
        }
    }
}

impl ExpositionBuilder {
    /// A builder without families.
    #[must_use]
    pub fn new(suffixes: Suffixes) -> Self {
        Self { suffixes, families: Vec::new(), by_name: HashMap::new() }
    }

    /// What was put in.
    #[must_use]
    pub fn build(self) -> Exposition {
        Exposition { families: self.families }
    }

    /// The family of this name, which begins now if there was none.
    fn family(&mut self, name: &str) -> &mut Family {
        let at = match self.by_name.get(name) {
            Some(at) => *at,
            None => {
                self.families.push(Family { name: name.to_owned(), ..Family::default() });
                self.by_name.insert(name.into(), self.families.len() - 1);
                self.families.len() - 1
            }
        };
        &mut self.families[at]
    }

    /// The family that a sample of this name belongs to: the one of that name, or one whose kind gives its
    /// samples a suffix.
    fn owner(&mut self, name: &str) -> &mut Family {
        let suffixed = || {
            let (stem, _) = name.rsplit_once('_')?;
            let at = *self.by_name.get(stem)?;
            let suffix = &name[stem.len()..];
            self.suffixes.of(self.families[at].kind).contains(&suffix).then_some(at)
        };
        match self.by_name.get(name).copied().or_else(suffixed) {
            Some(at) => &mut self.families[at],
            None => self.family(name),
        }
    }
}

impl Sink for ExpositionBuilder {
    fn sample(&mut self, sample: &SampleRef<'_>) {
        let sample = sample.to_owned();
        self.owner(sample.labels.name().unwrap_or_default()).samples.push(sample);
    }

    fn kind(&mut self, family: &str, kind: Kind) {
        self.family(family).kind = kind;
    }

    fn help(&mut self, family: &str, text: &str) {
        self.family(family).help = said(text);
    }

    fn unit(&mut self, family: &str, unit: &str) {
        self.family(family).unit = said(unit);
    }
}

/// A line without a text is the same as no line.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
