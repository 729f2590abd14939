//! What is to be counted, and how.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::head::RequestHead;
use super::instruments::Instruments;
use super::method::Methods;
use super::metrics::HttpMetrics;
use super::profile::{Profile, Side};
use super::status::StatusLabel;
use crate::label::ExemplarLabels;
use crate::metric::Buckets;
use crate::registry::{RegisterError, Registry};

/// Options of [`HttpMetrics`], from [`HttpMetrics::server`], [`client`](HttpMetrics::client) and
/// `grpc_server`.
///
/// # Examples
/// ```
/// use prom_client::Registry;
/// use prom_client::http::HttpMetrics;
///
/// let registry = Registry::new();
/// let metrics = HttpMetrics::server(&registry)
///     .namespace("shop")
///     .const_label("region", "eu")
///     .response_sizes()
///     .exclude_path("/health")
///     .label("plan", |request| match request.header("x-plan") {
///         Some("free") => "free",
///         Some("paid") => "paid",
///         // Whatever else a client sends is one value.
///         _ => "none",
///     })
///     .max_series(2_000)
///     .build()?;
/// # drop(metrics);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder registers nothing until `build` is called"]
pub struct HttpMetricsBuilder {
    registry: Registry,
    namespace: String,
    const_labels: Vec<(String, String)>,
    options: Options,
}

/// See [`HttpMetricsBuilder`].
#[derive(Debug)]
pub(super) struct Options {
    pub(super) side: Side,
    pub(super) profile: Profile,
    pub(super) status: StatusLabel,
    pub(super) methods: Methods,
    pub(super) duration_buckets: Buckets,
    pub(super) size_buckets: Buckets,
    pub(super) first_byte: bool,
    pub(super) request_sizes: bool,
    pub(super) response_sizes: bool,
    pub(super) event_streams: bool,
    pub(super) cancelled: Option<u16>,
    pub(super) max_routes: usize,
    pub(super) max_series: usize,
    /// Paths; one that ends with `*` stands for all that begin so.
    pub(super) excluded: Vec<String>,
    pub(super) own: Vec<OwnLabel>,
    pub(super) route: Option<Route>,
    pub(super) exemplars: Exemplars,
    pub(super) url_scheme: String,
    pub(super) peer: Option<String>,
}

/// A label that a program adds.
pub(super) struct OwnLabel {
    pub(super) name: String,
    pub(super) value: Value,
}

type Value = Arc<dyn Fn(&dyn RequestHead) -> Cow<'static, str> + Send + Sync>;

/// How a program names routes itself.
pub(super) struct Route(pub(super) Arc<RouteOf>);

type RouteOf = dyn Fn(&dyn RequestHead) -> Option<Cow<'static, str>> + Send + Sync;

/// Where exemplars come from.
pub(super) enum Exemplars {
    None,
    Traceparent,
    Hook(Arc<Hook>),
}

type Hook = dyn Fn(&dyn RequestHead, &mut ExemplarLabels) -> bool + Send + Sync;

impl HttpMetricsBuilder {
    pub(super) fn new(registry: &Registry, side: Side) -> Self {
        let options = Options {
            side,
            profile: Profile::default(),
            status: StatusLabel::default(),
            methods: Methods::default(),
            duration_buckets: buckets(&DURATIONS),
            size_buckets: buckets(&SIZES),
            first_byte: false,
            request_sizes: false,
            response_sizes: false,
            event_streams: false,
            cancelled: Some(CLIENT_CLOSED_REQUEST),
            max_routes: 1_000,
            max_series: 10_000,
            excluded: match side {
                Side::Server => vec!["/metrics".into()],
                Side::Client | Side::Grpc => Vec::new(),
            },
            own: Vec::new(),
            route: None,
            exemplars: Exemplars::None,
            url_scheme: "http".into(),
            peer: None,
        };
        let registry = registry.clone();
        Self { registry, namespace: String::new(), const_labels: Vec::new(), options }
    }

    /// All names begin with this and an underscore.
    pub fn namespace(mut self, namespace: &str) -> Self {
        namespace.clone_into(&mut self.namespace);
        self
    }

    /// All series have this label, which tells two servers on one registry apart.
    pub fn const_label(mut self, name: &str, value: impl Into<String>) -> Self {
        self.const_labels.push((name.to_owned(), value.into()));
        self
    }

    /// Names of metrics and labels.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.options.profile = profile;
        self
    }

    /// The buckets of all durations, in seconds; without this those of OpenTelemetry's conventions, which have
    /// all that Prometheus' libraries share: 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5,
    /// 7.5 and 10. [Native](Buckets::native) ones are buckets too.
    pub fn duration_buckets(mut self, buckets: Buckets) -> Self {
        self.options.duration_buckets = buckets;
        self
    }

    /// The buckets of all sizes, in bytes; without this the powers of ten from 100 B to 1 GB.
    pub fn size_buckets(mut self, buckets: Buckets) -> Self {
        self.options.size_buckets = buckets;
        self
    }

    /// Measures the time to the head of the response too.
    pub fn time_to_first_byte(mut self) -> Self {
        self.options.first_byte = true;
        self
    }

    /// Measures the bodies of requests too: what was read of them where the framework's layer for that counts it,
    /// and otherwise what their framing says. One in chunks that nothing counts is left out.
    pub fn request_sizes(mut self) -> Self {
        self.options.request_sizes = true;
        self
    }

    /// Measures the bodies of responses too: what was handed on of them, also of those that break off.
    pub fn response_sizes(mut self) -> Self {
        self.options.response_sizes = true;
        self
    }

    /// How the label for the status looks.
    pub fn status_label(mut self, label: StatusLabel) -> Self {
        self.options.status = label;
        self
    }

    /// The methods that have a name, at most 254, instead of those of RFC 9110, `PATCH` and `QUERY`. All others are
    /// `_OTHER`.
    pub fn known_methods<S: AsRef<str>>(mut self, methods: impl IntoIterator<Item = S>) -> Self {
        self.options.methods = Methods::of(methods);
        self
    }

    /// The status of requests whose client went before there was a response; 499 unless set. `None` leaves them out
    /// of all metrics but the one of aborted requests, where there is one: OpenTelemetry's names have none, nor do
    /// gRPC's, and count them. A client has no status of a response that it did not get.
    pub fn cancelled_status(mut self, status: Option<u16>) -> Self {
        self.options.cancelled = status;
        self
    }

    /// How many different routes there may be, 1000 unless set; whatever is one too many is `_OTHER`, and
    /// counted in `http_server_route_overflow_total`. Of a client also how many different servers.
    ///
    /// What counts in families that exist already keeps to the limit that they began with.
    pub fn max_routes(mut self, most: usize) -> Self {
        self.options.max_routes = most;
        self
    }

    /// How many series each family may have, 10,000 unless set. In a full family all labels of what is new are
    /// `_OTHER`.
    pub fn max_series(mut self, most: usize) -> Self {
        self.options.max_series = most;
        self
    }

    /// Requests for this path are not counted; one that ends with `*` stands for all that begin so. The paths that a
    /// server does not count are `/metrics` and those.
    pub fn exclude_path(mut self, path: &str) -> Self {
        self.options.excluded.push(path.to_owned());
        self
    }

    /// Counts requests for all paths, `/metrics` too, except for those excluded after this.
    pub fn count_all_paths(mut self) -> Self {
        self.options.excluded.clear();
        self
    }

    /// Adds a label, whose value is taken from the head of each request. Look out where it comes from: what
    /// clients choose can be anything, so match it with the words that you know. A value of more than 128
    /// bytes is `_OTHER`; otherwise [`max_series`](Self::max_series) is all that stops it.
    ///
    /// # Panics
    /// Not itself; but if `value` does, the request is not counted at all, since there is no exchange yet.
    ///
    /// # Cost
    /// Two allocations for each request, and those of `value`.
    pub fn label<V: Into<Cow<'static, str>>>(
        mut self,
        name: &str,
        value: impl Fn(&dyn RequestHead) -> V + Send + Sync + 'static,
    ) -> Self {
        let value: Value = Arc::new(move |head| value(head).into());
        self.options.own.push(OwnLabel { name: name.to_owned(), value });
        self
    }

    /// Names routes by this; where it says `None`, by what the framework found.
    ///
    /// # Panics
    /// Not itself; but if `route` does, the request is not counted at all.
    pub fn route(
        mut self,
        route: impl Fn(&dyn RequestHead) -> Option<Cow<'static, str>> + Send + Sync + 'static,
    ) -> Self {
        self.options.route = Some(Route(Arc::new(route)));
        self
    }

    /// Requests that belong to a recorded trace, by their header `traceparent`, are exemplars of it in
    /// durations and counts.
    ///
    /// # Cost
    /// Some 100 ns and an allocation for each such request, and a look at the headers of all others.
    pub fn exemplars(mut self) -> Self {
        self.options.exemplars = Exemplars::Traceparent;
        self
    }

    /// Requests are exemplars of what `labels` says, if it returns `true`. It is asked before the service runs.
    pub fn exemplars_from(
        mut self,
        labels: impl Fn(&dyn RequestHead, &mut ExemplarLabels) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.options.exemplars = Exemplars::Hook(Arc::new(labels));
        self
    }

    /// Times streams of events (`text/event-stream`) to the end of their body, as all others. Without this they count
    /// as done with their head: how long a client listens is not how long it waits.
    pub fn time_event_streams(mut self) -> Self {
        self.options.event_streams = true;
        self
    }

    /// What the label `url_scheme` says; `http` unless set. A server behind a proxy cannot know it otherwise.
    pub fn url_scheme(mut self, scheme: &str) -> Self {
        scheme.clone_into(&mut self.options.url_scheme);
        self
    }

    /// Whom a client asks, instead of what the requests' targets say.
    pub fn peer(mut self, server: &str) -> Self {
        self.options.peer = Some(server.to_owned());
        self
    }

    /// Registers the metrics, or finds those that were registered by the same words before.
    ///
    /// # Errors
    /// When a name is invalid, or taken by something else.
    #[track_caller]
    pub fn build(self) -> Result<HttpMetrics, RegisterError> {
        let mut part = self.registry.with_prefix(&self.namespace)?;
        for (name, value) in self.const_labels {
            part = part.with_label(&name, value)?;
        }
        let scheme = self.options.profile.scheme(self.options.side);
        let instruments = Instruments::register(&part, &self.options, scheme)?;
        Ok(HttpMetrics::from_parts(part.clock().clone(), self.options, scheme, instruments))
    }
}

impl Options {
    #[inline]
    pub(super) fn excludes(&self, path: &str) -> bool {
        self.excluded.iter().any(|excluded| match excluded.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == excluded,
        })
    }
}

fn buckets(bounds: &[f64]) -> Buckets {
    Buckets::new(bounds.iter().copied()).expect("they are finite and increase")
}

/// OpenTelemetry's semantic conventions for HTTP, version 1.44. They contain all default buckets of Prometheus'
/// libraries, so queries for those go on.
const DURATIONS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// As others have them; the conventions give none.
const SIZES: [f64; 8] = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// What several proxies log for it, though no standard has it.
const CLIENT_CLOSED_REQUEST: u16 = 499;

impl fmt::Debug for OwnLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnLabel").field(&self.name).finish()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Route(..)")
    }
}

impl fmt::Debug for Exemplars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Traceparent => "Traceparent",
            Self::Hook(_) => "Hook(..)",
        })
    }
}
