//! What a server is to send.

use super::ScrapeBody;

/// The answer to a scrape: a status, headers and a body.
///
/// `Content-Length` is for the server to add. The answer to `HEAD` has the body of that to `GET`, which tells its
/// length and is not to be sent: HTTP servers see to that.
#[derive(Debug)]
pub struct ScrapeResponse {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: ScrapeBody,
}

impl ScrapeResponse {
    /// Whoever renders it did not come back: 500.
    #[must_use]
    pub fn failed() -> Self {
        Self::plain(500, "The metrics could not be read.\n")
    }

    /// Reading took longer than the client [waits](super::Scrape::timeout): 503.
    #[must_use]
    pub fn timed_out() -> Self {
        Self::plain(503, "Reading the metrics took longer than this client waits.\n")
    }

    pub(super) fn wrong_method() -> Self {
        Self::plain(405, "Metrics are read with GET.\n").with("allow", "GET, HEAD")
    }

    pub(super) fn too_many() -> Self {
        Self::plain(503, "Too many scrapes are under way.\n").with("retry-after", "1")
    }

    pub(super) fn metrics(content_type: &'static str, body: ScrapeBody) -> Self {
        let headers = vec![("content-type", content_type), ("vary", "Accept, Accept-Encoding")];
        Self { status: 200, headers, body }
    }

    fn plain(status: u16, text: &'static str) -> Self {
        let headers = vec![("content-type", "text/plain; charset=utf-8")];
        Self { status, headers, body: ScrapeBody::from(text) }
    }

    pub(super) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The status: 200, 405, 500 or 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers, each once, with names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.headers.iter().copied()
    }

    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'static str> {
        self.headers().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &ScrapeBody {
        &self.body
    }

    /// The body, to be sent.
    #[must_use]
    pub fn into_body(self) -> ScrapeBody {
        self.body
    }
}
