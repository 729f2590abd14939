//! What a scrape is asked for with.

use std::time::Duration;

/// A request, as far as an [`Endpoint`](crate::Endpoint) reads it. Paths are the server's.
///
/// # Examples
/// ```
/// use prom_client::ScrapeRequest;
///
/// let headers = [("accept", "text/plain"), ("Accept", "*/*;q=0.1"), ("host", "here")];
/// let mut request = ScrapeRequest::new("GET", None);
/// for (name, value) in headers {
///     request.header(name, value.as_bytes());
/// }
/// assert_eq!(request, {
///     let mut same = ScrapeRequest::new("GET", None);
///     same.header("accept", b"text/plain,*/*;q=0.1");
///     same
/// });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ScrapeRequest {
    method: String,
    query: String,
    accept: String,
    /// An empty header says more than none.
    accept_encoding: Option<String>,
    timeout: Option<Duration>,
}

impl ScrapeRequest {
    /// A request without headers: its method, and what stands behind the question mark of its target.
    #[must_use]
    pub fn new(method: &str, query: Option<&str>) -> Self {
        Self {
            method: method.to_owned(),
            query: query.unwrap_or_default().to_owned(),
            accept: String::new(),
            accept_encoding: None,
            timeout: None,
        }
    }

    /// Adds a header line. Those that mean nothing here are passed over, so that a server may hand on all it has; of
    /// one that is no text, or no number where it should be one, nothing is read.
    pub fn header(&mut self, name: &str, value: &[u8]) -> &mut Self {
        let Ok(value) = std::str::from_utf8(value) else {
            return self;
        };
        if name.eq_ignore_ascii_case("accept") {
            join(&mut self.accept, value);
        } else if name.eq_ignore_ascii_case("accept-encoding") {
            join(self.accept_encoding.get_or_insert_default(), value);
        } else if name.eq_ignore_ascii_case("x-prometheus-scrape-timeout-seconds") {
            let seconds = value.trim().parse().ok().filter(|seconds| *seconds > 0.0);
            let timeout = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            self.timeout = timeout.or(self.timeout);
        }
        self
    }

    pub(super) fn method(&self) -> &str {
        &self.method
    }

    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// All lines of the header as one; empty if there was none.
    pub(super) fn accept(&self) -> &str {
        &self.accept
    }

    pub(super) fn accept_encoding(&self) -> Option<&str> {
        self.accept_encoding.as_deref()
    }

    pub(super) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}

/// Several lines of a header are one list.
fn join(lines: &mut String, line: &str) {
    if !lines.is_empty() {
        lines.push(',');
    }
    lines.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_header_are_joined_and_what_is_no_text_is_passed_over() {
        let mut request = ScrapeRequest::new("GET", None);
        assert_eq!((request.accept(), request.accept_encoding()), ("", None));
        request.header("ACCEPT", b"a/b").header("accept", b"\xff").header("Accept", b"c/d");
        request.header("Accept-Encoding", b"").header("Host", b"here");
        assert_eq!((request.accept(), request.accept_encoding()), ("a/b,c/d", Some("")));
    }

    #[test]
    fn a_timeout_is_a_number_of_seconds_above_0() {
        for (value, timeout) in [
            ("10", Some(10_000)),
            ("0.9", Some(900)),
            ("1.000", Some(1_000)),
            (" 2 ", Some(2_000)),
            ("0", None),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("1e300", None),
            ("10s", None),
            ("", None),
        ] {
            let mut request = ScrapeRequest::new("GET", None);
            request.header("x-prometheus-scrape-timeout-seconds", value.as_bytes());
            assert_eq!(request.timeout(), timeout.map(Duration::from_millis), "{value:?}");
        }
    }
}
