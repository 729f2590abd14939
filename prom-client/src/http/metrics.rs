//! The handle that frameworks begin exchanges with, and what is written down at their end.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::LocalKey;
use std::time::Duration;

use super::builder::{Exemplars, HttpMetricsBuilder, Options};
use super::current::{Current, Within};
use super::exchange::{End, Exchange};
use super::facts::{ExemplarOf, Facts, Known, More};
use super::grpc::{self, Code};
use super::head::RequestHead;
use super::instruments::Instruments;
use super::labels::Values;
use super::method;
use super::profile::{Label, Named, Scheme, Side};
use super::recent::{self, Handles, Key};
use super::status;
use super::trace::Trace;
use crate::clock::Clock;
use crate::label::ExemplarLabels;
use crate::metric::{Counter, Gauge, Histogram};
use crate::registry::{RegisterError, Registry};

/// Metrics of an HTTP server or client. A handle: clones are the same.
///
/// Which there are, with which labels, and when they are recorded, is in `docs/http-metrics.md` of the repository
/// and in the [module](super).
///
/// # Examples
/// ```
/// use prom_client::Registry;
/// use prom_client::http::HttpMetrics;
///
/// let registry = Registry::new();
/// let server = HttpMetrics::new(&registry)?;
/// let client = HttpMetrics::client(&registry).peer("payments").build()?;
/// # drop((server, client));
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HttpMetrics(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// No other has it.
    id: u64,
    clock: Clock,
    options: Options,
    scheme: &'static Scheme,
    instruments: Instruments,
    /// Whose an exchange of these is.
    within: Within,
    /// Whether there are metrics besides those that every request adds to.
    measures_more: bool,
    /// By method, of a server, where nothing else is among the labels that differs.
    in_flight: Vec<OnceLock<Gauge>>,
}

impl HttpMetrics {
    /// Those of a server, as they are without options.
    ///
    /// # Errors
    /// When a name is taken by something else.
    #[track_caller]
    pub fn new(registry: &Registry) -> Result<Self, RegisterError> {
        Self::server(registry).build()
    }

    /// Options of a server's.
    pub fn server(registry: &Registry) -> HttpMetricsBuilder {
        HttpMetricsBuilder::new(registry, Side::Server)
    }

    /// Options of a client's.
    pub fn client(registry: &Registry) -> HttpMetricsBuilder {
        HttpMetricsBuilder::new(registry, Side::Client)
    }

    /// Options of a server's for gRPC: calls by `grpc_service`, `grpc_method` and `grpc_code`, the last from the trailers.
    /// It takes a framework that hands on [`grpc_status`](Exchange::grpc_status), which is why it has a feature of its own: the feature
    /// `grpc` of `prom-client-axum` brings it. actix has no trailers, and there all calls would be `Unknown`.
    ///
    /// A method is `_OTHER` until a call of it went well: its name is the path of the request, which a client can make up.
    #[cfg(feature = "grpc")]
    pub fn grpc_server(registry: &Registry) -> HttpMetricsBuilder {
        HttpMetricsBuilder::new(registry, Side::Grpc)
    }

    pub(super) fn from_parts(
        clock: Clock,
        options: Options,
        scheme: &'static Scheme,
        instruments: Instruments,
    ) -> Self {
        let in_flight = (0..options.methods.len()).map(|_| OnceLock::new()).collect();
        // Ordering: Relaxed - only that all numbers differ matters.
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let is_client = options.side == Side::Client;
        let within = Within::new(instruments.identity(), is_client, options.request_sizes);
        let measures_more = options.first_byte || options.request_sizes || options.response_sizes;
        let shared =
            Shared { id, clock, options, scheme, instruments, within, measures_more, in_flight };
        Self(Arc::new(shared))
    }

    /// Begins the exchange of this request, which is in flight from now on. If its path is excluded, the exchange is
    /// [finished](Exchange::is_finished) from the beginning, and only keeps layers inside of it from counting.
    /// `None` if an exchange of these metrics is under way on this thread already, as with two layers around one
    /// another: then the outer one counts. What is inside of a client's exchange is another request than what is
    /// outside, to whomever it asks.
    #[inline]
    pub fn begin<R: AsRef<str> + Clone + 'static>(
        &self,
        head: &impl RequestHead,
        current: &'static LocalKey<Current<R>>,
    ) -> Option<Exchange<R>> {
        let options = &self.0.options;
        if current.try_with(|current| current.is_within(self.within())).unwrap_or(false) {
            return None;
        }
        if options.excludes(head.path()) {
            return Some(Exchange::new(self.clone(), Facts::default(), None));
        }
        let method = head.method();
        let mut facts = Facts::new(options.methods.place(method), method, head.version());
        if options.request_sizes {
            facts.request_size = Known::of(head.body_size());
        }
        if options.side != Side::Server || options.wants_more() {
            self.look_closer(head, &mut facts);
        }
        let in_flight = self.in_flight(&facts);
        Some(Exchange::new(self.clone(), facts, Some(in_flight)))
    }

    /// Whether these are a client's.
    #[inline]
    #[must_use]
    pub fn is_client(&self) -> bool {
        self.0.options.side == Side::Client
    }

    #[inline]
    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    #[inline]
    pub(super) fn within(&self) -> Within {
        self.0.within
    }

    #[inline]
    pub(super) fn is_grpc(&self) -> bool {
        self.0.options.side == Side::Grpc
    }

    #[inline]
    pub(super) fn times_first_bytes(&self) -> bool {
        self.0.options.first_byte
    }

    #[inline]
    pub(super) fn times_event_streams(&self) -> bool {
        self.0.options.event_streams
    }

    /// What only some programs ask for.
    #[inline(never)]
    fn look_closer(&self, head: &dyn RequestHead, facts: &mut Facts) {
        let options = &self.0.options;
        let mut more = More::default();
        if options.side == Side::Client {
            let peer = options.peer.as_deref().or(head.authority()).unwrap_or_default();
            // Without a name and a password, should a framework have left them there.
            let peer = peer.rsplit('@').next().unwrap_or(peer);
            more.peer = Some(self.0.instruments.limits.peers.admit(peer).into());
            more.default_port = match head.scheme().unwrap_or(&options.url_scheme) {
                "https" | "wss" => "443",
                _ => "80",
            };
        }
        let short = |value: Cow<'static, str>| match value.len() {
            ..=LONGEST => value,
            _ => method::OTHER.into(),
        };
        more.own = options.own.iter().map(|label| short((label.value)(head))).collect();
        more.named = options.route.as_ref().and_then(|route| (route.0)(head));
        if options.side == Side::Grpc && more.named.is_none() {
            more.named = Some(head.path().trim_start_matches('/').to_owned().into());
            more.is_raw = true;
        }
        more.exemplar = match &options.exemplars {
            Exemplars::None => None,
            Exemplars::Traceparent => {
                head.header("traceparent").and_then(Trace::parse).map(ExemplarOf::Trace)
            }
            Exemplars::Hook(hook) => {
                let mut labels = ExemplarLabels::new();
                hook(head, &mut labels).then(|| ExemplarOf::Labels(Box::new(labels)))
            }
        };
        let nothing = more.peer.is_none()
            && more.own.is_empty()
            && more.named.is_none()
            && more.exemplar.is_none();
        facts.more = (!nothing).then(|| Box::new(more));
    }

    #[inline]
    fn in_flight(&self, facts: &Facts) -> Gauge {
        let shared = &self.0;
        let find = || {
            let value = |label| shared.value(facts, label, "", "");
            with_values(shared.scheme.in_flight_labels, &[], value, |values| {
                shared.instruments.in_flight.with(&values)
            })
        };
        match shared.in_flight.get(usize::from(facts.method)) {
            Some(gauge) if facts.peer().is_none() => *gauge.get_or_init(find),
            _ => find(),
        }
    }

    /// Writes down an exchange that has ended. It runs in drops: nothing of it may panic.
    #[inline]
    pub(super) fn record<R: AsRef<str> + Clone>(&self, exchange: &Exchange<R>, end: End) {
        let elapsed = exchange.elapsed();
        let shared = &*self.0;
        let facts = &exchange.facts;
        let found = exchange.left.route.as_ref().map(AsRef::as_ref);
        // Nearly all are such, and need no labels to be found.
        let is_plain = end == End::Complete && facts.more.is_none() && !shared.measures_more;
        if let (true, Some(status)) = (is_plain, facts.status) {
            let route = found.unwrap_or(shared.scheme.unmatched);
            let key = shared.key(facts, status, route);
            if let Some(handles) = recent::find(&key) {
                handles.duration.observe_duration(elapsed);
                return handles.requests.into_iter().for_each(Counter::inc);
            }
        }
        let counted = exchange.left.request_bytes.as_ref().map(|bytes| bytes.read());
        let measured = Measured {
            duration: elapsed,
            first_byte: facts.first_byte.read().map_or(elapsed, Duration::from_nanos),
            request_size: counted.or(facts.request_size.read()),
            response_size: facts.measured.then_some(facts.sent),
        };
        shared.record(facts, found, end, &measured);
        if let (true, Some(status)) = (is_plain, facts.status) {
            shared.keep(facts, status, found.unwrap_or(shared.scheme.unmatched));
        }
    }
}

/// The number of the next handle.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl Options {
    #[inline]
    fn wants_more(&self) -> bool {
        !self.own.is_empty() || self.route.is_some() || !matches!(self.exemplars, Exemplars::None)
    }
}

/// What an exchange took.
struct Measured {
    duration: Duration,
    /// Of those that have a head.
    first_byte: Duration,
    request_size: Option<u64>,
    response_size: Option<u64>,
}

impl Shared {
    /// Adds to all metrics that these facts are of, by their labels.
    #[inline(never)]
    fn record(&self, facts: &Facts, found: Option<&str>, end: End, measured: &Measured) {
        let route = facts.named().or(found).unwrap_or(self.scheme.unmatched);
        let made_up = facts.is_raw()
            && !code(facts, end).proves_method(facts.status)
            && !self.instruments.limits.routes.knows(route);
        let route = if made_up { self.scheme.unmatched } else { route };
        // Once for all that is written down: what is one too many is counted.
        let route = if end == End::Complete { route } else { self.admit(route) };
        if end != End::Complete {
            self.record_abort(facts, route, end);
        }
        let status = match (facts.status, end) {
            (Some(status), _) => status,
            (None, End::Disconnect) => match self.options.cancelled {
                Some(status) => status,
                // Left out, where it is among the aborted.
                None if self.instruments.aborted.is_some() => return,
                None => 0,
            },
            (None, _) => 500,
        };
        let sent = facts.status.is_some() || self.scheme.supposes_status;
        let status = if sent { self.options.status.text(status) } else { "" };
        let error = self.error_type(facts, end);
        let duration = &self.instruments.duration;
        let add = |route: &str, make: bool| {
            let value = |label| match label {
                Label::ErrorType => error,
                Label::GrpcCode => match self.scheme.requests {
                    Some(_) => code(facts, end).name(),
                    None => code(facts, end).upper_name(),
                },
                other => self.value(facts, other, route, status),
            };
            with_values(self.scheme.labels, facts.own(), value, |values| {
                let known = duration.find(&values);
                let found = known.or_else(|| make.then(|| duration.with(&values)));
                found.map(|duration| self.add(duration, &values, facts, measured)).is_some()
            })
        };
        // A route that has a series was admitted.
        if !add(route, false) {
            add(self.admit(route), true);
        }
    }

    #[inline]
    fn key<'a>(&self, facts: &Facts, status: u16, route: &'a str) -> Key<'a> {
        Key { id: self.id, method: facts.method, status, version: facts.version, route }
    }

    /// Keeps the metrics of an exchange like this at hand, if there are such: one route too many has none.
    #[cold]
    fn keep(&self, facts: &Facts, status: u16, route: &str) {
        let (text, error) =
            (self.options.status.text(status), self.error_type(facts, End::Complete));
        let value = |label| match label {
            Label::ErrorType => error,
            other => self.value(facts, other, route, text),
        };
        with_values(self.scheme.labels, &[], value, |values| {
            if let Some(duration) = self.instruments.duration.find(&values) {
                let requests = self.instruments.requests.as_ref().map(|all| all.with(&values));
                recent::keep(&self.key(facts, status, route), Handles { duration, requests });
            }
        });
    }

    #[inline]
    fn add(&self, duration: Histogram, values: &Values<'_>, facts: &Facts, measured: &Measured) {
        let all = &self.instruments;
        let requests = all.requests.as_ref().map(|family| family.with(values));
        let seconds = measured.duration.as_secs_f64();
        match facts.exemplar() {
            None => {
                duration.observe(seconds);
                requests.into_iter().for_each(Counter::inc);
            }
            Some(exemplar) => with_pairs(exemplar, |labels| {
                duration.observe_with_exemplar(seconds, labels);
                requests.into_iter().for_each(|requests| requests.inc_with_exemplar(labels));
            }),
        }
        if let (Some(family), Some(_)) = (&all.first_byte, facts.status) {
            family.with(values).observe_duration(measured.first_byte);
        }
        if let (Some(family), Some(size)) = (&all.request_size, measured.request_size) {
            family.with(values).observe(size as f64);
        }
        if let (Some(family), Some(size)) = (&all.response_size, measured.response_size) {
            family.with(values).observe(size as f64);
        }
    }

    fn admit<'a>(&self, route: &'a str) -> &'a str {
        match route == self.scheme.unmatched {
            true => route,
            false => self.instruments.limits.routes.admit(route),
        }
    }

    #[cold]
    fn record_abort(&self, facts: &Facts, route: &str, end: End) {
        let Some(aborted) = &self.instruments.aborted else { return };
        let phase = if facts.status.is_some() { "body" } else { "handler" };
        let why = [reason(end).into(), phase.into()];
        let value = |label| self.value(facts, label, route, "");
        with_values(self.scheme.aborted_labels, &why, value, |values| {
            aborted.with(&values).inc();
        });
    }

    #[inline]
    fn value<'a>(
        &'a self,
        facts: &'a Facts,
        label: Label,
        route: &'a str,
        status: &'a str,
    ) -> &'a str {
        let peer = facts.peer().unwrap_or_default();
        match label {
            Label::Method => self.options.methods.name(facts.method),
            Label::Route => route,
            Label::Status => status,
            Label::Peer => peer,
            Label::PeerHost => split(peer).0,
            Label::PeerPort => match (split(peer).1, peer.is_empty()) {
                ("", false) => facts.default_port(),
                (port, _) => port,
            },
            Label::Version => facts.version(),
            Label::Scheme => &self.options.url_scheme,
            Label::GrpcService => grpc::split(route).0,
            Label::GrpcMethod => grpc::split(route).1,
            Label::RpcSystem => "grpc",
            Label::ErrorType | Label::GrpcCode => "",
        }
    }

    /// OpenTelemetry's: empty for what went well.
    #[inline]
    fn error_type(&self, facts: &Facts, end: End) -> &'static str {
        if self.options.side == Side::Grpc {
            let code = code(facts, end);
            return if code.is_error() { code.upper_name() } else { "" };
        }
        let least = if self.options.side == Side::Client { 400 } else { 500 };
        match (end, facts.status) {
            (End::Complete, Some(code)) if code >= least => status::code(code),
            (End::Complete, _) => "",
            (end, _) => reason(end),
        }
    }
}

/// The status of a call.
fn code(facts: &Facts, end: End) -> Code {
    facts.code.unwrap_or_else(|| Code::of_end(end, facts.status))
}

fn reason(end: End) -> &'static str {
    match end {
        End::Complete => "",
        End::Disconnect => "client_disconnect",
        End::Panic => "panic",
        End::ServiceError => "service_error",
        End::BodyError => "body_error",
    }
}

/// Host and port. What has no port is all host, also an address of version 6 in its brackets.
fn split(authority: &str) -> (&str, &str) {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (authority, ""),
    }
}

/// Calls `f` with the values of these labels, and those of a program's own.
#[inline]
fn with_values<'a, T>(
    labels: &[Named],
    own: &'a [Cow<'static, str>],
    value: impl Fn(Label) -> &'a str,
    f: impl FnOnce(Values<'_>) -> T,
) -> T {
    let len = labels.len() + own.len();
    let mut few = [""; FEW];
    let mut many = Vec::new();
    let values = match few.get_mut(..len) {
        Some(values) => values,
        None => {
            many.resize(len, "");
            &mut many[..]
        }
    };
    for (place, (_, label)) in values.iter_mut().zip(labels) {
        *place = value(*label);
    }
    for (place, own) in values.iter_mut().skip(labels.len()).zip(own) {
        *place = own;
    }
    f(Values(values))
}

/// Bytes of a value that a program makes of a request. Longer ones are no words.
const LONGEST: usize = 128;

/// More labels than any profile has, with some of a program's own.
const FEW: usize = 12;

fn with_pairs(exemplar: &ExemplarOf, f: impl FnOnce(&[(&str, &str)])) {
    match exemplar {
        ExemplarOf::Trace(trace) => f(&trace.labels()),
        ExemplarOf::Labels(labels) => f(&labels.iter().collect::<Vec<_>>()),
    }
}
