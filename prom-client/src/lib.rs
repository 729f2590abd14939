//! Metrics for Prometheus.

#[cfg(not(loom))]
mod clock;
mod desc;
#[cfg(not(loom))]
mod encode;
#[cfg(all(feature = "exporter", not(loom)))]
mod exporter;
#[cfg(not(loom))]
mod family;
mod label;
#[cfg(not(loom))]
mod metric;
#[cfg(all(feature = "statics", not(loom)))]
#[doc(hidden)]
pub mod __private;
#[cfg(not(loom))]
mod registry;
#[cfg(not(loom))]
mod snapshot;
mod storage;

#[cfg(not(loom))]
pub use clock::{Clock, Instant, ManualClock};
#[cfg(not(loom))]
pub use desc::{Desc, Kind, MetricName, NameError, Unit};
#[cfg(not(loom))]
pub use encode::{Encoder, Format};
#[cfg(all(feature = "exporter", not(loom)))]
pub use exporter::{Exporter, ServeError, Server};
#[cfg(not(loom))]
pub use family::Family;
#[cfg(not(loom))]
pub use label::{
    LabelName, LabelSet, LabelValue, LabelValues, LabelVisitor, Pairs, PairsError, Schema, SchemaError,
};
#[cfg(not(loom))]
pub use metric::{
    Buckets, BucketsError, Counter, CounterNumber, Gauge, GaugeNumber, Histogram, InFlight, Metric,
    Owned, Timed, Timer,
};
#[cfg(all(feature = "statics", not(loom)))]
pub use registry::Static;
#[cfg(not(loom))]
pub use registry::{
    Bucketed, CollectError, CollectedFamily, Collection, Collector, Instrument, Labelled,
    MetricBuilder, RegisterError, Registry, Spec, default_registry,
};
#[cfg(not(loom))]
pub use snapshot::{
    FamilySnapshot, HistogramPoint, HistogramSnapshot, Naming, Number, Point, Series, Sink, Snapshot, Value,
};
