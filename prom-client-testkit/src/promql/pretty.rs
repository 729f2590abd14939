//! Prints a long query in several lines, much as `promtool promql format` does.

use std::fmt::{self, Display, Write};

use super::print::{Bracket, Heading, Operator};
use super::{Expr, ExprKind};

/// The longest part that stays in one line, in bytes.
const LINE: usize = 100;

impl Expr {
    /// The query in lines: parts of more than 100 bytes are taken apart, and what is in them is indented.
    ///
    /// Comments are lost.
    ///
    /// # Examples
    /// ```
    /// use prom_client_testkit::promql::Expr;
    ///
    /// let query = "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (job) (rate(http_requests_total[5m]))";
    /// assert_eq!(
    ///     Expr::parse(query)?.pretty().lines().collect::<Vec<_>>(),
    ///     [
    ///         "  sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m]))",
    ///         "/",
    ///         "  sum by (job) (rate(http_requests_total[5m]))",
    ///     ]
    /// );
    /// # Ok::<(), prom_client_testkit::promql::ParseError>(())
    /// ```
    #[must_use]
    pub fn pretty(&self) -> String {
        let mut out = String::new();
        // A `String` takes everything.
        let _ = self.write_lines(0, &mut out);
        out
    }

    fn write_lines(&self, level: usize, out: &mut String) -> fmt::Result {
        indent(level, out);
        if !is_long(self) {
            return write!(out, "{self}");
        }
        match &self.kind {
            ExprKind::Paren(inner) => {
                out.push_str("(\n");
                inner.write_lines(level + 1, out)?;
                end(level, out);
            }
            ExprKind::Unary(unary) => {
                out.push(if unary.negative { '-' } else { '+' });
                let mut inner = String::new();
                unary.expr.write_lines(level, &mut inner)?;
                out.push_str(inner.trim_start());
            }
            ExprKind::Binary(binary) => {
                unindent(out);
                binary.left.write_lines(level + 1, out)?;
                out.push('\n');
                indent(level, out);
                writeln!(out, "{}", Operator(binary))?;
                binary.right.write_lines(level + 1, out)?;
            }
            ExprKind::Aggregate(aggregate) => {
                writeln!(out, "{}(", Heading(aggregate))?;
                if let Some(parameter) = &aggregate.parameter {
                    parameter.write_lines(level + 1, out)?;
                    out.push_str(",\n");
                }
                aggregate.expr.write_lines(level + 1, out)?;
                end(level, out);
            }
            ExprKind::Call(call) => {
                writeln!(out, "{}(", call.function)?;
                for (at, arg) in call.args.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ",\n" });
                    arg.write_lines(level + 1, out)?;
                }
                end(level, out);
            }
            ExprKind::Subquery(subquery) => {
                unindent(out);
                subquery.expr.write_lines(level, out)?;
                write!(out, "{}", Bracket(subquery))?;
            }
            ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Vector(_)
            | ExprKind::Matrix(_) => write!(out, "{self}")?,
        }
        Ok(())
    }
}

fn indent(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}

/// Leaves the begin of the line to what comes first in a part.
fn unindent(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
}

/// Closes what has been taken apart.
fn end(level: usize, out: &mut String) {
    out.push('\n');
    indent(level, out);
    out.push(')');
}

/// Whether it does not fit in a line.
fn is_long(what: &impl Display) -> bool {
    /// Counts down, and stops what writes at nothing.
    struct Room(usize);
    impl Write for Room {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    write!(Room(LINE), "{what}").is_err()
}
