//! The Prometheus text format, version 0.0.4, and 1.0.0, which is the same with names in quotes.

use super::Dialect;
use super::cursor::Cursor;
use super::escape::{Quotes, escape};
use super::name::Name;
use super::number::write_shortest;
use super::output::Output;
use crate::desc::{Desc, Kind};
use crate::snapshot::Naming;

/// Metadata names samples, so a counter has its `_total` and an info its `_info` there. Floats are as Go prints them.
pub(super) struct Text;

impl Dialect for Text {
    fn naming(&self) -> Naming {
        Naming::Sample
    }

    fn metadata(&self, desc: &Desc, name: &Name, out: &mut Output<'_>) {
        let suffix = desc.kind().suffix();
        // The format knows no more kinds: a reader fails on others.
        let kind = match desc.kind() {
            Kind::Info | Kind::StateSet => Kind::Gauge.as_str(),
            Kind::GaugeHistogram => Kind::Histogram.as_str(),
            Kind::Unknown => "untyped",
            kind => kind.as_str(),
        };
        if !desc.help().is_empty() {
            out.texts(&["# HELP ", name.in_metadata(), suffix, name.behind()]);
            escape(desc.help(), Quotes::Keep, |text| out.texts(&[text]));
            out.texts(&["\n"]);
        }
        out.texts(&["# TYPE ", name.in_metadata(), suffix, name.behind(), kind, "\n"]);
    }

    fn float(&self, value: f64, to: &mut Cursor<'_>) {
        write_shortest(value, to);
    }

    fn totals(&self, _: Kind) -> [&'static str; 2] {
        ["_sum", "_count"]
    }

    fn shows_sum(&self, _: Kind, _: &[f64], _: f64) -> bool {
        true
    }

    fn shows_exemplars(&self) -> bool {
        false
    }

    fn knows_created(&self) -> bool {
        false
    }

    fn shows_quantile(&self, _: f64) -> bool {
        true
    }

    fn end(&self) -> &'static str {
        ""
    }
}
