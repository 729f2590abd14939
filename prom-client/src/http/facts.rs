//! What became known of an exchange so far.

use std::borrow::Cow;

use super::grpc::Code;
use super::method::OTHER;
use super::trace::Trace;
use crate::label::ExemplarLabels;

/// It is moved with the exchange from one place to the next, by frameworks several times, so it is small.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Its place in the list of methods.
    pub(super) method: u8,
    /// Its place in the list of versions.
    pub(super) version: u8,
    pub(super) is_head: bool,
    pub(super) is_connect: bool,
    /// Whether what is sent says how long the body is.
    pub(super) measured: bool,
    /// What a call of gRPC said of itself.
    pub(super) code: Option<Code>,
    /// Once there is a head.
    pub(super) status: Option<u16>,
    pub(super) request_size: Known,
    /// Nanoseconds to the head of the response, where that is asked for.
    pub(super) first_byte: Known,
    /// How long the body of the response is.
    pub(super) exact: Known,
    pub(super) sent: u64,
    /// What only some programs ask for.
    pub(super) more: Option<Box<More>>,
}

/// A number that may not be known, in the room of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known(u64);

/// See [`Facts`].
#[derive(Debug, Default)]
pub(super) struct More {
    /// The route that a program gave instead of the framework's.
    pub(super) named: Option<Cow<'static, str>>,
    /// Whether that is the path as the client sent it.
    pub(super) is_raw: bool,
    /// Of a client: whom it asks, and the port of that if none is named.
    pub(super) peer: Option<Box<str>>,
    pub(super) default_port: &'static str,
    /// The values of the program's own labels.
    pub(super) own: Vec<Cow<'static, str>>,
    pub(super) exemplar: Option<ExemplarOf>,
}

/// Where an exemplar leads to.
#[derive(Debug)]
pub(super) enum ExemplarOf {
    Trace(Trace),
    Labels(Box<ExemplarLabels>),
}

impl Facts {
    #[inline]
    pub(super) fn new(method: u8, name: &str, version: &str) -> Self {
        let (is_head, is_connect) = (name == "HEAD", name == "CONNECT");
        Self { method, is_head, is_connect, version: place(version), ..Self::default() }
    }

    /// The version of HTTP.
    pub(super) fn version(&self) -> &'static str {
        VERSIONS.get(usize::from(self.version)).copied().unwrap_or(OTHER)
    }

    pub(super) fn named(&self) -> Option<&str> {
        self.more.as_ref()?.named.as_deref()
    }

    pub(super) fn is_raw(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.is_raw)
    }

    pub(super) fn peer(&self) -> Option<&str> {
        self.more.as_ref()?.peer.as_deref()
    }

    pub(super) fn default_port(&self) -> &'static str {
        self.more.as_ref().map_or("", |more| more.default_port)
    }

    pub(super) fn own(&self) -> &[Cow<'static, str>] {
        self.more.as_ref().map_or(&[], |more| &more.own)
    }

    pub(super) fn exemplar(&self) -> Option<&ExemplarOf> {
        self.more.as_ref()?.exemplar.as_ref()
    }
}

impl Known {
    const UNKNOWN: u64 = u64::MAX;

    #[inline]
    pub(super) fn of(number: Option<u64>) -> Self {
        Self(number.unwrap_or(Self::UNKNOWN))
    }

    #[inline]
    pub(super) fn read(self) -> Option<u64> {
        (self.0 != Self::UNKNOWN).then_some(self.0)
    }

    /// Whether it is known, and so many are as many or more.
    #[inline]
    pub(super) fn is_at_most(self, so_many: u64) -> bool {
        self.0 != Self::UNKNOWN && so_many >= self.0
    }
}

impl Default for Known {
    fn default() -> Self {
        Self(Self::UNKNOWN)
    }
}

/// Versions that have a name, the usual first.
const VERSIONS: [&str; 5] = ["1.1", "2", "1.0", "3", "0.9"];

#[inline]
fn place(version: &str) -> u8 {
    let place = VERSIONS.iter().position(|known| *known == version);
    place.unwrap_or(VERSIONS.len()) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_their_names_and_what_is_none_is_other() {
        for version in VERSIONS {
            assert_eq!(Facts::new(0, "GET", version).version(), version);
        }
        for version in ["", "1", "11", "HTTP/1.1"] {
            assert_eq!(Facts::new(0, "GET", version).version(), OTHER, "{version}");
        }
    }

    #[test]
    fn a_number_is_known_or_not() {
        assert_eq!(Known::default().read(), None);
        assert_eq!(Known::of(None), Known::default());
        for number in [0, 1, u64::MAX - 1] {
            assert_eq!(Known::of(Some(number)).read(), Some(number));
        }
        assert!(Known::of(Some(3)).is_at_most(3) && !Known::of(Some(3)).is_at_most(2));
        assert!(!Known::default().is_at_most(u64::MAX));
    }
}
