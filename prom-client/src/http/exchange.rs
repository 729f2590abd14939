//! One request and its response, from the first line to the last byte.

use std::fmt;
use std::sync::atomic::{Ordering, fence};
use std::thread::LocalKey;
use std::time::Duration;

use super::current::{Current, Entered, Left};
use super::facts::{Facts, Known};
use super::grpc::Code;
use super::metrics::HttpMetrics;
use super::record_as::RecordAs;
use crate::clock::{Reading, nanos};
use crate::metric::Gauge;

/// A request under way, and its response; from [`HttpMetrics::begin`].
///
/// It is counted once, by whatever of these comes first: [`respond`](Self::respond) with a response that has
/// no body, [`chunk`](Self::chunk) with the last bytes of a length that was known, [`end`](Self::end), one of the
/// failures, or its drop. The [module](super) has the table of what is recorded when.
///
/// # Examples
/// ```
/// use prom_client::Registry;
/// use prom_client::http::{Current, Exchange, HttpMetrics, RequestHead};
///
/// thread_local! {
///     static CURRENT: Current<&'static str> = const { Current::new() };
/// }
/// # struct Get;
/// # impl RequestHead for Get {
/// #     fn method(&self) -> &str { "GET" }
/// #     fn path(&self) -> &str { "/users/7" }
/// #     fn query(&self) -> Option<&str> { None }
/// #     fn version(&self) -> &'static str { "1.1" }
/// #     fn scheme(&self) -> Option<&str> { None }
/// #     fn authority(&self) -> Option<&str> { None }
/// #     fn header(&self, _: &str) -> Option<&str> { None }
/// #     fn body_size(&self) -> Option<u64> { Some(0) }
/// # }
/// # let request = Get;
/// let registry = Registry::new();
/// let metrics = HttpMetrics::new(&registry)?;
///
/// let mut exchange: Exchange<&'static str> =
///     metrics.begin(&request, &CURRENT).expect("the path is counted");
/// exchange.run(&CURRENT, || CURRENT.with(|current| current.set_route("/users/{id}")));
/// exchange.respond(200, Some(5), None, || false);
/// exchange.chunk(5);
///
/// let labels = [("method", "GET"), ("route", "/users/{id}"), ("status", "200")];
/// assert_eq!(registry.snapshot().counter("http_requests_total", &labels), Some(1));
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Cost
/// Once its series exist: two readings of the clock, and a comparison with what this thread counted lately, or
/// else two look-ups; no allocation and no lock. Each metric that is off unless asked for is a look-up more. The
/// exchange of a client, a call of gRPC, and one with labels, routes or exemplars of the program's own need a few allocations.
pub struct Exchange<R: AsRef<str> + Clone + 'static> {
    pub(super) metrics: HttpMetrics,
    /// The route, and what services inside left besides.
    pub(super) left: Left<R>,
    pub(super) facts: Facts,
    start: Reading,
    /// `None` if the request is excluded.
    in_flight: Option<Gauge>,
    /// Whether the service or the body runs at this moment, or was left by a panic.
    running: bool,
    finished: bool,
}

/// How an exchange ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Complete,
    /// The client went, or whoever waited for the response.
    Disconnect,
    Panic,
    ServiceError,
    BodyError,
}

impl<R: AsRef<str> + Clone + 'static> Exchange<R> {
    /// Without a gauge it is finished from the beginning.
    #[inline]
    pub(super) fn new(metrics: HttpMetrics, facts: Facts, in_flight: Option<Gauge>) -> Self {
        in_flight.inspect(|in_flight| in_flight.inc());
        let start = metrics.clock().read();
        Self {
            metrics,
            left: Left::nothing(),
            facts,
            start,
            in_flight,
            running: false,
            finished: in_flight.is_none(),
        }
    }

    /// Says which route was found, before the service runs.
    #[inline]
    pub fn set_route(&mut self, route: R) {
        self.left.route = Some(route);
    }

    /// Runs the service, or polls its future: services inside can leave word in `current`. When a panic leaves
    /// `f`, the exchange is of one.
    #[inline]
    pub fn run<T>(&mut self, current: &'static LocalKey<Current<R>>, f: impl FnOnce() -> T) -> T {
        self.running = true;
        let entered = Entered::new(current, self.metrics.within(), &mut self.left);
        let result = f();
        drop(entered);
        self.running = false;
        result
    }

    /// As [`run`](Self::run), for the body of the response, to which nobody leaves word.
    #[inline]
    pub fn run_body<T>(&mut self, f: impl FnOnce() -> T) -> T {
        self.running = true;
        let result = f();
        self.running = false;
        result
    }

    /// There is a response: its status; how long its body is, if that is known, and 0 if it has none; how a
    /// handler wants it to be recorded; and whether it is a stream of events, which is asked only of a body of
    /// unknown length.
    ///
    /// Responses to `HEAD`, with 1xx, 204 or 304, and with 2xx to `CONNECT` have no body whatever their length says.
    #[inline]
    pub fn respond(
        &mut self,
        status: u16,
        body: Option<u64>,
        record_as: Option<&RecordAs>,
        is_event_stream: impl FnOnce() -> bool,
    ) {
        if self.finished {
            return;
        }
        self.facts.status = Some(status);
        self.facts.exact = Known::of(body);
        if let Some(record_as) = record_as {
            if record_as.nothing {
                return drop(self.leave());
            }
            if let Some(route) = &record_as.route {
                let more = self.facts.more.get_or_insert_default();
                (more.named, more.is_raw) = (Some(route.clone()), false);
            }
        }
        // A body of gRPC's may be empty and have trailers nevertheless.
        let bodiless = body == Some(0)
            && (!self.is_grpc() || self.facts.code.is_some() || status != 200)
            || self.facts.is_head
            || matches!(status, 100..200 | 204 | 304)
            || self.facts.is_connect && matches!(status, 200..300);
        self.facts.measured = bodiless;
        let until_head = record_as.is_some_and(|record_as| record_as.until_head)
            || body.is_none()
                && !bodiless
                && !self.metrics.times_event_streams()
                && is_event_stream();
        if bodiless || until_head {
            return self.finish(End::Complete);
        }
        self.facts.measured = true;
        if self.metrics.times_first_bytes() {
            self.facts.first_byte = Known::of(Some(nanos(self.elapsed())));
        }
    }

    /// So many bytes of the response's body were handed on. With the last ones of a known length the exchange ends.
    #[inline]
    pub fn chunk(&mut self, bytes: usize) {
        self.facts.sent += bytes as u64;
        if self.facts.exact.is_at_most(self.facts.sent) && !self.is_grpc() {
            self.finish(End::Complete);
        }
    }

    /// The status of a call of gRPC: the value of `grpc-status` among the headers, or among the trailers, before
    /// whatever ends the exchange.
    pub fn grpc_status(&mut self, value: &[u8]) {
        self.facts.code = Some(Code::parse(value));
    }

    /// Whether [`grpc_status`](Self::grpc_status) is wanted, as by the metrics that
    /// `HttpMetrics::grpc_server` makes.
    #[inline]
    #[must_use]
    pub fn is_grpc(&self) -> bool {
        self.metrics.is_grpc()
    }

    /// The body of the response came to its end.
    #[inline]
    pub fn end(&mut self) {
        self.finish(End::Complete);
    }

    /// There was an error instead of a response. A framework that makes a response of its errors says so by
    /// [`respond`](Self::respond).
    #[inline]
    pub fn service_failed(&mut self) {
        self.finish(End::ServiceError);
    }

    /// The body of the response broke off with an error.
    #[inline]
    pub fn body_failed(&mut self) {
        self.finish(End::BodyError);
    }

    /// Whether it has been counted: nothing that comes now changes anything.
    #[inline]
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether there is a route, or a name that takes its place.
    #[must_use]
    pub fn has_route(&self) -> bool {
        self.left.route.is_some() || self.facts.named().is_some()
    }

    #[inline]
    pub(super) fn elapsed(&self) -> Duration {
        self.metrics.clock().since(self.start)
    }

    /// Finished, and no longer in flight as soon as what comes back is dropped.
    #[inline]
    fn leave(&mut self) -> Leaving {
        self.finished = true;
        Leaving(self.in_flight)
    }

    /// Nothing here may panic: it runs in drops.
    #[inline]
    fn finish(&mut self, end: End) {
        if self.finished {
            return;
        }
        // Before, so that the drop does not try again should the text of the route panic.
        let leaving = self.leave();
        self.metrics.record(self, end);
        drop(leaving);
    }
}

/// What will not be in flight any more, whatever becomes of its recording.
struct Leaving(Option<Gauge>);

impl Drop for Leaving {
    #[inline]
    fn drop(&mut self) {
        // Ordering: Release - who reads that nothing is in flight any more, and then how many were counted, sees all
        // of them: readings of metrics end with an Acquire fence.
        fence(Ordering::Release);
        self.0.inspect(|in_flight| in_flight.dec());
    }
}

impl<R: AsRef<str> + Clone + 'static> Drop for Exchange<R> {
    #[inline]
    fn drop(&mut self) {
        if !self.finished {
            self.finish(if self.running { End::Panic } else { End::Disconnect });
        }
    }
}

impl<R: AsRef<str> + Clone + 'static> fmt::Debug for Exchange<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("route", &self.left.route.as_ref().map(AsRef::as_ref))
            .field("status", &self.facts.status)
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}
