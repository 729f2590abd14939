//! Metrics for Prometheus.

mod clock;
mod desc;
mod label;
mod snapshot;
mod storage;
mod metric;

pub use clock::{Clock, Instant, ManualClock};
pub use desc::{Desc, Kind, MetricName, NameError, Unit};
pub use label::{LabelName, LabelSet, LabelValue, LabelValues, Pairs, PairsError, Schema, SchemaError};
pub use snapshot::{
    FamilySnapshot, HistogramPoint, HistogramSnapshot, Number, Point, Series, Sink, Snapshot, Value,
};
pub use metric::*;
