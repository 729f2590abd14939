//! What a handler knows better.

use std::borrow::Cow;

/// How a response is to be recorded: a handler puts it into the extensions of its response.
///
/// For what has no route of its own: files behind one path, the operations of a GraphQL endpoint. And for what should
/// not be counted at all, or only to its head, such as a body that goes on for hours.
///
/// # Examples
/// ```
/// use prom_client::http::RecordAs;
///
/// let file = RecordAs::route("/assets/{*file}");
/// let feed = RecordAs::route("/feed").until_head();
/// assert_ne!(file, feed);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordAs {
    pub(super) route: Option<Cow<'static, str>>,
    pub(super) until_head: bool,
    pub(super) nothing: bool,
}

impl RecordAs {
    /// Under this route, which counts against [`max_routes`](super::HttpMetricsBuilder::max_routes) as every other.
    #[must_use]
    pub fn route(route: impl Into<Cow<'static, str>>) -> Self {
        Self { route: Some(route.into()), ..Self::default() }
    }

    /// Not at all, except that it was in flight.
    #[must_use]
    pub fn nothing() -> Self {
        Self { nothing: true, ..Self::default() }
    }

    /// As of the head of the response: its body is neither timed nor measured.
    #[must_use]
    pub fn until_head(mut self) -> Self {
        self.until_head = true;
        self
    }
}
