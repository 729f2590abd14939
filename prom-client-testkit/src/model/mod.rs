//! What an exposition says, as plain data: the waist of the kit.
//!
//! ```text
//!  parse ──► Sink ──► Exposition (owned, for assertions and lint)
//!              └────► a store
//! ```
//!
//! A parser hands [`SampleRef`]s to a [`Sink`], one after the other. They borrow from the body that is being
//! read, and a known series can be told by its [text](Series::text) without taking its labels apart: reading
//! costs no allocation per sample. [`Exposition`] is the sink that keeps everything, grouped into families.
//!
//! This module knows no format, no clock and no transport.

mod alike;
mod duration;
mod excerpt;
mod exemplar;
mod exposition;
mod family;
mod histogram;
mod kind;
mod labels;
mod matcher;
mod metadata;
mod number;
#[cfg(feature = "regex")]
mod pattern;
#[cfg(feature = "regex")]
mod re2;
mod sample;
mod selector;
mod series;
mod sink;
#[cfg(feature = "regex")]
mod template;
mod time;

pub(crate) use alike::alike;
#[cfg(feature = "promql")]
pub(crate) use alike::nearest;
pub(crate) use duration::format_duration;
#[cfg(feature = "regex")]
pub(crate) use duration::parse_duration;
pub use duration::{DurationError, IntoDuration};
pub(crate) use excerpt::Excerpt;
pub use exemplar::{Exemplar, ExemplarRef};
pub use exposition::{Exposition, ExpositionBuilder, Suffixes};
pub use family::Family;
pub use histogram::{Buckets, HistogramError, NativeHistogram, Span};
pub use kind::Kind;
pub use labels::Labels;
#[cfg(feature = "promql")]
pub(crate) use labels::is_plain;
use labels::quote;
pub use matcher::Matcher;
pub use metadata::Metadata;
pub(crate) use number::canonical;
#[cfg(feature = "promql")]
pub(crate) use number::scientific;
#[cfg(feature = "regex")]
pub use pattern::{Pattern, PatternError};
pub use sample::{STALE, Sample, SampleRef, Value, ValueRef, is_stale};
pub use selector::{Selector, SelectorError};
pub use series::Series;
pub(crate) use series::{Bound, LabelAt, Pairs, unescape};
pub use sink::Sink;
#[cfg(feature = "regex")]
pub(crate) use template::Template;
pub use time::Timestamp;
