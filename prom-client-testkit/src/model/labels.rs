//! A set of labels, owned.

use std::fmt;
use std::sync::Arc;

/// What identifies a series: pairs of names and values, sorted by name, the metric's name under
/// [`Labels::NAME`] among them.
///
/// A label with an empty value is the same as no label, so there is none in here. Two `Labels` are equal if
/// they name the same series. Texts are shared: a copy has none of its own.
///
/// # Examples
/// ```
/// use prom_client_testkit::Labels;
///
/// let labels: Labels = [("zone", "a"), ("__name__", "up"), ("job", "shop"), ("none", "")].into();
/// assert_eq!(labels.to_string(), r#"up{job="shop",zone="a"}"#);
/// assert_eq!(labels.get("zone"), Some("a"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Box<[(Arc<str>, Arc<str>)]>);

impl Labels {
    /// Pairs that are sorted by name, each name once and no value empty.
    pub(crate) fn from_sorted(pairs: impl Iterator<Item = (Arc<str>, Arc<str>)>) -> Self {
        let labels = Self(pairs.collect());
        debug_assert!(labels.0.is_sorted_by(|a, b| a.0 < b.0), "{labels} are sorted");
        labels
    }

    /// The label that holds the name of the metric.
    pub const NAME: &'static str = "__name__";

    /// The name of the metric, if there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.get(Self::NAME)
    }

    /// The value of a label, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(n, _)| (**n).cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    /// All pairs, sorted by name.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many labels are set, the metric's name included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same labels without these.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&&**name)).cloned().collect())
    }
}

impl<N: Into<Arc<str>>, V: Into<Arc<str>>> FromIterator<(N, V)> for Labels {
    /// Of several values for one name the last one counts.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut all: Vec<(Arc<str>, Arc<str>)> =
            pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        // A stable sort leaves the last one of a name last.
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.reverse();
        all.dedup_by(|next, kept| next.0 == kept.0);
        all.reverse();
        all.retain(|(_, value)| !value.is_empty());
        Self(all.into())
    }
}

impl<N: Into<Arc<str>>, V: Into<Arc<str>>, const K: usize> From<[(N, V); K]> for Labels {
    fn from(pairs: [(N, V); K]) -> Self {
        pairs.into_iter().collect()
    }
}

impl fmt::Display for Labels {
    /// As in a query: `name{label="value"}`, and names that need it in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let plain = name.is_some_and(|name| is_plain(name, true));
        if let Some(name) = name.filter(|_| plain) {
            f.write_str(name)?;
        }
        let rest = self.iter().filter(|(n, _)| *n != Self::NAME);
        if plain && self.len() == 1 {
            return Ok(());
        }
        f.write_str("{")?;
        let mut comma = "";
        if let Some(name) = name.filter(|_| !plain) {
            quote(name, f)?;
            comma = ",";
        }
        for (name, value) in rest {
            f.write_str(comma)?;
            comma = ",";
            if is_plain(name, false) {
                f.write_str(name)?
            } else {
                quote(name, f)?
            }
            f.write_str("=")?;
            quote(value, f)?;
        }
        f.write_str("}")
    }
}

/// Whether a name needs no quotes.
pub(crate) fn is_plain(name: &str, colons: bool) -> bool {
    let letter = |b: u8| b.is_ascii_alphabetic() || b == b'_' || colons && b == b':';
    name.as_bytes().first().is_some_and(|b| letter(*b))
        && name.bytes().all(|b| letter(b) || b.is_ascii_digit())
}

pub(super) fn quote(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use fmt::Write;

    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            c => f.write_char(c)?,
        }
    }
    f.write_str("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_empty_values_and_repetition_do_not_matter() {
        let expected: Labels = [("a", "1"), ("b", "2")].into();
        for pairs in [
            vec![("b", "2"), ("a", "1")],
            vec![("a", "0"), ("b", "2"), ("a", "1")],
            vec![("c", ""), ("a", "1"), ("b", "2")],
            vec![("c", "3"), ("a", "1"), ("b", "2"), ("c", "")],
        ] {
            assert_eq!(pairs.into_iter().collect::<Labels>(), expected);
        }
    }

    #[test]
    fn names_that_need_it_are_quoted() {
        for (pairs, text) in [
            (vec![("__name__", "a.b")], r#"{"a.b"}"#),
            (vec![("__name__", "a:b")], "a:b"),
            (vec![("__name__", "a.b"), ("c:d", "q\"\\\n")], r#"{"a.b","c:d"="q\"\\\n"}"#),
            (vec![("x", "1")], r#"{x="1"}"#),
            (vec![], "{}"),
        ] {
            assert_eq!(pairs.into_iter().collect::<Labels>().to_string(), text);
        }
    }
}
