//! The head of a request, as the metrics read it.

use axum::extract::OriginalUri;
use http::{Request, Uri, Version};
use http_body::Body;
use prom_client::http::RequestHead;

/// A request of tower's.
pub(crate) struct Head<'a, B> {
    request: &'a Request<B>,
    /// What the target is for rules about paths. A router that nests others takes its part of the path away from them.
    target: &'a Uri,
}

impl<'a, B> Head<'a, B> {
    /// Of a server's request, or of a client's. One that a server forwards still says which target the server had.
    #[inline]
    pub(crate) fn of(request: &'a Request<B>, is_client: bool) -> Self {
        let original = match is_client {
            true => None,
            false => request.extensions().get::<OriginalUri>(),
        };
        Self { request, target: original.map_or(request.uri(), |OriginalUri(uri)| uri) }
    }
}

impl<B: Body> RequestHead for Head<'_, B> {
    #[inline]
    fn method(&self) -> &str {
        self.request.method().as_str()
    }

    #[inline]
    fn path(&self) -> &str {
        self.target.path()
    }

    fn query(&self) -> Option<&str> {
        self.request.uri().query()
    }

    #[inline]
    fn version(&self) -> &'static str {
        match self.request.version() {
            Version::HTTP_09 => "0.9",
            Version::HTTP_10 => "1.0",
            Version::HTTP_2 => "2",
            Version::HTTP_3 => "3",
            _ => "1.1",
        }
    }

    fn scheme(&self) -> Option<&str> {
        self.request.uri().scheme_str()
    }

    fn authority(&self) -> Option<&str> {
        let authority = self.request.uri().authority().map(http::uri::Authority::as_str);
        authority.or_else(|| self.header("host")).and_then(host_and_port)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    fn body_size(&self) -> Option<u64> {
        self.request.body().size_hint().exact()
    }
}

/// Without the name and the password that may stand before the last `@`.
fn host_and_port(authority: &str) -> Option<&str> {
    authority.rsplit('@').next()
}
