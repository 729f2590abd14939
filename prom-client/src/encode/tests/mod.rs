//! Whole expositions.

mod golden;
mod lines;

use crate::desc::{Desc, Kind};
use crate::encode::{Encoder, Format};
use crate::label::{LabelName, LabelValues, Schema};
use crate::snapshot::{HistogramPoint, Number, Point, Sink, StateSetPoint};

/// What an encoder makes of the samples that `feed` pushes.
fn encoded(format: Format, feed: impl FnOnce(&mut dyn Sink)) -> String {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(format, &mut bytes);
    feed(&mut encoder);
    encoder.finish();
    String::from_utf8(bytes).unwrap()
}

fn desc(name: &str, help: &str, kind: Kind) -> Desc {
    Desc::new(name, help, kind).unwrap()
}

fn schema(constant: &[(&str, &str)], names: &[&str], kind: Kind) -> Schema {
    let name = |name: &str| LabelName::parse(name.to_owned()).unwrap();
    let constant = constant.iter().map(|(n, value)| (name(n), (*value).to_owned())).collect();
    Schema::new(constant, names.iter().map(|n| name(n)).collect(), kind).unwrap()
}

fn values(values: &[&str]) -> LabelValues {
    let mut all = LabelValues::new();
    values.iter().for_each(|value| all.push(value));
    all
}
