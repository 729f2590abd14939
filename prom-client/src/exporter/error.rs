//! Why there is no endpoint.

use std::{fmt, io};

/// Why an [`Exporter`](super::Exporter) does not serve.
#[derive(Debug)]
pub struct ServeError {
    address: String,
    source: io::Error,
}

impl ServeError {
    pub(super) fn new(address: String, source: io::Error) -> Self {
        Self { address, source }
    }

    /// The address that was to be listened on.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What kind of error the operating system had, such as [`io::ErrorKind::AddrInUse`].
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on `{}`: {}", self.address, self.source)
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
