//! The waist: what is read from metrics, and nothing about how it is kept or written.
//!
//! ```text
//!  metric · family · collector ──► Sink ◄── text · OpenMetrics · owned Snapshot
//! ```
//!
//! Sources push borrowed samples into a [`Sink`]; every encoder is a sink, and so is the owned
//! [`Snapshot`]. Neither side knows the other, so a new format touches no metric and a new metric
//! type touches the formats only through [`Point`].

mod exemplar;
mod native;
mod owned;
mod point;
mod state_set;
mod summary;

pub(crate) use exemplar::BucketExemplars;
pub use exemplar::Exemplar;
pub use native::{NativePoint, NativeSnapshot};
pub use owned::{FamilySnapshot, HistogramSnapshot, Series, Snapshot, Value};
pub use point::{HistogramPoint, Number, Point, SummaryPoint};
pub use state_set::{StateSetPoint, StateSetSnapshot};
pub use summary::SummarySnapshot;

use std::cmp::Ordering;
use std::time::Duration;

use crate::desc::Desc;
use crate::label::{LabelValues, Schema};

/// By which name families are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Naming {
    /// The family's name: `jobs`.
    #[default]
    Family,
    /// The name that its samples have: `jobs_total`.
    Sample,
}

impl Naming {
    /// The order of two families under this naming.
    pub(crate) fn compare(self, a: &Desc, b: &Desc) -> Ordering {
        let suffix = |desc: &Desc| match self {
            Self::Sample => desc.kind().suffix(),
            Self::Family => "",
        };
        a.name().bytes().chain(suffix(a).bytes()).cmp(b.name().bytes().chain(suffix(b).bytes()))
    }
}

/// Where samples go.
///
/// # Contract
/// The caller promises this order: [`family`](Self::family), then [`schema`](Self::schema) one or
/// more times, each followed by any number of
/// [`series`](Self::series), with exemplars or without. Families come sorted by name
/// and each once. Series come sorted by constant labels, then by values; no label set comes twice.
/// Points are of the family's kind.
pub trait Sink {
    /// By which name families are to come sorted.
    fn naming(&self) -> Naming {
        Naming::Family
    }

    /// Begins a family.
    fn family(&mut self, desc: &Desc);

    /// States the label names of the series that follow.
    fn schema(&mut self, schema: &Schema);

    /// One series. `start` is when it began to count, since the Unix epoch, if that is known.
    fn series(&mut self, values: &LabelValues, point: &Point<'_>, start: Option<Duration>);

    /// As [`series`](Self::series), with exemplars: each with the number of its bucket, as in
    /// [`HistogramPoint::counts`], in that order. A counter is a single bucket, 0. There may be none.
    ///
    /// A sink without a place for exemplars need not implement this: it gets the series without them. One that
    /// hands on what it is handed should.
    fn series_with_exemplars(
        &mut self,
        values: &LabelValues,
        point: &Point<'_>,
        start: Option<Duration>,
        exemplars: &[(usize, Exemplar)],
    ) {
        let _ = exemplars;
        self.series(values, point, start);
    }
}
