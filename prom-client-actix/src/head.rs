//! The head of a request, as the metrics read it.

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::Version;
use actix_web::http::header::CONTENT_LENGTH;
use prom_client::http::RequestHead;

/// A request of actix'.
pub(crate) struct Head<'a>(pub(crate) &'a ServiceRequest);

impl RequestHead for Head<'_> {
    #[inline]
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    #[inline]
    fn path(&self) -> &str {
        self.0.path()
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

    fn scheme(&self) -> Option<&str> {
        self.0.uri().scheme_str()
    }

    fn authority(&self) -> Option<&str> {
        let authority = self.0.uri().authority().map(|authority| authority.as_str());
        authority.or_else(|| self.header("host")).and_then(host_and_port)
    }

    fn header(&self, name: &str) -> Option<&str> {
        // To look it up by text would make a name of it, which allocates.
        let mut headers = self.0.headers().iter();
        headers.find(|(other, _)| other.as_str().eq_ignore_ascii_case(name))?.1.to_str().ok()
    }

    fn body_size(&self) -> Option<u64> {
        match self.0.parts().1 {
            Payload::None => Some(0),
            _ => self.0.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok(),
        }
    }
}

/// Without the name and the password that may stand before the last `@`.
fn host_and_port(authority: &str) -> Option<&str> {
    authority.rsplit('@').next()
}
