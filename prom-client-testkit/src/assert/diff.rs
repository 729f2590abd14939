//! What is missing, and what is too much.

use std::fmt;

/// So many lines of each sort are shown.
const SHOWN: usize = 50;

/// Lines that were expected and not found, lines that were found and not expected, and those between which
/// they stand.
#[derive(Debug, Default)]
pub(crate) struct Diff {
    lines: Vec<(char, String)>,
}

impl Diff {
    /// Compares lines of which the order does not matter.
    pub(crate) fn compare(&mut self, mut expected: Vec<String>, mut found: Vec<String>) {
        expected.sort();
        found.sort();
        let (mut left, mut right) = (expected.into_iter().peekable(), found.into_iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(left), Some(right)) => left.cmp(right),
            };
            let sign = if order.is_eq() {
                ' '
            } else if order.is_lt() {
                '-'
            } else {
                '+'
            };
            let line = if order.is_lt() { left.next() } else { right.next() };
            if order.is_eq() {
                left.next();
            }
            self.lines.extend(line.map(|line| (sign, line)));
        }
    }

    /// Whether there is no difference.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.iter().all(|(sign, _)| *sign == ' ')
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  (- expected, + found)")?;
        for shown in [&['-', '+'][..], &[' ']] {
            let lines = || self.lines.iter().filter(|(sign, _)| shown.contains(sign));
            for (sign, line) in lines().take(SHOWN) {
                write!(f, "\n{sign} {line}")?;
            }
            let rest = lines().count().saturating_sub(SHOWN);
            if rest > 0 {
                write!(f, "\n  .. and {rest} more")?;
            }
        }
        Ok(())
    }
}

/// Whether two numbers are the same but for what sums of floats lose: one part in a billion.
pub(crate) fn same_number(a: f64, b: f64) -> bool {
    let near = (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    a == b || a.is_nan() && b.is_nan() || a.is_finite() && b.is_finite() && near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_stand_before_what_is_the_same() {
        let lines = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        for (expected, found, shown) in [
            ("a b", "b a", None),
            ("a b", "a c", Some("- b\n+ c\n  a")),
            ("a a", "a", Some("- a\n  a")),
            ("", "a", Some("+ a")),
        ] {
            let mut diff = Diff::default();
            diff.compare(lines(expected), lines(found));
            assert_eq!(diff.is_empty(), shown.is_none());
            if let Some(shown) = shown {
                assert_eq!(diff.to_string(), format!("  (- expected, + found)\n{shown}"));
            }
        }
    }

    #[test]
    fn numbers_are_the_same_to_a_billionth() {
        for (a, b, same) in [
            (0.1 + 0.2, 0.3, true),
            (f64::NAN, f64::NAN, true),
            (f64::INFINITY, f64::INFINITY, true),
            (f64::INFINITY, f64::MAX, false),
            (f64::INFINITY, f64::NEG_INFINITY, false),
            (0.0, -0.0, true),
            (0.0, 1e-300, false),
            (1e6, 1e6 + 1.0, false),
        ] {
            assert_eq!(same_number(a, b), same, "{a} and {b}");
        }
    }
}
