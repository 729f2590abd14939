//! The formats.

/// A format that a metrics endpoint answers in.
///
/// # Examples
/// ```
/// use prom_client::Format;
///
/// let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3";
/// let format = Format::negotiate(accept, Format::ALL);
/// assert_eq!(format, Format::OpenMetrics);
/// assert_eq!(format.content_type(), "application/openmetrics-text; version=1.0.0; charset=utf-8");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus text 0.0.4, which everything reads and which a browser shows.
    #[default]
    Text,
    /// OpenMetrics text 1.0.0, which has units and an end.
    OpenMetrics,
}

impl Format {
    /// Every format that there is, the one that asks least of a reader first.
    pub const ALL: &'static [Self] = &[Self::Text, Self::OpenMetrics];

    /// The value of the `Content-Type` header for text in this format.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// Type, subtype and version, as an `Accept` header names this format.
    pub(super) const fn media_type(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Text => ("text", "plain", "0.0.4"),
            Self::OpenMetrics => ("application", "openmetrics-text", "1.0.0"),
        }
    }
}
