//! OpenMetrics text, version 1.0.0.

use super::Dialect;
use super::cursor::Cursor;
use super::escape::{Quotes, escape};
use super::number::write_canonical;
use super::output::Output;
use crate::desc::Desc;
use crate::snapshot::Naming;

/// Metadata names families, so a counter is without `_total` there. A float has a point or an
/// exponent, and an integer neither.
pub(super) struct OpenMetrics;

impl Dialect for OpenMetrics {
    fn naming(&self) -> Naming {
        Naming::Family
    }

    fn metadata(&self, desc: &Desc, out: &mut Output<'_>) {
        out.texts(&["# TYPE ", desc.name(), " ", desc.kind().as_str(), "\n"]);
        if let Some(unit) = desc.stated_unit() {
            out.texts(&["# UNIT ", desc.name(), " ", unit.as_str(), "\n"]);
        }
        if !desc.help().is_empty() {
            out.texts(&["# HELP ", desc.name(), " "]);
            escape(desc.help(), Quotes::Escape, |text| out.texts(&[text]));
            out.texts(&["\n"]);
        }
    }

    fn float(&self, value: f64, to: &mut Cursor<'_>) {
        write_canonical(value, to);
    }

    /// The standard takes a sum for a counter: it must not be there when negative bounds say that
    /// it may fall, and it must be neither negative nor NaN. Sum and count are both there or
    /// neither is. A strict reader throws a whole scrape away for one line against this; leaving
    /// the two out costs one sum, since the last bucket has the count.
    fn shows_sum(&self, bounds: &[f64], sum: f64) -> bool {
        bounds.first().is_none_or(|lowest| *lowest >= 0.0) && sum >= 0.0
    }

    fn shows_exemplars(&self) -> bool {
        true
    }

    fn knows_created(&self) -> bool {
        true
    }

    fn end(&self) -> &'static str {
        "# EOF\n"
    }
}
