//! What an answer says about itself.

use std::fmt;

use super::Format;
use crate::desc::Escaping;

/// A [`Format`], and the [`Escaping`] of the names in it: the value of a `Content-Type` header.
///
/// A format alone is one too, with the escaping that every reader knows.
///
/// # Examples
/// ```
/// use prom_client::{ContentType, Escaping, Format};
///
/// let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3";
/// let content_type = ContentType::negotiate(accept, Format::ALL);
/// assert_eq!(content_type, Format::OpenMetrics.into());
/// assert_eq!(content_type.as_str(), "application/openmetrics-text; version=1.0.0; charset=utf-8");
///
/// let prometheus_3 = "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;q=0.3";
/// let content_type = ContentType::negotiate(prometheus_3, Format::ALL);
/// assert_eq!(content_type, ContentType::new(Format::Text, Escaping::AllowUtf8));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ContentType {
    format: Format,
    escaping: Escaping,
    /// For readers of OpenMetrics 0.0.1, whose text is the same.
    is_first_draft: bool,
}

#[cfg(feature = "openmetrics2")]
macro_rules! openmetrics2 {
    ($escaping:literal) => {
        concat!("application/openmetrics-text; version=2.0.0; charset=utf-8", $escaping)
    };
}

#[cfg(feature = "protobuf")]
macro_rules! protobuf {
    ($escaping:literal) => {
        concat!(
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; \
             encoding=delimited",
            $escaping
        )
    };
}

impl ContentType {
    /// This format, with names in it in this way.
    #[must_use]
    pub const fn new(format: Format, escaping: Escaping) -> Self {
        Self { format, escaping, is_first_draft: false }
    }

    /// OpenMetrics, for whoever knows only its first draft, 0.0.1.
    pub(super) const fn first_draft() -> Self {
        Self { format: Format::OpenMetrics, escaping: Escaping::Underscores, is_first_draft: true }
    }

    /// The format.
    #[must_use]
    pub const fn format(self) -> Format {
        self.format
    }

    /// What becomes of names outside the classic set.
    #[must_use]
    pub const fn escaping(self) -> Escaping {
        self.escaping
    }

    /// The value of the header. A format that escapes with underscores is the one from before there
    /// was a choice, and says nothing about it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        use Escaping::{AllowUtf8, Dots, Underscores, Values};
        if self.is_first_draft {
            return "application/openmetrics-text; version=0.0.1; charset=utf-8";
        }
        match (self.format, self.escaping) {
            (Format::Text, Underscores) => "text/plain; version=0.0.4; charset=utf-8",
            (Format::Text, Dots) => "text/plain; version=1.0.0; charset=utf-8; escaping=dots",
            (Format::Text, Values) => "text/plain; version=1.0.0; charset=utf-8; escaping=values",
            (Format::Text, AllowUtf8) => {
                "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
            }
            (Format::OpenMetrics, Underscores) => {
                "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
            (Format::OpenMetrics, Dots) => {
                "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=dots"
            }
            (Format::OpenMetrics, Values) => {
                "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=values"
            }
            (Format::OpenMetrics, AllowUtf8) => {
                "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
            }
            #[cfg(feature = "openmetrics2")]
            (Format::OpenMetrics2, Underscores) => openmetrics2!(""),
            #[cfg(feature = "openmetrics2")]
            (Format::OpenMetrics2, Dots) => openmetrics2!("; escaping=dots"),
            #[cfg(feature = "openmetrics2")]
            (Format::OpenMetrics2, Values) => openmetrics2!("; escaping=values"),
            #[cfg(feature = "openmetrics2")]
            (Format::OpenMetrics2, AllowUtf8) => openmetrics2!("; escaping=allow-utf-8"),
            #[cfg(feature = "protobuf")]
            (Format::Protobuf, Underscores) => protobuf!(""),
            #[cfg(feature = "protobuf")]
            (Format::Protobuf, Dots) => protobuf!("; escaping=dots"),
            #[cfg(feature = "protobuf")]
            (Format::Protobuf, Values) => protobuf!("; escaping=values"),
            #[cfg(feature = "protobuf")]
            (Format::Protobuf, AllowUtf8) => protobuf!("; escaping=allow-utf-8"),
        }
    }
}

impl From<Format> for ContentType {
    fn from(format: Format) -> Self {
        Self { format, ..Self::default() }
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
