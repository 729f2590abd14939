//! The protocols of scraping, and how a server asks for them.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use super::ScrapeRequest;
use crate::parse::Format;

/// A format and its version, as `scrape_protocols` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScrapeProtocol {
    /// `PrometheusProto`: protobuf, with native histograms.
    PrometheusProto,
    /// `PrometheusText0.0.4`.
    PrometheusText004,
    /// `PrometheusText1.0.0`: with names of UTF-8.
    PrometheusText100,
    /// `OpenMetricsText0.0.1`.
    OpenMetricsText001,
    /// `OpenMetricsText1.0.0`.
    OpenMetricsText100,
}

impl ScrapeProtocol {
    /// Those that Prometheus 3 asks for unless told otherwise, the dearest first.
    pub const DEFAULT: [Self; 4] = [
        Self::OpenMetricsText100,
        Self::OpenMetricsText001,
        Self::PrometheusText100,
        Self::PrometheusText004,
    ];

    const ALL: [(Self, &'static str, &'static str); 5] = [
        (
            Self::OpenMetricsText001,
            "OpenMetricsText0.0.1",
            "application/openmetrics-text;version=0.0.1",
        ),
        (
            Self::OpenMetricsText100,
            "OpenMetricsText1.0.0",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
        ),
        (
            Self::PrometheusProto,
            "PrometheusProto",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
        ),
        (Self::PrometheusText004, "PrometheusText0.0.4", "text/plain;version=0.0.4"),
        (
            Self::PrometheusText100,
            "PrometheusText1.0.0",
            "text/plain;version=1.0.0;escaping=allow-utf-8",
        ),
    ];

    /// The reader of it; `None` if the feature `protobuf` is off and it is needed.
    #[must_use]
    pub fn format(self) -> Option<Format> {
        match self {
            #[cfg(feature = "protobuf")]
            Self::PrometheusProto => Some(Format::Protobuf),
            #[cfg(not(feature = "protobuf"))]
            Self::PrometheusProto => None,
            Self::PrometheusText004 | Self::PrometheusText100 => Some(Format::Text),
            Self::OpenMetricsText001 | Self::OpenMetricsText100 => Some(Format::OpenMetrics),
        }
    }

    fn entry(self) -> (&'static str, &'static str) {
        let entry = Self::ALL.iter().find(|(protocol, ..)| *protocol == self);
        entry.map_or(("", "*/*"), |(_, name, media_type)| (name, media_type))
    }
}

impl ScrapeRequest {
    /// Asks for these, the dearest first, with the weights of Prometheus.
    ///
    /// # Examples
    /// ```
    /// use prom_client_testkit::{ScrapeProtocol, ScrapeRequest};
    ///
    /// let request = ScrapeRequest::new().protocols(&[ScrapeProtocol::PrometheusText004]);
    /// assert_eq!(request.accept, "text/plain;version=0.0.4;q=0.6,*/*;q=0.5");
    /// ```
    #[must_use]
    pub fn protocols(mut self, protocols: &[ScrapeProtocol]) -> Self {
        // The first weight is one above the number of all protocols, whichever are asked for.
        let mut weight = ScrapeProtocol::ALL.len() + 1;
        self.accept.clear();
        for media_type in protocols.iter().map(|protocol| protocol.entry().1).chain(["*/*"]) {
            let comma = if self.accept.is_empty() { "" } else { "," };
            self.accept.push_str(&format!("{comma}{media_type};q=0.{weight}"));
            weight = weight.saturating_sub(1);
        }
        self
    }
}

impl fmt::Display for ScrapeProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().0)
    }
}

/// A name that is no [`ScrapeProtocol`]'s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProtocol(String);

impl fmt::Display for UnknownProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = ScrapeProtocol::ALL.iter().map(|(_, name, _)| *name).collect();
        write!(f, "unknown scrape protocol {}, supported: [{}]", self.0, names.join(" "))
    }
}

impl Error for UnknownProtocol {}

impl FromStr for ScrapeProtocol {
    type Err = UnknownProtocol;

    fn from_str(name: &str) -> Result<Self, UnknownProtocol> {
        let entry = Self::ALL.iter().find(|(_, known, _)| *known == name);
        entry.map(|(protocol, ..)| *protocol).ok_or_else(|| UnknownProtocol(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_a_request_asks_for() {
        let request = ScrapeRequest::new();
        assert_eq!(request.clone().protocols(&ScrapeProtocol::DEFAULT), request);
        #[cfg(feature = "protobuf")]
        {
            let native: Vec<_> = [ScrapeProtocol::PrometheusProto]
                .into_iter()
                .chain(ScrapeProtocol::DEFAULT)
                .collect();
            assert_eq!(request.clone().protocols(&native), request.native_histograms());
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for (protocol, ..) in ScrapeProtocol::ALL {
            assert_eq!(protocol.to_string().parse(), Ok(protocol));
        }
        assert_eq!(
            "text".parse::<ScrapeProtocol>().expect_err("no protocol").to_string(),
            "unknown scrape protocol text, supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 \
             PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0]"
        );
    }
}
