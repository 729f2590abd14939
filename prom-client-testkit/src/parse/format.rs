//! The formats, and which one a response is in.

use std::fmt;

use super::media_type::media_type;

/// A format of expositions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The text format, versions 0.0.4 and 1.0.0.
    Text,
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// Protobuf, families with their lengths before them.
    #[cfg(feature = "protobuf")]
    Protobuf,
}

impl Format {
    /// The format that a `Content-Type` names, as Prometheus 3 understands it: by the media type alone,
    /// whatever the parameters say, as long as they are spelled as parameters. For anything else it refuses the
    /// response.
    ///
    /// # Examples
    /// ```
    /// use prom_client_testkit::Format;
    ///
    /// let format = Format::from_content_type("text/plain; version=0.0.4; charset=utf-8");
    /// assert_eq!(format, Some(Format::Text));
    /// assert_eq!(Format::from_content_type("text/html"), None);
    /// assert_eq!(Format::from_content_type("text/plain; version"), None);
    /// ```
    #[must_use]
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        let media_type = media_type(content_type)?;
        let is = |name: &str| media_type.eq_ignore_ascii_case(name);
        if is("text/plain") {
            Some(Self::Text)
        } else if is("application/openmetrics-text") {
            Some(Self::OpenMetrics)
        } else {
            #[cfg(feature = "protobuf")]
            if is("application/vnd.google.protobuf") {
                return Some(Self::Protobuf);
            }
            None
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::OpenMetrics => "openmetrics",
            #[cfg(feature = "protobuf")]
            Self::Protobuf => "protobuf",
        })
    }
}
