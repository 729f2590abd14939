//! OpenMetrics text, version 1.0.0.

use super::Dialect;
use super::cursor::Cursor;
use super::escape::{Quotes, escape};
use super::name::Name;
use super::number::write_canonical;
use super::output::Output;
use crate::desc::{Desc, Kind, Unit};
use crate::snapshot::Naming;

/// Metadata names families, so a counter is without `_total` and an info without `_info` there. A float has a point or an
/// exponent, and an integer neither.
pub(super) struct OpenMetrics;

impl Dialect for OpenMetrics {
    fn naming(&self) -> Naming {
        Naming::Family
    }

    fn metadata(&self, desc: &Desc, name: &Name, out: &mut Output<'_>) {
        let (name, behind) = (name.in_metadata(), name.behind());
        out.texts(&["# TYPE ", name, behind, desc.kind().as_str(), "\n"]);
        // A unit must end the name, which the name of a counter may not after some escapings.
        let unit = desc.stated_unit().map(Unit::as_str);
        if let Some(unit) = unit.filter(|unit| name.ends_with(unit)) {
            out.texts(&["# UNIT ", name, behind, unit, "\n"]);
        }
        if !desc.help().is_empty() {
            out.texts(&["# HELP ", name, behind]);
            escape(desc.help(), Quotes::Escape, |text| out.texts(&[text]));
            out.texts(&["\n"]);
        }
    }

    fn float(&self, value: f64, to: &mut Cursor<'_>) {
        write_canonical(value, to);
    }

    fn totals(&self, kind: Kind) -> [&'static str; 2] {
        match kind {
            Kind::GaugeHistogram => ["_gsum", "_gcount"],
            _ => ["_sum", "_count"],
        }
    }

    /// The standard takes a sum for a counter: it must not be there when negative bounds say that
    /// it may fall, and it must be neither negative nor NaN. That of a gauge histogram may be negative
    /// just if there are such bounds. Sum and count are both there or
    /// neither is. A strict reader throws a whole scrape away for one line against this; leaving
    /// the two out costs one sum, since the last bucket has the count.
    fn shows_sum(&self, kind: Kind, bounds: &[f64], sum: f64) -> bool {
        let negative = bounds.first().is_some_and(|lowest| *lowest < 0.0);
        match kind {
            Kind::GaugeHistogram => sum >= 0.0 || negative && !sum.is_nan(),
            _ => sum >= 0.0 && !negative,
        }
    }

    fn shows_exemplars(&self) -> bool {
        true
    }

    fn knows_created(&self) -> bool {
        true
    }

    /// The standard has no negative quantiles.
    fn shows_quantile(&self, value: f64) -> bool {
        value >= 0.0 || value.is_nan()
    }

    fn end(&self) -> &'static str {
        "# EOF\n"
    }
}
