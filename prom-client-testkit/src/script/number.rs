//! Numbers as scripts write them.

use crate::model::IntoDuration;

/// Reads a number without a sign at the beginning of a text, and gives what follows it: decimal digits with a
/// fraction, an exponent and underscores; `Inf` and `NaN` in any case; or a span of time, which is its seconds.
/// There are no hexadecimal digits, since `0x3` is four zeros.
pub(super) fn number(text: &str) -> Option<(f64, &str)> {
    for (word, value) in [("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
            return Some((value, &text[3..]));
        }
    }
    let digits = |from: usize| {
        let rest = text.as_bytes()[from..].iter();
        from + rest.take_while(|b| b.is_ascii_digit() || **b == b'_').count()
    };
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if !text[..end].starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    let unit = text[end..].find(|c: char| !c.is_ascii_alphanumeric() || c == 'x');
    let span = &text[..unit.map_or(text.len(), |length| end + length)];
    if span.len() > end {
        if let Ok(span_of_time) = span.into_duration() {
            return Some((span_of_time.as_secs_f64(), &text[span.len()..]));
        }
    }
    let value = text[..end].replace('_', "").parse().ok()?;
    Some((value, &text[end..]))
}

/// Reads a text that is a number and nothing else, as the only line of a result: also whole numbers in other bases, by
/// their prefixes as Go writes them.
pub(super) fn scalar(text: &str) -> Option<f64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = unsigned.to_ascii_lowercase().replace('_', "");
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2), ("0", 8)] {
        let digits = lower.strip_prefix(prefix).filter(|digits| !digits.is_empty());
        if let Some(Ok(whole)) = digits.map(|digits| i64::from_str_radix(digits, radix)) {
            #[expect(
                clippy::cast_precision_loss,
                reason = "as the reference, to the nearest float"
            )]
            return Some(sign * whole as f64);
        }
    }
    // No span of time: a result is in seconds already.
    let units = |c: char| matches!(c, 's' | 'm' | 'h' | 'd' | 'w' | 'y');
    match number(unsigned)? {
        (value, "") if !unsigned.ends_with(units) => Some(sign * value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_something_else_begins() {
        for (text, value, rest) in [
            ("1", 1.0, ""),
            ("1+2x3", 1.0, "+2x3"),
            ("0x10", 0.0, "x10"),
            ("1.5e-3x2", 0.0015, "x2"),
            ("1e+06-1", 1e6, "-1"),
            (".5", 0.5, ""),
            ("1_000", 1000.0, ""),
            ("5m", 300.0, ""),
            ("1h30mx2", 5400.0, "x2"),
            ("InFx2", f64::INFINITY, "x2"),
        ] {
            assert_eq!(number(text), Some((value, rest)), "{text}");
        }
        assert!(number("NaN").is_some_and(|(value, rest)| value.is_nan() && rest.is_empty()));
        for text in ["", "x", "_1", "stale", ".", "-1"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_result_may_be_in_any_base() {
        for (text, value) in [
            ("1", Some(1.0)),
            ("-0.5", Some(-0.5)),
            ("0x1F", Some(31.0)),
            ("010", Some(8.0)),
            ("0", Some(0.0)),
            ("09", Some(9.0)),
            ("-Inf", Some(f64::NEG_INFINITY)),
            ("5m", None),
            ("1 2", None),
            ("up", None),
        ] {
            assert_eq!(scalar(text), value, "{text}");
        }
    }
}
