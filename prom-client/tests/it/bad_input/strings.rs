//! Strings that would end the text around them.

use prom_client::{Family, Format, Gauge, Registry};
use proptest::prelude::*;

use super::{BYSTANDER, Result, registry};
use crate::support::{exposition, text};

#[test]
fn special_characters_in_help_and_labels_are_escaped() -> Result {
    // Given; in a label; in the help of text; in the help of OpenMetrics.
    for (given, label, help, openmetrics) in [
        ("a \"b\"", "a \\\"b\\\"", "a \"b\"", "a \\\"b\\\""),
        ("a\\b\\", "a\\\\b\\\\", "a\\\\b\\\\", "a\\\\b\\\\"),
        ("a\nb\n", "a\\nb\\n", "a\\nb\\n", "a\\nb\\n"),
        ("\\n", "\\\\n", "\\\\n", "\\\\n"),
        (
            "\"} 1\nx 2\n# EOF\n",
            "\\\"} 1\\nx 2\\n# EOF\\n",
            "\"} 1\\nx 2\\n# EOF\\n",
            "\\\"} 1\\nx 2\\n# EOF\\n",
        ),
        ("a\r\tb\0c", "a\r\tb\0c", "a\r\tb\0c", "a\r\tb\0c"),
        (
            "naïve 🦀 \u{202e}\u{feff}\u{10ffff}",
            "naïve 🦀 \u{202e}\u{feff}\u{10ffff}",
            "naïve 🦀 \u{202e}\u{feff}\u{10ffff}",
            "naïve 🦀 \u{202e}\u{feff}\u{10ffff}",
        ),
        (" {}=,#\u{2028} ", " {}=,#\u{2028} ", " {}=,#\u{2028} ", " {}=,#\u{2028} "),
    ] {
        let registry = registry();
        let part = registry.with_label("constant", given)?;
        let family: Family<(&str,), Gauge> = part.metric("z", given).labels(["own"]).register()?;
        family.with(&(given,)).set(1);
        let line = format!("z{{constant=\"{label}\",own=\"{label}\"}} 1\n");
        assert_eq!(text(&registry), format!("{BYSTANDER}# HELP z {help}\n# TYPE z gauge\n{line}"));
        assert_eq!(
            exposition(&registry, Format::OpenMetrics),
            format!(
                "# TYPE bystander gauge\n# HELP bystander Was here before.\nbystander 7\n\
                 # TYPE z gauge\n# HELP z {openmetrics}\n{line}# EOF\n"
            )
        );
        assert_eq!(registry.snapshot().gauge("z", &[("own", given), ("constant", given)]), Some(1));
    }
    Ok(())
}

/// What a reader makes of an escaped string.
fn unescaped(text: &str) -> String {
    let mut given = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        given.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => '\n',
                Some(c) => c,
                None => panic!("a backslash at the end of {text:?}"),
            },
            (c, false) => c,
        });
    }
    given
}

proptest! {
    #[test]
    fn any_string_can_be_read_back_from_both_formats(help in any::<String>(), value in any::<String>()) {
        let registry = Registry::new();
        let family: Family<(&str,), Gauge> = registry.metric("g", &help).labels(["a"]).register().unwrap();
        family.with(&(&value,)).set(1);
        for format in [Format::Text, Format::OpenMetrics] {
            let text = exposition(&registry, format);
            let find = |before: &str, after: &str| {
                let line = text.split('\n').find_map(|line| line.strip_prefix(before));
                line.and_then(|line| line.strip_suffix(after)).map(unescaped)
            };
            prop_assert_eq!(find("g{a=\"", "\"} 1"), Some(value.clone()));
            prop_assert_eq!(find("# HELP g ", "").unwrap_or_default(), help.clone());
            let end = usize::from(format == Format::OpenMetrics);
            prop_assert_eq!(text.matches('\n').count(), 2 + usize::from(!help.is_empty()) + end);
        }
    }
}
