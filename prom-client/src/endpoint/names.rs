//! Which families a scrape is of.

use std::collections::HashSet;

use crate::desc::{Desc, Escaping};

/// The names that a query asks for.
#[derive(Debug)]
pub(super) enum Wanted {
    All,
    Named(HashSet<String>),
}

impl Wanted {
    /// Reads each `name[]` of a query; what else is in it means nothing here.
    pub(super) fn parse(query: &str) -> Self {
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let names = pairs.filter(|(key, _)| decode(key) == "name[]");
        let names: HashSet<String> = names.map(|(_, name)| decode(name)).collect();
        if names.is_empty() { Self::All } else { Self::Named(names) }
    }

    /// Whether the family, or one of the names that its samples have in any format, is asked for.
    pub(super) fn has(&self, desc: &Desc, escaping: Escaping) -> bool {
        let Self::Named(names) = self else {
            return true;
        };
        let escaped = escaping.family_name(desc);
        [desc.name(), &*escaped].into_iter().any(|family| {
            let mut suffixes = desc.kind().sample_suffixes().iter();
            suffixes.any(|suffix| names.contains(&format!("{family}{suffix}")))
        })
    }
}

/// Undoes what a form does to text: spaces as pluses, and bytes as percent signs with two digits. What is not
/// well-formed stays.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let (byte, behind) = match (first, behind) {
            (b'+', _) => (b' ', behind),
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, after),
                _ => (b'%', behind),
            },
            _ => (*first, behind),
        };
        bytes.push(byte);
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::desc::{Kind, Names};

    fn has(query: &str, name: &str, kind: Kind, escaping: Escaping) -> bool {
        let desc = Desc::new_in(Names::Utf8, name, "", kind).unwrap();
        Wanted::parse(query).has(&desc, escaping)
    }

    #[test]
    fn a_family_is_named_by_its_name_or_by_one_of_its_samples() {
        use Escaping::{AllowUtf8, Dots, Underscores};
        for (query, name, kind, escaping, expected) in [
            ("", "jobs", Kind::Counter, Underscores, true),
            ("a=b&name=x&c", "jobs", Kind::Counter, Underscores, true),
            ("name[]=jobs", "jobs", Kind::Counter, Underscores, true),
            ("name[]=jobs_total", "jobs", Kind::Counter, Underscores, true),
            ("name%5B%5D=jobs", "jobs", Kind::Counter, Underscores, true),
            ("name%5b%5d=jo%62s", "jobs", Kind::Counter, Underscores, true),
            ("name[]=other&name[]=jobs", "jobs", Kind::Counter, Underscores, true),
            ("name[]=other", "jobs", Kind::Counter, Underscores, false),
            ("name[]=", "jobs", Kind::Counter, Underscores, false),
            ("name[]", "jobs", Kind::Counter, Underscores, false),
            ("name[]=job", "jobs", Kind::Counter, Underscores, false),
            ("name[]=jobs_total", "jobs", Kind::Gauge, Underscores, false),
            ("name[]=size_bucket", "size", Kind::Histogram, Underscores, true),
            ("name[]=size_count", "size", Kind::Summary, Underscores, true),
            ("name[]=size_gcount", "size", Kind::GaugeHistogram, Underscores, true),
            ("name[]=build_info", "build", Kind::Info, Underscores, true),
            ("name[]=a.b", "a.b", Kind::Gauge, AllowUtf8, true),
            ("name[]=a.b", "a.b", Kind::Gauge, Underscores, true),
            ("name[]=a_b", "a.b", Kind::Gauge, Underscores, true),
            ("name[]=a_b", "a.b", Kind::Gauge, AllowUtf8, false),
            ("name[]=a_dot_b_total", "a.b", Kind::Counter, Dots, false),
            ("name[]=a_dot_b__total", "a.b", Kind::Counter, Dots, true),
            ("name[]=a+b%C3%A9", "a bé", Kind::Gauge, Underscores, true),
        ] {
            assert_eq!(has(query, name, kind, escaping), expected, "{query} {name} {escaping:?}");
        }
    }

    #[test]
    fn what_is_not_well_formed_stays() {
        for (text, decoded) in
            [("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%%41", "%A"), ("a%ff", "a\u{fffd}")]
        {
            assert_eq!(decode(text), decoded);
        }
    }

    proptest! {
        #[test]
        fn any_query_is_read(query in "\\PC*|(name(\\[\\]|%5B%5D)=[a%0-9+&=]*&?)*") {
            has(&query, "jobs", Kind::Counter, Escaping::Underscores);
        }

        #[test]
        fn any_name_is_found_when_it_is_encoded(name in "[^\0]+x") {
            prop_assume!(!name.starts_with("__"));
            let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let query = format!("name[]={encoded}");
            prop_assert!(has(&query, &name, Kind::Gauge, Escaping::AllowUtf8));
        }
    }
}
