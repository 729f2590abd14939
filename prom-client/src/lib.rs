//! Metrics for Prometheus.

mod clock;
mod desc;
mod encode;
mod family;
mod label;
mod metric;
#[cfg(feature = "statics")]
#[doc(hidden)]
pub mod __private;
mod registry;
mod snapshot;
mod storage;

pub use clock::{Clock, Instant, ManualClock};
pub use desc::{Desc, Kind, MetricName, NameError, Unit};
pub use encode::{Encoder, Format};
pub use family::Family;
pub use label::{
    LabelName, LabelSet, LabelValue, LabelValues, LabelVisitor, Pairs, PairsError, Schema, SchemaError,
};
pub use metric::{
    Buckets, BucketsError, Counter, CounterNumber, Gauge, GaugeNumber, Histogram, InFlight, Metric,
    Owned, Timed, Timer,
};
#[cfg(feature = "statics")]
pub use registry::Static;
pub use registry::{
    Bucketed, CollectError, CollectedFamily, Collection, Collector, Instrument, Labelled,
    MetricBuilder, RegisterError, Registry, Spec, default_registry,
};
pub use snapshot::{
    FamilySnapshot, HistogramPoint, HistogramSnapshot, Naming, Number, Point, Series, Sink, Snapshot, Value,
};
