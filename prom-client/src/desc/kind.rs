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
    /// A count and a sum, perhaps with quantiles.
    Summary,
}

impl Kind {
    /// The word of both text formats, such as `counter`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
        }
    }

    /// What this kind puts behind its family's name to name its samples, in any format: the names
    /// that it takes. `""` is the family's name itself.
    pub(crate) const fn sample_suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["", "_total", "_created"],
            Self::Gauge => &[""],
            Self::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
            Self::Summary => &["", "_sum", "_count", "_created"],
        }
    }

    /// A label that the format itself puts on this kind's samples.
    pub(crate) const fn own_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
