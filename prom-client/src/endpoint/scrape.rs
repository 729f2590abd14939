//! One scrape, from the decision to the answer.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use super::ScrapeResponse;
use super::body::Spare;
use super::coding::Coding;
use super::names::Wanted;
use super::places::Place;
use crate::clock::Instant;
use crate::desc::Desc;
use crate::encode::ContentType;
use crate::registry::Registry;

/// A scrape that was let in and is to be rendered. It may move to another thread.
#[derive(Debug)]
#[must_use = "a scrape is answered when it is rendered"]
pub struct Scrape {
    pub(super) registry: Registry,
    pub(super) content_type: ContentType,
    pub(super) coding: Option<Coding>,
    pub(super) wanted: Wanted,
    pub(super) begun: Instant,
    pub(super) timeout: Option<Duration>,
    pub(super) texts: Arc<Spare>,
    pub(super) compressed: Arc<Spare>,
    pub(super) place: Place,
}

impl Scrape {
    /// How long the client waits, if it said so. A server that can should answer
    /// [`ScrapeResponse::timed_out`] after that time: nothing interrupts a collector that hangs.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Reads the registry and renders what it has.
    ///
    /// # Cost
    /// As [`Registry::encode`], and for gzip some 10 ns per byte of text. Nothing is allocated for the body after the
    /// first scrapes, unless it is larger than a mebibyte.
    #[must_use]
    pub fn render(self) -> ScrapeResponse {
        let Self { registry, content_type, coding, wanted, begun, timeout, place, .. } = self;
        let over = Cell::new(false);
        let is_wanted = |desc: &Desc| {
            if timeout.is_some_and(|timeout| begun.elapsed() >= timeout) {
                over.set(true);
            }
            !over.get() && wanted.has(desc, content_type.escaping())
        };
        let text = self.texts.fill(|text| registry.encode_where(content_type, &is_wanted, text));
        drop(place);
        if over.get() {
            return ScrapeResponse::timed_out();
        }
        let Some(coding) = coding else {
            return ScrapeResponse::metrics(content_type.as_str(), text);
        };
        let body = self.compressed.fill(|to| coding.compress(text.as_ref(), to));
        let response = ScrapeResponse::metrics(content_type.as_str(), body);
        response.with("content-encoding", coding.name())
    }
}
