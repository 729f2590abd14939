//! `absent` and `absent_over_time`: a series where there is none.

use std::collections::HashSet;

use crate::model::Labels;
use crate::promql::engine::evaluation::Evaluation;
use crate::promql::engine::names::LabelSet;
use crate::promql::engine::row::{GAP, Row, is_gap};
use crate::promql::engine::steps::Steps;
use crate::promql::{Expr, ExprKind};

impl<'s> Evaluation<'s> {
    /// One series, which is there at the steps where no row is.
    pub(crate) fn absence(&mut self, arg: &Expr, rows: &[Row<'s>], steps: Steps) -> Vec<Row<'s>> {
        let mut cells = vec![1.0; steps.count];
        for row in rows {
            for (cell, there) in cells.iter_mut().zip(&row.cells) {
                if !is_gap(*there) {
                    *cell = GAP;
                }
            }
        }
        let matchers = match &arg.without_parens().kind {
            ExprKind::Vector(selector) => &selector.matchers[..],
            ExprKind::Matrix(matrix) => &matrix.selector.matchers,
            _ => &[],
        };
        let mut labels = LabelSet::default();
        let none = self.names.symbol("");
        // Of what is asked of one label, the first `=` counts; and if anything follows, nothing does.
        let mut given = HashSet::new();
        for matcher in matchers.iter().filter(|matcher| matcher.name() != Labels::NAME) {
            let value = matcher.only_value().filter(|_| given.insert(matcher.name()));
            let value = value.map_or(none, |value| self.names.symbol(value));
            let name = self.names.symbol(matcher.name());
            self.names.set(&mut labels, name, value);
        }
        vec![Row::new(labels, cells)]
    }
}
