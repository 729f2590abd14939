//! Metrics for Prometheus: counters, gauges, histograms and summaries that cost about as much as `+= 1`, families of
//! them that cannot blow up, and expositions that are exact while everything goes on counting.
//!
//! For authors of services, libraries and exporters. Not for tracing or logs, nor for metrics that are
//! pushed to several systems: then a facade with exporters is the better choice.
//!
//! One struct is the definition of a component's metrics:
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use prom_client::{Counter, Family, Histogram, LabelSet, Metrics, Registry, timed};
//!
//! #[derive(Metrics)]
//! #[metrics(namespace = "shop")]
//! struct ShopMetrics {
//!     /// Requests served.
//!     #[metric(max_series = 1_000)]
//!     requests: Family<Request<'static>, Counter>,
//!     /// Time per request.
//!     #[metric(unit = seconds)]
//!     request_duration: Histogram,
//! }
//!
//! #[derive(LabelSet)]
//! struct Request<'a> {
//!     route: &'a str,
//!     code: u16,
//! }
//!
//! #[timed(metrics.request_duration)]
//! fn serve(metrics: &ShopMetrics, route: &str) {
//!     metrics.requests.with(&Request { route, code: 200 }).inc();
//! }
//!
//! let registry = Registry::new();
//! let metrics = ShopMetrics::register(&registry)?;
//! serve(&metrics, "/users");
//! let text = registry.to_text();
//! assert!(text.contains("# HELP shop_requests_total Requests served.\n"));
//! assert!(text.contains("shop_requests_total{route=\"/users\",code=\"200\"} 1\n"));
//! assert!(text.contains("shop_request_duration_seconds_count 1\n"));
//! # }
//! # Ok::<(), prom_client::RegisterError>(())
//! ```
//!
//! The same without macros, for names that are known only at run time:
//!
//! ```
//! use prom_client::{Counter, Family, Registry};
//!
//! let registry = Registry::new();
//! let requests: Family<(&str, u16), Counter> =
//!     registry.metric("requests", "Requests served.").labels(["route", "code"]).max_series(1_000).register()?;
//! requests.with(&("/users", 200)).inc();
//! assert!(registry.to_text().contains("requests_total{route=\"/users\",code=\"200\"} 1\n"));
//! # Ok::<(), prom_client::RegisterError>(())
//! ```
//!
//! # The way of the data
//!
//! ```text
//!  Counter · Gauge · Histogram · Summary ──► words per thread ──► Registry::gather ──► Sink ──► text, protobuf
//!       ▲                                                                                └────► Snapshot
//!  Family::with(labels)
//! ```
//!
//! # Which metric
//!
//! The [`guide`] has more: names, units, labels, histograms against summaries.
//!
//! | you want to know | take |
//! |---|---|
//! | how often, how much in all | [`Counter`]; ask for its rate |
//! | how much right now | [`Gauge`]; [`Gauge::track`] for what is under way |
//! | how it is distributed, quantiles over all instances | [`Histogram`] |
//! | quantiles in one process, of whatever values | [`Summary`] |
//! | which of several states | [`StateSet`] |
//! | any of these by label | [`Family`], bounded by [`max_series`](MetricBuilder::max_series) and [`ttl`](MetricBuilder::ttl) |
//! | which request it was | [exemplars](MetricBuilder::exemplars) on counters and histograms |
//! | what a program is, as labels | [`Registry::info`], [`build_info!`] |
//! | what something else counts | [`Registry::counter_fn`], [`Registry::gauge_fn`], [`Registry::family_fn`]; [`Collector`] for several at once |
//!
//! # What a reading may show
//!
//! * A counter never goes back, and has all that happened before the reading.
//! * A histogram shows, of each thread, a prefix of its observations: buckets, sum and count belong
//!   together, also while the thread does not pause. Different threads are read at slightly different times.
//! * A series that was removed is in no reading that begins later, and what is recorded through handles
//!   that are still around goes nowhere. A new series with the same labels begins at 0.
//! * An exemplar is of an update that the same reading counts: value, labels and time belong together.
//! * A state set is in exactly one state.
//! * Nothing is lost when a thread ends, also not what it records in destructors of its locals.
//!
//! # Cost
//!
//! | what | about |
//! |---|--:|
//! | [`Counter::inc`] through a handle | 1 ns |
//! | [`Histogram::observe`] through a handle | 4 ns |
//! | [`Summary::observe`] through a handle, with quantiles | 5 ns |
//! | [`Family::with`], three strings | 19 ns |
//! | [`Family::with`], small enums | 3 ns |
//! | a line of an exposition | 16 to 26 ns |
//!
//! They hold for one thread and for many on the same metric. `BENCHMARKS.md` in the repository has the
//! table, the machine, the command, and the rivals beside it.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `derive` | yes | the macros: [`Metrics`](macro@Metrics), [`LabelSet`](macro@LabelSet), [`LabelValue`](macro@LabelValue), [`State`](macro@State), [`macro@timed`], [`macro@counted`], [`macro@in_flight`] |
//! | `process` | yes | the metrics of the process, on the [default registry](default_registry): [`process_collector`] |
//! | `statics` | yes | [`statics!`], metrics in statics on the [default registry](default_registry) |
//! | `exporter` | no | an HTTP server for `/metrics`, on hyper and tokio |
//! | `protobuf` | no | the protobuf format, with native buckets, exemplars and start times: `Format::Protobuf` |
//! | `openmetrics2` | no | OpenMetrics 2.0, a release candidate, for scrapers that ask for it by its version |
//! | `gzip` | no | answers to scrapes compressed with gzip, for all servers: [`Endpoint`] |
//! | `zstd` | no | the same with zstd |
//! | `http` | no | the module `http`: metrics of HTTP servers and clients, for crates that join it to a framework |
//! | `grpc` | no | metrics of calls of gRPC, for crates that hand on the status in their trailers |
//!
//! # Limits
//!
//! Needs 64-bit atomics. Not for signal handlers, nor for counting inside a global allocator. After a fork
//! each process counts alone. On `wasm32-unknown-unknown` use a [manual clock](Clock::manual).
//! Rust 1.85 or newer.

#![allow(
    unnameable_types,
    reason = "metrics are sealed: what only this crate implements has no public name"
)]

#[cfg(not(target_has_atomic = "64"))]
compile_error!("prom-client needs 64-bit atomics, which this target does not have");

#[doc(hidden)]
pub mod __private;
mod call;
mod clock;
mod desc;
mod encode;
mod endpoint;
#[cfg(feature = "exporter")]
mod exporter;
mod family;
#[doc = include_str!("../docs/guide.md")]
pub mod guide {}
#[cfg(feature = "http")]
pub mod http;
mod label;
mod metric;
mod registry;
mod snapshot;
mod storage;

pub use call::Outcome;
pub use clock::{Clock, Instant, ManualClock};
pub use desc::{Desc, Escaping, Kind, MetricName, NameError, Names, Unit};
pub use encode::{ContentType, Encoder, Format};
pub use endpoint::{Endpoint, Scrape, ScrapeBody, ScrapeRequest, ScrapeResponse};
#[cfg(feature = "exporter")]
pub use exporter::{Exporter, ServeError, Server};
pub use family::Family;
pub use label::{
    ExemplarLabels, LabelName, LabelSet, LabelValue, LabelValues, LabelVisitor, Pairs, PairsError,
    Schema, SchemaError,
};
pub use metric::{
    Buckets, BucketsError, Counter, CounterNumber, ExemplarSourceError, Gauge, GaugeNumber,
    Histogram, InFlight, Metric, Native, Owned, Quantiles, QuantilesError, State, StateSet,
    Summary, Timed, Timer, Timing, set_exemplar_source,
};
#[cfg(feature = "derive")]
pub use prom_client_derive::{LabelSet, LabelValue, Metrics, State, counted, in_flight, timed};
#[cfg(feature = "process")]
pub use registry::process_collector;
pub use registry::{
    Bucketed, CollectError, CollectedFamily, Collection, Collector, Exemplary, Info, Instrument,
    Labelled, MetricBuilder, Metrics, Ranked, Reading, RegisterError, Registry, Spec,
    default_registry,
};
#[cfg(feature = "statics")]
pub use registry::{Static, StaticMetrics};
pub use snapshot::{
    Exemplar, FamilySnapshot, HistogramPoint, HistogramSnapshot, Naming, NativePoint,
    NativeSnapshot, Number, Point, Series, Sink, Snapshot, StateSetPoint, StateSetSnapshot,
    SummaryPoint, SummarySnapshot, Value,
};
