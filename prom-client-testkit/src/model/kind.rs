//! What a family of metrics counts or measures.

use std::fmt;

/// The type of a family, as a `TYPE` line names it.
///
/// # Examples
/// ```
/// use prom_client_testkit::Kind;
///
/// assert_eq!(Kind::GaugeHistogram.to_string(), "gaugehistogram");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the types of OpenMetrics 1.0, which will have no more"
)]
pub enum Kind {
    /// Only ever grows, except for starting again at 0.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Observations in buckets.
    Histogram,
    /// Things that are there now, in buckets.
    GaugeHistogram,
    /// Observations with quantiles.
    Summary,
    /// Facts in labels.
    Info,
    /// Which states hold.
    StateSet,
    /// Nobody said. The text format says `untyped`.
    #[default]
    Unknown,
}

impl Kind {
    /// The name that OpenMetrics gives it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
            Self::Unknown => "unknown",
        }
    }

    /// The label that tells the series of one metric apart, if samples of this kind and name have one.
    #[must_use]
    pub fn bound_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram | Self::GaugeHistogram => Some("le"),
            Self::Summary => Some("quantile"),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
