//! The kinds of metrics.

use std::fmt;

/// What a metric's values mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A total that only grows, or starts again at 0.
    Counter,
    /// A value that goes up and down.
    Gauge,
    /// A distribution over fixed buckets.
    Histogram,
    /// A distribution whose buckets go up and down: of what is there now, and not of all that was.
    GaugeHistogram,
    /// A count and a sum, perhaps with quantiles.
    Summary,
    /// Labels that are the information; the value is 1.
    Info,
    /// One of several states: a series for each, 1 for the one that is and 0 for the others.
    StateSet,
    /// A value of which nobody said what it means.
    Unknown,
}

impl Kind {
    /// The word of OpenMetrics, such as `counter`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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

    /// What formats put behind the family's name where a series has one sample. It may be given with
    /// a name or left out.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Counter => "_total",
            Self::Info => "_info",
            Self::Gauge
            | Self::Histogram
            | Self::GaugeHistogram
            | Self::Summary
            | Self::StateSet
            | Self::Unknown => "",
        }
    }

    /// The word as it stands in a sentence: `a counter`.
    pub(crate) fn with_article(self) -> String {
        let article = if matches!(self, Self::Info | Self::Unknown) { "an" } else { "a" };
        format!("{article} {self}")
    }

    /// Whether such a metric may have a unit: OpenMetrics forbids it where there is no amount.
    pub(crate) const fn has_unit(self) -> bool {
        !matches!(self, Self::Info | Self::StateSet)
    }

    /// What this kind puts behind its family's name to name its samples, in any format: the names
    /// that it takes. `""` is the family's name itself.
    pub(crate) const fn sample_suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["", "_total", "_created"],
            Self::Gauge | Self::StateSet | Self::Unknown => &[""],
            Self::Info => &["", "_info"],
            Self::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
            // Formats that do not know it show it as a histogram.
            Self::GaugeHistogram => &["", "_bucket", "_gsum", "_gcount", "_sum", "_count"],
            Self::Summary => &["", "_sum", "_count", "_created"],
        }
    }

    /// A label that the format itself puts on this kind's samples, whatever the family: see
    /// [`Desc::own_label`](super::Desc) for the other.
    pub(crate) const fn own_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram | Self::GaugeHistogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge | Self::Info | Self::StateSet | Self::Unknown => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
