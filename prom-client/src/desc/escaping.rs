//! How names outside the classic set are written for readers that know only that.

use std::borrow::Cow;
use std::fmt::Write;

use super::{Desc, Kind};

/// What becomes of a name that is not [classic](crate::Names::Classic) in an exposition.
///
/// The schemes are those of Prometheus. Each leaves classic names as they are, and label values
/// alone. For `http.requests_total`:
///
/// | scheme | name | can be undone |
/// |---|---|---|
/// | `Underscores` | `http_requests_total` | no |
/// | `Dots` | `http_dot_requests__total` | if there were only dots |
/// | `Values` | `U__http_2e_requests__total` | yes, but for the suffixes of histograms |
/// | `AllowUtf8` | `"http.requests_total"`, quoted | nothing is lost |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Escaping {
    /// Each character outside the set becomes an underscore.
    #[default]
    Underscores,
    /// A dot becomes `_dot_`; an underscore, and any other character outside the set, becomes two.
    Dots,
    /// A character outside the set becomes its number between underscores, behind `U__`.
    Values,
    /// None: such names stand in quotes, which Prometheus reads since 3.0.
    AllowUtf8,
}

/// Whether a colon is in the classic set: in names of metrics it is, in names of labels it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colons {
    Classic,
    Others,
}

impl Colons {
    /// In the name of a metric of this kind: a state set's is that of a label too.
    fn of_metric(kind: Kind) -> Self {
        match kind {
            Kind::StateSet => Self::Others,
            _ => Self::Classic,
        }
    }
}

impl Escaping {
    /// The schemes that change names.
    pub(crate) const CHANGING: [Self; 3] = [Self::Underscores, Self::Dots, Self::Values];

    /// The scheme's name in HTTP headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Underscores => "underscores",
            Self::Dots => "dots",
            Self::Values => "values",
            Self::AllowUtf8 => "allow-utf-8",
        }
    }

    /// The scheme of this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let all = [Self::Underscores, Self::Dots, Self::Values, Self::AllowUtf8];
        all.into_iter().find(|scheme| name.eq_ignore_ascii_case(scheme.as_str()))
    }

    /// What a family's samples are named by in this scheme, up to the suffixes that formats add.
    ///
    /// To servers a counter's `_total` and an info's `_info` are parts of its name, so they are escaped
    /// with it, and what is left of them cut off again: the suffix behind the result makes the same name
    /// in all formats.
    pub(crate) fn family_name(self, desc: &Desc) -> Cow<'_, str> {
        let name = desc.name();
        if desc.has_classic_name() || self == Self::AllowUtf8 {
            return Cow::Borrowed(name);
        }
        let suffix = desc.kind().suffix();
        let colons = Colons::of_metric(desc.kind());
        let mut escaped = self.escape(&format!("{name}{suffix}"), colons);
        escaped.truncate(escaped.len() - suffix.len());
        Cow::Owned(escaped)
    }

    /// What becomes of a label's name, if it is not classic.
    ///
    /// A colon is escaped here. Go's library lets it be, which no server reads.
    pub(crate) fn label_name(self, name: &str) -> String {
        self.escape(name, Colons::Others)
    }

    /// The algorithm alone, for names of any kind.
    fn escape(self, name: &str, colons: Colons) -> String {
        if self == Self::AllowUtf8 || (self == Self::Values && is_classic(name, colons)) {
            return name.to_owned();
        }
        let mut to = String::with_capacity(name.len() + name.len() / 2);
        if self == Self::Values {
            to.push_str("U__");
        }
        for (i, c) in name.chars().enumerate() {
            match self {
                Self::Dots | Self::Values if c == '_' => to.push_str("__"),
                _ if is_classic_at(c, i, colons) => to.push(c),
                Self::Dots if c == '.' => to.push_str("_dot_"),
                Self::Dots => to.push_str("__"),
                Self::Values => {
                    write!(to, "_{:x}_", u32::from(c)).expect("strings take all that is written");
                }
                Self::Underscores | Self::AllowUtf8 => to.push('_'),
            }
        }
        to
    }
}

/// Whether a metric of this name and kind needs neither quotes nor escaping. The name of a recording rule
/// does not, unless it is the name of a state set's label too.
pub(super) fn is_classic_metric_name(name: &str, kind: Kind) -> bool {
    is_classic(name, Colons::of_metric(kind))
}

/// Whether a label of this name needs neither quotes nor escaping.
pub(crate) fn is_classic_label_name(name: &str) -> bool {
    is_classic(name, Colons::Others)
}

/// The empty name is in no set, and there is nothing in it to escape.
fn is_classic(name: &str, colons: Colons) -> bool {
    // No byte of a longer character is ASCII.
    name.bytes().enumerate().all(|(i, byte)| is_classic_at(char::from(byte), i, colons))
}

fn is_classic_at(c: char, at: usize, colons: Colons) -> bool {
    c.is_ascii_alphabetic()
        || c == '_'
        || (at > 0 && c.is_ascii_digit())
        || (c == ':' && colons == Colons::Classic)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::Names;
    use super::*;

    /// The inverse of the dots, as servers apply it.
    fn undo_dots(name: &str) -> String {
        name.replace("_dot_", ".").replace("__", "_")
    }

    /// The inverse of the values, as servers apply it: what is not well-formed stays as it is.
    fn undo_values(name: &str) -> String {
        let undo = |mut rest: &str| {
            let mut to = String::new();
            while let Some((before, behind)) = rest.split_once('_') {
                to.push_str(before);
                let (number, behind) = behind.split_once('_')?;
                if number.is_empty() {
                    to.push('_');
                } else {
                    let number = Some(number).filter(|number| number.len() <= 6)?;
                    to.push(char::from_u32(u32::from_str_radix(number, 16).ok()?)?);
                }
                rest = behind;
            }
            Some(to + rest)
        };
        name.strip_prefix("U__").and_then(undo).unwrap_or_else(|| name.to_owned())
    }

    /// The data of the project's corpora, which lie beside the workspace: what Prometheus' own
    /// library makes of names.
    #[test]
    fn escaping_conformance() {
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
        let folder = match std::env::var_os("PROM_CORPORA") {
            Some(named) => named.into(),
            None if default.is_dir() => default,
            None => return println!("skipped: no corpora"),
        };
        let file = folder.join("tables/escaping.json");
        let file =
            std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let table: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let escaped = table["escape_name"].as_array().unwrap();
        for case in escaped {
            let name = case["input"].as_str().unwrap();
            for scheme in Escaping::CHANGING {
                let escaped = scheme.escape(name, Colons::Classic);
                assert_eq!(escaped, case[scheme.as_str()].as_str().unwrap(), "{scheme:?} {name:?}");
            }
            assert_eq!(Escaping::AllowUtf8.escape(name, Colons::Classic), name);
            let dots = Escaping::Dots.escape(name, Colons::Classic);
            assert_eq!(undo_dots(&dots), case["dots_unescaped"].as_str().unwrap(), "{name:?}");
            assert_eq!(undo_values(&Escaping::Values.escape(name, Colons::Classic)), name);
        }
        let undone = table["unescape_values"].as_array().unwrap();
        for case in undone {
            let name = case["input"].as_str().unwrap();
            assert_eq!(undo_values(name), case["output"].as_str().unwrap(), "{name:?}");
        }
        println!("escaping: {} cases", escaped.len() + undone.len());
        assert!(!escaped.is_empty() && !undone.is_empty());
    }

    #[test]
    fn only_names_that_are_not_classic_are_escaped() {
        for (name, kind, underscores, dots, values) in [
            ("jobs", Kind::Counter, "jobs", "jobs", "jobs"),
            ("a:b_c", Kind::Gauge, "a:b_c", "a:b_c", "a:b_c"),
            ("a.b", Kind::Counter, "a_b", "a_dot_b_", "U__a_2e_b_"),
            ("a.b", Kind::Histogram, "a_b", "a_dot_b", "U__a_2e_b"),
            ("a.b", Kind::Info, "a_b", "a_dot_b_", "U__a_2e_b_"),
            ("a:b.c", Kind::Gauge, "a:b_c", "a:b_dot_c", "U__a:b_2e_c"),
            ("a:b.c", Kind::StateSet, "a_b_c", "a__b_dot_c", "U__a_3a_b_2e_c"),
            ("a:b", Kind::StateSet, "a_b", "a__b", "U__a_3a_b"),
            ("a_b", Kind::StateSet, "a_b", "a_b", "a_b"),
            ("1abc", Kind::Gauge, "_abc", "__abc", "U___31_abc"),
        ] {
            let desc = Desc::new_in(Names::Utf8, name, "", kind).unwrap();
            let names = Escaping::CHANGING.map(|scheme| scheme.family_name(&desc).into_owned());
            assert_eq!(names, [underscores, dots, values]);
            assert_eq!(Escaping::AllowUtf8.family_name(&desc), name);
        }
        for (name, underscores, dots, values) in
            [("a:b", "a_b", "a__b", "U__a_3a_b"), ("a b_", "a_b_", "a__b__", "U__a_20_b__")]
        {
            let names = Escaping::CHANGING.map(|scheme| scheme.label_name(name));
            assert_eq!(names, [underscores, dots, values]);
            assert_eq!(Escaping::AllowUtf8.label_name(name), name);
        }
    }

    #[test]
    fn schemes_are_found_by_their_names() {
        for scheme in [Escaping::AllowUtf8].into_iter().chain(Escaping::CHANGING) {
            assert_eq!(Escaping::parse(scheme.as_str()), Some(scheme));
        }
        assert_eq!(Escaping::parse("Allow-UTF-8"), Some(Escaping::AllowUtf8));
        assert_eq!(Escaping::parse("rot13"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_escaped_is_classic_and_values_can_be_undone(name in "[^\0]+") {
            for scheme in Escaping::CHANGING {
                prop_assert!(is_classic_label_name(&scheme.label_name(&name)));
                prop_assert!(is_classic(&scheme.escape(&name, Colons::Classic), Colons::Classic));
            }
            // A name that begins like an escaped one is classic, and stays.
            prop_assume!(!name.starts_with("U__"));
            prop_assert_eq!(undo_values(&Escaping::Values.label_name(&name)), name);
        }
    }
}
