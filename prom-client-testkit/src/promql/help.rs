//! What a user could do about a mistake, where that can be told.

use super::{AggregateOp, Function, ValueType};

/// What a server has to be started with, so that it takes an experiment.
pub(super) fn experiment(feature: &str) -> String {
    format!("an experiment, which a server takes with --enable-feature={feature}")
}

/// What may be meant instead of a function that there is not.
pub(super) fn unknown_function(name: &str) -> Option<String> {
    if name == "holt_winters" {
        return Some("it is named `double_exponential_smoothing` since Prometheus 3".to_owned());
    }
    let functions = Function::ALL.iter().map(|function| function.name());
    let aggregates = AggregateOp::ALL.iter().map(|op| op.name());
    let lower = name.to_ascii_lowercase();
    let distance = |known: &str| distance(lower.as_bytes(), known.as_bytes());
    let (nearest, far) = functions
        .chain(aggregates)
        .map(|known| (known, distance(known)))
        .min_by_key(|(_, distance)| *distance)?;
    // A third of the name may be wrong.
    (far * 3 <= nearest.len()).then(|| format!("did you mean `{nearest}`?"))
}

/// What makes the type that is wanted out of the one that is there.
pub(super) fn wrong_type(wanted: ValueType, found: ValueType) -> Option<String> {
    let help = match (wanted, found) {
        (ValueType::RangeVector, ValueType::InstantVector) => {
            "give a range to a selector, like `up[5m]`, or range and step to an expression, like `(..)[5m:1m]`"
        }
        (ValueType::InstantVector, ValueType::RangeVector) => {
            "leave out the range, or make one value of it with a function like `rate` or `avg_over_time`"
        }
        (ValueType::InstantVector, ValueType::Scalar) => "`vector(..)` makes a vector of a number",
        (ValueType::Scalar, ValueType::InstantVector) => {
            "`scalar(..)` makes a number of a vector with one series"
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// How many letters are to be put in, taken out or replaced, up to the length of a long name.
fn distance(left: &[u8], right: &[u8]) -> usize {
    const LONGEST: usize = 40;
    if left.len() > LONGEST {
        return left.len();
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_proposed_if_it_is_near() {
        for (name, help) in [
            ("Rate", Some("did you mean `rate`?")),
            ("sum_overtime", Some("did you mean `sum_over_time`?")),
            ("histogram_quantil", Some("did you mean `histogram_quantile`?")),
            ("holt_winters", Some("it is named `double_exponential_smoothing` since Prometheus 3")),
            ("frobnicate", None),
            ("x", None),
        ] {
            assert_eq!(unknown_function(name).as_deref(), help, "{name}");
        }
        assert_eq!(unknown_function(&"x".repeat(1_000_000)), None);
    }

    #[test]
    fn letters_are_counted() {
        for (left, right, apart) in
            [("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "adc", 1), ("rate", "irat", 2)]
        {
            assert_eq!(distance(left.as_bytes(), right.as_bytes()), apart, "{left} {right}");
        }
    }
}
