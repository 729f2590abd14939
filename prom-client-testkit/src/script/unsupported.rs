//! What a script asks for that the engine does not have: values that are no numbers, and starts of counts.

use super::command::{Eval, Expected, Load};
use super::series::Point;
use crate::model::{Labels, Matcher};
use crate::promql::{Expr, ExprKind};

/// Series of which not all was loaded.
#[derive(Debug, Default)]
pub(super) struct Unsupported {
    series: Vec<(Labels, &'static str)>,
}

impl Unsupported {
    /// Remembers what of these series cannot be loaded.
    pub(super) fn note(&mut self, load: &Load) {
        for loaded in &load.series {
            let labels = &loaded.row.labels;
            if loaded.row.points.contains(&Point::Histogram) {
                self.series.push((labels.clone(), "native histograms"));
            }
            if loaded.started {
                self.series.push((labels.clone(), "start times"));
            }
            if let Some(native) = native(labels).filter(|_| load.with_native) {
                self.series.push((native, "native histograms"));
            }
        }
    }

    /// Why a case cannot be tried, if it cannot.
    pub(super) fn reason(&self, eval: &Eval, expr: &Expr) -> Option<String> {
        let (Expected::Series(rows) | Expected::Ranges(rows, _)) = &eval.result else {
            return self.asked_for(expr);
        };
        match rows.iter().find(|row| row.points.contains(&Point::Histogram)) {
            Some(row) => Some(format!("{} has native histograms", row.labels)),
            None => self.asked_for(expr),
        }
    }

    /// Which of the series a query selects, if any.
    fn asked_for(&self, expr: &Expr) -> Option<String> {
        let matchers = match &expr.kind {
            ExprKind::Vector(selector) => &selector.matchers,
            ExprKind::Matrix(matrix) => &matrix.selector.matchers,
            _ => return expr.children().find_map(|child| self.asked_for(child)),
        };
        let (labels, what) = self.series.iter().find(|(labels, _)| selects(matchers, labels))?;
        Some(format!("{labels} has {what}"))
    }
}

fn selects(matchers: &[Matcher], labels: &Labels) -> bool {
    let value = |name| labels.get(name).unwrap_or_default();
    matchers.iter().all(|matcher| matcher.matches(value(matcher.name())))
}

/// The native histogram of which a classic series is a part.
fn native(labels: &Labels) -> Option<Labels> {
    let name = labels.name()?;
    let (base, bucket) = match name.strip_suffix("_bucket") {
        Some(base) => (base, true),
        None => (name.strip_suffix("_count").or_else(|| name.strip_suffix("_sum"))?, false),
    };
    let bound = labels.get("le").and_then(|le| le.parse::<f64>().ok());
    if bucket && bound.is_none_or(f64::is_nan) {
        return None;
    }
    let rest = labels.iter().filter(|(name, _)| *name != "le" && *name != Labels::NAME);
    Some(rest.chain([(Labels::NAME, base)]).collect())
}
