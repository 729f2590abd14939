//! Units that names of metrics have, and those that they should have.

/// Units, and the base unit of each.
const UNITS: &[(&str, &str)] = &[
    ("amperes", "amperes"),
    ("bytes", "bytes"),
    ("celsius", "celsius"),
    ("grams", "grams"),
    ("joules", "joules"),
    ("kelvin", "kelvin"),
    ("meters", "meters"),
    ("metres", "metres"),
    ("seconds", "seconds"),
    ("volts", "volts"),
    ("minutes", "seconds"),
    ("hours", "seconds"),
    ("days", "seconds"),
    ("weeks", "seconds"),
    ("kelvins", "kelvin"),
    ("fahrenheit", "celsius"),
    ("rankine", "celsius"),
    ("inches", "meters"),
    ("yards", "meters"),
    ("miles", "meters"),
    ("bits", "bytes"),
    ("calories", "joules"),
    ("pounds", "grams"),
    ("ounces", "grams"),
];

/// Prefixes of units. `mibi` and `gibi` are spelled as the reference has them.
const PREFIXES: &[&str] = &[
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
];

/// Short forms of units.
const ABBREVIATIONS: &[&str] =
    &["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"];

/// The first unit in a name, and the base unit that belongs there.
pub(super) fn unit(name: &str) -> Option<(&str, &'static str)> {
    let base = |unit: &str| UNITS.iter().find(|(name, _)| *name == unit).map(|(_, base)| *base);
    name.split('_').find_map(|word| {
        let mut stems = PREFIXES.iter().filter_map(|prefix| word.strip_prefix(prefix));
        base(word).or_else(|| stems.find_map(base)).map(|base| (word, base))
    })
}

/// The short forms that a name has, each once.
pub(super) fn abbreviations(name: &str) -> impl Iterator<Item = &'static str> {
    let name = name.to_lowercase();
    ABBREVIATIONS.iter().copied().filter(move |short| super::rules::has_word(&name, short))
}
