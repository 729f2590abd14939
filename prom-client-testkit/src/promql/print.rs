//! Prints a query in one line, in the one form that Prometheus prints.

use std::fmt::{self, Display, Formatter, Write};
use std::time::Duration;

use super::text::quote;
use super::{
    Aggregate, At, Binary, BinaryOp, Cardinality, DurationExpr, DurationKind, DurationOp, Expr,
    ExprKind, Extended, Matching, Number, Shift, Subquery, VectorSelector,
};
use crate::model::{Labels, Matcher, format_duration, is_plain};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Number(number) => number.fmt(f),
            ExprKind::String(text) => text.fmt(f),
            ExprKind::Paren(inner) => write!(f, "({inner})"),
            ExprKind::Unary(unary) => {
                write!(f, "{}{}", if unary.negative { '-' } else { '+' }, unary.expr)
            }
            ExprKind::Binary(binary) => {
                match &binary.left.kind {
                    // The plus of `+Inf` would be that of the power.
                    ExprKind::Number(Number { value: f64::INFINITY, duration: false })
                        if binary.op == BinaryOp::Pow =>
                    {
                        f.write_str("Inf")?;
                    }
                    _ => binary.left.fmt(f)?,
                }
                write!(f, " {} {}", Operator(binary), binary.right)
            }
            ExprKind::Aggregate(aggregate) => {
                write!(f, "{}(", Heading(aggregate))?;
                if let Some(parameter) = &aggregate.parameter {
                    write!(f, "{parameter}, ")?;
                }
                write!(f, "{})", aggregate.expr)
            }
            ExprKind::Call(call) => {
                write!(f, "{}(", call.function)?;
                for (at, arg) in call.args.iter().enumerate() {
                    write!(f, "{}{arg}", if at == 0 { "" } else { ", " })?;
                }
                f.write_char(')')
            }
            ExprKind::Vector(selector) => selector.fmt(f),
            ExprKind::Matrix(matrix) => {
                matrix.selector.write_series(f)?;
                write!(f, "[{}]", matrix.range)?;
                let (first, last) = matrix.selector.shift.offset_order();
                write!(f, "{first}{}", Modifier(matrix.selector.extended))?;
                write!(f, "{}{last}", matrix.selector.shift.moment())
            }
            ExprKind::Subquery(subquery) => write!(f, "{}{}", subquery.expr, Bracket(subquery)),
        }
    }
}

/// The operator of a binary expression with its modifiers.
pub(super) struct Operator<'a>(pub(super) &'a Binary);

impl Display for Operator<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.op)?;
        if self.0.returns_bool {
            f.write_str(" bool")?;
        }
        match &self.0.matching {
            Some(matching) => matching.fmt(f),
            None => Ok(()),
        }
    }
}

/// An aggregation up to its arguments.
pub(super) struct Heading<'a>(pub(super) &'a Aggregate);

impl Display for Heading<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Aggregate { op, grouping, .. } = self.0;
        let word = match grouping.without {
            true => "without",
            false if grouping.labels.is_empty() => return write!(f, "{op}"),
            false => "by",
        };
        write!(f, "{op} {word} ({}) ", List(&grouping.labels))
    }
}

/// What makes a subquery of an expression.
pub(super) struct Bracket<'a>(pub(super) &'a Subquery);

impl Display for Bracket<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "[{}:", self.0.range)?;
        if let Some(step) = &self.0.step {
            write!(f, "{step}")?;
        }
        write!(f, "]{}", self.0.shift)
    }
}

/// Labels, in quotes if they need them.
struct List<'a>(&'a [Box<str>]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, label) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { ", " })?;
            write_label(label, f)?;
        }
        Ok(())
    }
}

fn write_label(label: &str, f: &mut Formatter<'_>) -> fmt::Result {
    if is_plain(label, false) { f.write_str(label) } else { quote(label.as_bytes(), f) }
}

impl Display for Matching {
    /// With a blank before it, if there is anything to say.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let group = match self.cardinality {
            Cardinality::ManyToOne => Some("group_left"),
            Cardinality::OneToMany => Some("group_right"),
            _ => None,
        };
        if self.on || !self.labels.is_empty() || group.is_some() {
            write!(f, " {} ({})", if self.on { "on" } else { "ignoring" }, List(&self.labels))?;
        }
        if let Some(group) = group {
            write!(f, " {group} ({})", List(&self.include))?;
        }
        let number = |value| Number { value, duration: false };
        match (self.fill_left.map(number), self.fill_right.map(number)) {
            (Some(left), Some(right)) if left == right => write!(f, " fill ({left})"),
            (left, right) => {
                for (word, value) in [("fill_left", left), ("fill_right", right)] {
                    if let Some(value) = value {
                        write!(f, " {word} ({value})")?;
                    }
                }
                Ok(())
            }
        }
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.value {
            value if self.duration => write_duration(value, f),
            value if value.is_nan() => f.write_str("NaN"),
            value if value.is_infinite() => f.write_str(if value > 0.0 { "+Inf" } else { "-Inf" }),
            value => write!(f, "{value}"),
        }
    }
}

fn write_duration(seconds: f64, f: &mut Formatter<'_>) -> fmt::Result {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is positive, and at most 292 years"
    )]
    let millis = (seconds.abs() * 1000.0).round() as u64;
    // Nothing has a sign too.
    let sign = if seconds.is_sign_negative() { "-" } else { "" };
    write!(f, "{sign}{}", format_duration(Duration::from_millis(millis)))
}

impl Display for DurationExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DurationKind::Literal { seconds, unit: true } => write_duration(*seconds, f),
            DurationKind::Literal { seconds, unit: false } => write!(f, "{seconds}"),
            DurationKind::Step => f.write_str("step()"),
            DurationKind::Range => f.write_str("range()"),
            DurationKind::Paren(inner) => write!(f, "({inner})"),
            DurationKind::Negative(inner) => write!(f, "-{inner}"),
            DurationKind::Binary { op, left, right } => {
                let sign = match op {
                    DurationOp::Add => '+',
                    DurationOp::Sub => '-',
                    DurationOp::Mul => '*',
                    DurationOp::Div => '/',
                    DurationOp::Mod => '%',
                    DurationOp::Pow => '^',
                    DurationOp::MinOf => return write!(f, "min_of({left}, {right})"),
                    DurationOp::MaxOf => return write!(f, "max_of({left}, {right})"),
                };
                write!(f, "{left} {sign} {right}")
            }
        }
    }
}

impl Display for Shift {
    /// With a blank before it, if there is anything to say.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (first, last) = self.offset_order();
        write!(f, "{first}{}{last}", self.moment())
    }
}

impl Shift {
    fn moment(&self) -> Moment {
        Moment(self.at)
    }

    /// The offset, which comes last; but first if an operator after it would be taken for a part of it.
    fn offset_order(&self) -> (Offset<'_>, Offset<'_>) {
        let offset = Offset(self.offset.as_ref());
        let open = match offset.0.map(|offset| &offset.kind) {
            Some(DurationKind::Paren(_)) => true,
            Some(DurationKind::Binary { op, .. }) => {
                !matches!(op, DurationOp::MinOf | DurationOp::MaxOf)
            }
            _ => false,
        };
        if open { (offset, Offset(None)) } else { (Offset(None), offset) }
    }
}

struct Offset<'a>(Option<&'a DurationExpr>);

impl Display for Offset<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(offset) => write!(f, " offset {offset}"),
            None => Ok(()),
        }
    }
}

struct Moment(Option<At>);

impl Display for Moment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(At::Time(at)) => write_moment(at.as_millis(), f),
            Some(At::Start) => f.write_str(" @ start()"),
            Some(At::End) => f.write_str(" @ end()"),
            None => Ok(()),
        }
    }
}

/// Milliseconds as seconds.
fn write_moment(millis: i64, f: &mut Formatter<'_>) -> fmt::Result {
    let sign = if millis < 0 { "-" } else { "" };
    let size = millis.unsigned_abs();
    if size < 1 << 53 {
        return write!(f, " @ {sign}{}.{:03}", size / 1000, size % 1000);
    }
    // Here not every millisecond has a number of seconds, but those do that came out of one.
    #[expect(clippy::cast_precision_loss, reason = "the nearest one is looked for")]
    let bits = (size as f64 / 1000.0).to_bits();
    let candidates = [bits, bits + 1, bits - 1].map(f64::from_bits);
    #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
    #[expect(clippy::cast_sign_loss, reason = "it is positive")]
    let exact = candidates.into_iter().find(|seconds| (seconds * 1000.0).round() as u64 == size);
    write!(f, " @ {sign}{:.3}", exact.unwrap_or(candidates[0]))
}

struct Modifier(Option<Extended>);

impl Display for Modifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(Extended::Anchored) => " anchored",
            Some(Extended::Smoothed) => " smoothed",
            None => "",
        })
    }
}

impl Display for VectorSelector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_series(f)?;
        let (first, last) = self.shift.offset_order();
        write!(f, "{first}{}{}{last}", self.shift.moment(), Modifier(self.extended))
    }
}

impl VectorSelector {
    /// The name, and the matchers in their order as text.
    fn write_series(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut matchers: Vec<String> = self.written_matchers().map(printed).collect();
        matchers.sort_unstable();
        if let Some(name) = &self.name {
            f.write_str(name)?;
            if matchers.is_empty() {
                return Ok(());
            }
        }
        write!(f, "{{{}}}", matchers.join(","))
    }

    /// The matchers without the one that the name stands for.
    pub(super) fn written_matchers(&self) -> impl Iterator<Item = &Matcher> {
        self.matchers.iter().filter(|matcher| {
            let of_name = matcher.name() == Labels::NAME && self.name.is_some();
            !(of_name && matcher.only_value() == self.name.as_deref())
        })
    }
}

/// A matcher, its label in quotes if it needs them.
pub(super) fn printed(matcher: &Matcher) -> String {
    struct Printed<'a>(&'a Matcher);
    impl Display for Printed<'_> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            write_label(self.0.name(), f)?;
            f.write_str(self.0.operator())?;
            quote(self.0.value().as_bytes(), f)
        }
    }
    Printed(matcher).to_string()
}
