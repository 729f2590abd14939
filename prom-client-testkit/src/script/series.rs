//! Series as scripts write them: labels, and then samples, many of which are short for more.
//!
//! ```text
//!  requests{code="200"} 1 2+3x2 _ _x3 stale 5x2
//!                       1 2 5 8 _ _ _ _ stale 5 5 5
//! ```

use super::ScriptError;
use super::lines::Words;
use super::number::number;
use crate::model::{Labels, Matcher, STALE, Selector, SelectorError};
use crate::promql::{Expr, ExprKind};

/// So many samples of one series are far too many.
const MOST_POINTS: usize = 1_000_000;

/// A series, as it is loaded or expected.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) labels: Labels,
    /// One for each step.
    pub(super) points: Vec<Point>,
}

/// What is there at a step.
#[derive(Clone, Copy, Debug)]
pub(super) enum Point {
    Gap,
    Float(f64),
    /// A native histogram, of which nothing more is known.
    Histogram,
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Gap, Self::Gap) | (Self::Histogram, Self::Histogram) => true,
            _ => false,
        }
    }
}

/// Reads the labels at the beginning of a line.
pub(super) fn labels(words: &mut Words<'_>) -> Result<Labels, ScriptError> {
    let from = words.at;
    let rest = words.rest();
    let text = &rest[..labels_end(rest)];
    words.at += text.len();
    if text.is_empty() {
        return Err(words.line.fault(from, "expected a series"));
    }
    let matchers =
        matchers(text).map_err(|error| words.line.fault(from + error.offset(), error.message()))?;
    let mut pairs = Vec::new();
    for matcher in &matchers {
        let value = matcher.only_value();
        let value =
            value.ok_or_else(|| words.line.fault(from, "a series has labels with `=` alone"))?;
        pairs.push((matcher.name(), value));
    }
    Ok(pairs.into_iter().collect())
}

/// Reads labels as a query has them, which knows all escapes; and those that no query has, such as `{}`.
fn matchers(text: &str) -> Result<Vec<Matcher>, SelectorError> {
    match Expr::parse(text).map(|expr| expr.kind) {
        Ok(ExprKind::Vector(selector)) => Ok(selector.matchers),
        _ => text.parse().map(|selector: Selector| selector.matchers().to_vec()),
    }
}

/// Where the labels end: at the first blank or brace outside of quotes that may end them.
fn labels_end(text: &str) -> usize {
    let mut quote = None;
    let mut escaped = false;
    let mut inside = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(q) if c == '\\' => escaped = q != '`',
            Some(q) => quote = quote.filter(|_| q != c),
            None if inside && matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if c == '{' => inside = true,
            None if c == '}' => return at + 1,
            None if c.is_whitespace() && !inside => {
                // `name {..}` is one series, and `name {{..}}` is one with a histogram.
                let next = text[at..].trim_start();
                if !next.starts_with('{') || next.starts_with("{{") {
                    return at;
                }
            }
            // What follows the name belongs to no label.
            None if c == '@' && !inside => return at,
            None => {}
        }
    }
    text.len()
}

/// Reads the samples on the rest of a line.
pub(super) fn points(words: &mut Words<'_>) -> Result<Vec<Point>, ScriptError> {
    if !words.rest().starts_with(char::is_whitespace) && !words.rest().is_empty() {
        return Err(words.fault("expected a blank between the series and its samples"));
    }
    let mut points = Vec::new();
    loop {
        let rest = words.rest();
        words.at += rest.len() - rest.trim_start().len();
        if words.rest().is_empty() {
            return Ok(points);
        }
        let from = words.at;
        item(words, &mut points)?;
        if points.len() > MOST_POINTS {
            return Err(words.line.fault(from, format!("more than {MOST_POINTS} samples")));
        }
    }
}

/// Reads one item: a sample, or what is short for several.
fn item(words: &mut Words<'_>, points: &mut Vec<Point>) -> Result<(), ScriptError> {
    if words.rest().starts_with("{{") {
        return histograms(words, points);
    }
    let from = words.at;
    let rest = words.rest();
    let item = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    let fault = |part: &str, message: &str| {
        let at = from + (part.as_ptr() as usize - item.as_ptr() as usize);
        Err(words.line.fault(at, message))
    };
    if let Some(gaps) = item.strip_prefix('_') {
        let gaps = match gaps.strip_prefix('x') {
            None if gaps.is_empty() => Some(1),
            Some(times) => count(times),
            None => None,
        };
        let Some(gaps) = gaps else { return fault(item, "expected `_` or `_x` and a number") };
        points.extend(std::iter::repeat_n(Point::Gap, gaps));
        words.at += item.len();
        return Ok(());
    }
    let Some((mut value, after)) = sample(item) else {
        return fault(item, "expected a sample: a number, `_`, `stale` or `{{..}}`");
    };
    let (step, after) = match after.strip_prefix(['+', '-']) {
        None => (None, after),
        Some(unsigned) => match number(unsigned) {
            Some((step, rest)) => (Some(if after.starts_with('-') { -step } else { step }), rest),
            None => return fault(after, "expected a step: a number"),
        },
    };
    let times = match (after.strip_prefix('x'), step) {
        (Some(times), _) => match count(times) {
            Some(times) => times,
            None => return fault(times, "expected how many samples follow"),
        },
        (None, None) if after.is_empty() => 0,
        (None, None) => return fault(after, "expected a blank, `x`, `+` or `-`"),
        (None, Some(_)) => return fault(after, "expected `x` and how many steps"),
    };
    for _ in 0..=times {
        points.push(Point::Float(value));
        // One step after the other, whose errors of rounding add up as in the reference.
        value += step.unwrap_or(0.0);
    }
    words.at += item.len();
    Ok(())
}

/// Reads native histograms only to pass them: from `{{` to `}}`, and what repeats them.
fn histograms(words: &mut Words<'_>, points: &mut Vec<Point>) -> Result<(), ScriptError> {
    let mut times = 0;
    loop {
        let Some(end) = words.rest().find("}}") else {
            return Err(words.fault("`{{` without `}}`"));
        };
        words.at += end + 2;
        let rest = words.rest();
        match rest.as_bytes().first() {
            Some(b'+' | b'-') if rest[1..].starts_with("{{") => words.at += 1,
            Some(b'x') => {
                let item = words.next();
                times = count(&item[1..])
                    .ok_or_else(|| words.fault("expected how many samples follow"))?;
                break;
            }
            Some(b) if !b.is_ascii_whitespace() => {
                return Err(words.fault("expected a blank, `x`, `+{{` or `-{{`"));
            }
            _ => break,
        }
    }
    points.extend(std::iter::repeat_n(Point::Histogram, times + 1));
    Ok(())
}

/// A sample with its sign, and what follows it.
fn sample(text: &str) -> Option<(f64, &str)> {
    if let Some(after) = text.strip_prefix("stale") {
        return Some((STALE, after));
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (value, after) = number(unsigned)?;
    Some((if text.starts_with('-') { -value } else { value }, after))
}

/// How often something is repeated.
fn count(text: &str) -> Option<usize> {
    text.parse().ok().filter(|times| *times <= MOST_POINTS)
}
