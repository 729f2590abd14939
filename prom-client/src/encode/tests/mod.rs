//! Whole expositions.

#[cfg(feature = "openmetrics2")]
mod composites;
#[cfg(feature = "protobuf")]
mod conformance;
#[cfg(feature = "protobuf")]
mod formats;
mod golden;
mod lines;
#[cfg(feature = "protobuf")]
mod messages;
/// What the kit generated.
#[cfg(feature = "protobuf")]
#[rustfmt::skip]
#[path = "../../../../prom-client-testkit/src/parse/protobuf/metrics.rs"]
#[allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::must_use_candidate,
    clippy::unwrap_used,
    clippy::use_self,
    dead_code,
    elided_lifetimes_in_paths,
    missing_docs,
    unnameable_types,
    unreachable_pub,
    reason = "it is generated"
)]
mod metrics;

use crate::desc::{Desc, Kind, Names};
use crate::encode::cursor::{Cursor, written};
use crate::encode::{ContentType, Encoder, Format};
use crate::label::{LabelName, LabelValues, Schema};
use crate::snapshot::{HistogramPoint, Number, Point, Sink, StateSetPoint, SummaryPoint};

/// What an encoder makes of the samples that `feed` pushes.
fn encoded(content_type: impl Into<ContentType>, feed: impl FnOnce(&mut dyn Sink)) -> String {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(content_type, &mut bytes);
    feed(&mut encoder);
    encoder.finish();
    String::from_utf8(bytes).unwrap()
}

/// What is written, which is at most a hundred bytes.
fn text_of(write: impl FnOnce(&mut Cursor<'_>)) -> String {
    let mut room = [0; 100];
    let len = written(&mut room, write);
    String::from_utf8(room[..len].to_vec()).unwrap()
}

fn desc(name: &str, help: &str, kind: Kind) -> Desc {
    Desc::new(name, help, kind).unwrap()
}

fn schema(constant: &[(&str, &str)], names: &[&str], kind: Kind) -> Schema {
    let name = |name: &str| LabelName::parse_in(Names::Utf8, name.to_owned()).unwrap();
    let constant = constant.iter().map(|(n, value)| (name(n), (*value).to_owned())).collect();
    Schema::new(constant, names.iter().map(|n| name(n)).collect(), kind).unwrap()
}

fn values(values: &[&str]) -> LabelValues {
    let mut all = LabelValues::new();
    values.iter().for_each(|value| all.push(value));
    all
}
