//! What can be a name: the rules of the library, which has them for run time, on literals and identifiers.

/// Units of the library, by the words that name them, with their constants.
pub(crate) const UNITS: [(&str, &str); 9] = [
    ("seconds", "SECONDS"),
    ("bytes", "BYTES"),
    ("ratio", "RATIO"),
    ("celsius", "CELSIUS"),
    ("meters", "METERS"),
    ("grams", "GRAMS"),
    ("joules", "JOULES"),
    ("volts", "VOLTS"),
    ("amperes", "AMPERES"),
];

/// Units that are not base units, and what to take instead.
const DERIVED: [(&[&str], &str); 7] = [
    (&["milliseconds", "microseconds", "nanoseconds", "ms", "minutes", "hours", "days"], "seconds"),
    (&["second", "sec", "secs", "s"], "seconds"),
    (&["kilobytes", "megabytes", "gigabytes", "kb", "mb", "gb", "bits", "byte"], "bytes"),
    (&["percent", "percentage", "ratios"], "ratio"),
    (&["kilometers", "millimeters", "centimeters", "miles", "feet"], "meters"),
    (&["kilograms", "milligrams", "pounds"], "grams"),
    (&["fahrenheit", "kelvin"], "celsius"),
];

/// What formats put behind names.
const SUFFIXES: [&str; 3] = ["_total", "_bucket", "_created"];

/// Labels that formats use themselves.
const FORMAT_LABELS: [(&str, &str); 2] = [("le", "histograms"), ("quantile", "summaries")];

/// Whether this can be a metric's name or the beginning of one, or what is wrong.
pub(crate) fn check_metric(name: &str) -> Result<(), String> {
    check_identifier(name)?;
    check_prefix(name)
}

/// Whether this can be a label's name, or what is wrong.
pub(crate) fn check_label(name: &str) -> Result<(), String> {
    check_identifier(name)?;
    check_prefix(name)?;
    match FORMAT_LABELS.iter().find(|(label, _)| *label == name) {
        Some((_, kind)) => Err(format!("the label `{name}` is reserved: {kind} use it themselves")),
        None => Ok(()),
    }
}

/// Whether this can be a unit, or what is wrong.
pub(crate) fn check_unit(name: &str) -> Result<(), String> {
    check_identifier(name)?;
    if let Some((_, base)) = DERIVED.iter().find(|(derived, _)| derived.contains(&name)) {
        return Err(format!("`{name}` is no base unit; write `unit = {base}` and record {base}"));
    }
    if name.starts_with('_') {
        return Err(format!("invalid unit `{name}`: it begins with an underscore"));
    }
    let added = |suffix: &str| name == &suffix[1..] || name.ends_with(suffix);
    match SUFFIXES.into_iter().find(|suffix| added(suffix)) {
        Some(suffix) => Err(format!(
            "invalid unit `{name}`: a name with this unit would end in `{suffix}`, which formats add"
        )),
        None => Ok(()),
    }
}

fn check_prefix(name: &str) -> Result<(), String> {
    if name.starts_with("__") {
        return Err(format!("invalid name `{name}`: names beginning with `__` are reserved"));
    }
    Ok(())
}

fn check_identifier(name: &str) -> Result<(), String> {
    let fail = |why: String| Err(format!("invalid name `{}`: {why}", name.escape_debug()));
    if name.is_empty() {
        return fail("it is empty".to_owned());
    }
    for (at, c) in name.chars().enumerate() {
        if !c.is_ascii_alphanumeric() && c != '_' {
            return fail(format!(
                "{c:?} at position {at} is not an ASCII letter, digit or underscore"
            ));
        }
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return fail("it begins with a digit".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Check = fn(&str) -> Result<(), String>;

    #[test]
    fn what_is_no_name_is_refused_with_the_reason() {
        for (check, name, message) in [
            (check_metric as Check, "", "it is empty"),
            (check_metric, "1st", "it begins with a digit"),
            (check_metric, "a-b", "'-' at position 1 is not an ASCII letter, digit or underscore"),
            (check_metric, "naïve", "'ï' at position 2 is not"),
            (check_metric, "__x", "names beginning with `__` are reserved"),
            (check_label, "le", "the label `le` is reserved: histograms use it themselves"),
            (check_label, "quantile", "summaries use it themselves"),
            (check_label, "__name__", "names beginning with `__` are reserved"),
            (check_unit, "ms", "`ms` is no base unit; write `unit = seconds` and record seconds"),
            (check_unit, "total", "would end in `_total`, which formats add"),
            (check_unit, "_x", "it begins with an underscore"),
        ] {
            let error = check(name).expect_err(name);
            assert!(error.contains(message), "{name}: {error}");
        }
        for name in ["a", "_a", "http2_requests"] {
            assert_eq!(check_metric(name).and(check_label(name)), Ok(()), "{name}");
        }
        assert_eq!(check_unit("euros"), Ok(()));
    }
}
