//! Why there was no answer, or none that a server would take.

use std::error::Error;
use std::fmt;

use crate::scrape::FetchError;
use crate::scrape::error::unreadable;

/// A request that failed. The words are those that Prometheus shows beside a target that is down.
#[derive(Debug)]
#[non_exhaustive]
pub enum HttpError {
    /// The URL is none, or none of HTTP without TLS, which is all that there is here.
    Url(String, &'static str),
    /// A header would have bytes in it that none can have.
    Header(&'static str),
    /// No connection, or it broke before there was a status.
    Connection(String, Box<dyn Error + Send + Sync>),
    /// There is no runtime of tokio here, and a socket needs one.
    NoRuntime,
    /// The answer was not complete in time.
    Timeout(String),
    /// There were more redirections than this.
    Redirects(String, usize),
    /// A redirection does not say where to, or to nowhere.
    Location(String, u16),
    /// The status is not 200.
    Status(u16, &'static str),
    /// The body ends early, or is not compressed as it says.
    Body(Box<dyn Error + Send + Sync>),
    /// The body has so many bytes, or more.
    TooLarge(usize),
    /// The media type of the answer is none that is understood; empty if there is none.
    ContentType(String),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url, reason) => write!(f, "{url:?} is not a URL to ask: {reason}"),
            Self::Header(name) => write!(f, "invalid value of the header {name}"),
            Self::Connection(url, error) => {
                write!(f, "Get {url:?}: ")?;
                say(root(&**error), "EOF", f)
            }
            Self::NoRuntime => f.write_str("a target over HTTP is asked in a runtime of tokio"),
            Self::Timeout(url) => write!(f, "Get {url:?}: context deadline exceeded"),
            Self::Redirects(url, limit) => {
                write!(f, "Get {url:?}: stopped after {limit} redirects")
            }
            Self::Location(url, status) => {
                write!(f, "Get {url:?}: {status} response without a usable Location header")
            }
            Self::Status(status, reason) => {
                write!(f, "server returned HTTP status {status}")?;
                if reason.is_empty() { Ok(()) } else { write!(f, " {reason}") }
            }
            Self::Body(error) => say(root(&**error), "unexpected EOF", f),
            Self::TooLarge(_) => f.write_str("body size limit exceeded"),
            Self::ContentType(given) => unreadable(given, f),
        }
    }
}

impl Error for HttpError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connection(_, error) | Self::Body(error) => Some(&**error),
            _ => None,
        }
    }
}

impl From<HttpError> for FetchError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::TooLarge(_) => Self::too_long(),
            error => Self::new(error),
        }
    }
}

/// Where an error began: the layers above it say only that something went wrong.
pub(super) fn root<'a>(mut error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

/// An error in the words of the reference; `ended` are those for a connection that ended too early.
fn say(error: &(dyn Error + 'static), ended: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let broken =
        error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message);
    match error.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
        Some(std::io::ErrorKind::ConnectionRefused) => f.write_str("connection refused"),
        Some(std::io::ErrorKind::ConnectionReset) => f.write_str("connection reset by peer"),
        Some(std::io::ErrorKind::UnexpectedEof) => f.write_str(ended),
        _ if broken => f.write_str(ended),
        _ => write!(f, "{error}"),
    }
}
