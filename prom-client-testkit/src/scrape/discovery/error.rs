//! Why targets could not be found anew.

use std::error::Error;
use std::fmt;

/// A source of targets that could not be read. What it said before stays.
#[derive(Debug)]
pub struct DiscoveryError {
    source: String,
    reason: Reason,
}

/// What is wrong with it.
#[derive(Debug)]
pub(super) enum Reason {
    #[cfg(feature = "yaml")]
    Io(std::io::Error),
    #[cfg(feature = "yaml")]
    Yaml(crate::scrape::ConfigError),
    Json(serde_json::Error),
    NullGroup(usize),
    #[cfg(feature = "http")]
    Http(crate::scrape::HttpError),
    #[cfg(feature = "http")]
    ContentType(String),
}

impl DiscoveryError {
    pub(super) fn new(source: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Self { source: source.into(), reason: reason.into() }
    }

    /// The file or the URL.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.source
    }
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.source)?;
        match &self.reason {
            #[cfg(feature = "yaml")]
            Reason::Io(error) => error.fmt(f),
            #[cfg(feature = "yaml")]
            Reason::Yaml(error) => error.fmt(f),
            Reason::Json(error) => error.fmt(f),
            Reason::NullGroup(at) => write!(f, "nil target group item found (index {at})"),
            #[cfg(feature = "http")]
            Reason::Http(error) => error.fmt(f),
            #[cfg(feature = "http")]
            Reason::ContentType(given) => write!(f, "unsupported content type {given:?}"),
        }
    }
}

impl Error for DiscoveryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.reason {
            #[cfg(feature = "yaml")]
            Reason::Io(error) => Some(error),
            #[cfg(feature = "yaml")]
            Reason::Yaml(error) => Some(error),
            Reason::Json(error) => Some(error),
            #[cfg(feature = "http")]
            Reason::Http(error) => Some(error),
            _ => None,
        }
    }
}

impl From<serde_json::Error> for Reason {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

#[cfg(feature = "yaml")]
impl From<std::io::Error> for Reason {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

#[cfg(feature = "yaml")]
impl From<crate::scrape::ConfigError> for Reason {
    fn from(error: crate::scrape::ConfigError) -> Self {
        Self::Yaml(error)
    }
}

#[cfg(feature = "http")]
impl From<crate::scrape::HttpError> for Reason {
    fn from(error: crate::scrape::HttpError) -> Self {
        Self::Http(error)
    }
}
