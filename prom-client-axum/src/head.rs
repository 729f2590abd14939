//! The head of a request, as the metrics read it.

use http::{Request, Version};
use http_body::Body;
use prom_client::http::RequestHead;

/// A request of tower's.
pub(crate) struct Head<'a, B>(pub(crate) &'a Request<B>);

impl<B: Body> RequestHead for Head<'_, B> {
    #[inline]
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    #[inline]
    fn path(&self) -> &str {
        self.0.uri().path()
    }

    fn query(&self) -> Option<&str> {
        self.0.uri().query()
    }

    #[inline]
    fn version(&self) -> &'static str {
        match self.0.version() {
            Version::HTTP_09 => "0.9",
            Version::HTTP_10 => "1.0",
            Version::HTTP_2 => "2",
            Version::HTTP_3 => "3",
            _ => "1.1",
        }
    }

    fn authority(&self) -> Option<&str> {
        let authority = self.0.uri().authority().map(http::uri::Authority::as_str);
        authority.or_else(|| self.header("host")).and_then(host_and_port)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    fn body_size(&self) -> Option<u64> {
        self.0.body().size_hint().exact()
    }
}

/// Without the name and the password that may stand before the last `@`.
fn host_and_port(authority: &str) -> Option<&str> {
    authority.rsplit('@').next()
}
