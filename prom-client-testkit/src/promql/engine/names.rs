//! Label sets while they are computed with: pairs of numbers, each of which stands for a text.
//!
//! Series of the store lend their pairs. Two texts are equal if their numbers are, so comparing and hashing label
//! sets reads no text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::error::{EvalError, Kind};
use crate::model::Labels;
use crate::store::{Pair, Symbol, Symbols};

/// Pairs, sorted by the names' texts.
pub(crate) type LabelSet<'s> = Cow<'s, [Pair]>;

/// So many bytes of text may a query make: labels of labels double with each function.
const MOST_TEXT: usize = 1 << 24;

/// The texts of the store, and those that a query makes.
#[derive(Debug)]
pub(crate) struct Names<'s> {
    stored: &'s Symbols,
    made: Vec<Arc<str>>,
    /// How many bytes these have.
    length: usize,
    by_text: HashMap<Arc<str>, Symbol>,
}

/// The labels that some operations know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: Symbol,
    pub(crate) kind: Symbol,
    pub(crate) unit: Symbol,
    pub(crate) le: Symbol,
}

/// Which labels tell groups of series from each other.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// These, in the order of their texts.
    Only(Vec<Symbol>),
    /// All but these.
    AllBut(Vec<Symbol>),
}

impl<'s> Names<'s> {
    pub(crate) fn new(stored: &'s Symbols) -> Self {
        Self { stored, made: Vec::new(), length: 0, by_text: HashMap::new() }
    }

    pub(crate) fn text(&self, symbol: Symbol) -> &Arc<str> {
        match symbol.index().checked_sub(self.stored.len()) {
            Some(made) => &self.made[made],
            None => self.stored.text(symbol),
        }
    }

    /// The number of a text, which it gets now if it had none.
    pub(crate) fn symbol(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.stored.find(text).or_else(|| self.by_text.get(text).copied()) {
            return symbol;
        }
        let symbol = Symbol::new(self.stored.len() + self.made.len());
        self.length += text.len();
        let text: Arc<str> = text.into();
        self.made.push(Arc::clone(&text));
        self.by_text.insert(text, symbol);
        symbol
    }

    /// Whether there is room for a text of so many bytes.
    pub(crate) fn room(&self, length: usize) -> Result<(), EvalError> {
        if self.length.saturating_add(length) > MOST_TEXT {
            Err(Kind::TooMuchText.into())
        } else {
            Ok(())
        }
    }

    pub(crate) fn known(&mut self) -> Known {
        Known {
            name: self.symbol(Labels::NAME),
            kind: self.symbol("__type__"),
            unit: self.symbol("__unit__"),
            le: self.symbol("le"),
        }
    }

    /// The numbers of names, in the order of their texts.
    pub(crate) fn sorted(&mut self, names: &[Box<str>]) -> Vec<Symbol> {
        let mut names: Vec<&str> = names.iter().map(|name| &**name).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(|name| self.symbol(name)).collect()
    }

    /// Sets a label. An empty value removes it.
    pub(crate) fn set(&self, labels: &mut LabelSet<'_>, name: Symbol, value: Symbol) {
        let at = labels.iter().position(|(known, _)| *known == name);
        if self.text(value).is_empty() {
            if let Some(at) = at {
                labels.to_mut().remove(at);
            }
            return;
        }
        match at {
            Some(at) if labels[at].1 == value => {}
            Some(at) => labels.to_mut()[at].1 = value,
            None => {
                let text = self.text(name);
                let at = labels.partition_point(|(known, _)| self.text(*known) < text);
                labels.to_mut().insert(at, (name, value));
            }
        }
    }

    pub(crate) fn labels(&self, labels: &[Pair]) -> Labels {
        let text = |symbol| Arc::clone(self.text(symbol));
        Labels::from_sorted(labels.iter().map(|(name, value)| (text(*name), text(*value))))
    }

    /// As [`Labels`] are ordered.
    pub(crate) fn compare(&self, a: &[Pair], b: &[Pair]) -> std::cmp::Ordering {
        let differ = a.iter().zip(b).find(|(a, b)| a != b);
        match differ {
            None => a.len().cmp(&b.len()),
            Some((a, b)) => {
                let texts = |pair: &Pair| (self.text(pair.0), self.text(pair.1));
                texts(a).cmp(&texts(b))
            }
        }
    }
}

impl Known {
    /// Whether a label says what a metric is, and not which of its series.
    pub(crate) fn is_metadata(&self, name: Symbol) -> bool {
        name == self.name || name == self.kind || name == self.unit
    }
}

impl Key {
    /// What a series has in common with the others of its group.
    pub(crate) fn of<'s>(&self, labels: &LabelSet<'s>) -> LabelSet<'s> {
        let keeps = |name: Symbol| match self {
            Self::Only(names) => names.contains(&name),
            Self::AllBut(names) => !names.contains(&name),
        };
        retain(labels, keeps)
    }
}

pub(crate) fn value_of(labels: &[Pair], name: Symbol) -> Option<Symbol> {
    labels.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// The labels that are wanted. Nothing is copied if these are all of them.
pub(crate) fn retain<'s>(labels: &LabelSet<'s>, wanted: impl Fn(Symbol) -> bool) -> LabelSet<'s> {
    if labels.iter().all(|(name, _)| wanted(*name)) {
        return labels.clone();
    }
    Cow::Owned(labels.iter().filter(|(name, _)| wanted(*name)).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// A label set of these texts, sorted by name.
    fn set<'s>(names: &mut Names<'_>, pairs: &[(&str, &str)]) -> LabelSet<'s> {
        pairs.iter().map(|(name, value)| (names.symbol(name), names.symbol(value))).collect()
    }

    #[test]
    fn texts_of_the_store_keep_their_numbers() {
        let mut store = Store::new();
        let mut appender = store.appender();
        let series = appender.series(&[("__name__", "up"), ("job", "shop")].into());
        let at = crate::model::Timestamp::from_millis(0);
        let _ = appender.append(series, at, crate::model::ValueRef::Float(1.0));
        appender.commit();
        let found = store.matching(&[]);
        let mut names = Names::new(store.symbols());
        assert_eq!(set(&mut names, &[("__name__", "up"), ("job", "shop")]), found[0].symbols());
        let new = names.symbol("new");
        assert_eq!((names.symbol("new"), &**names.text(new)), (new, "new"));
        assert!(found[0].symbols().iter().all(|(name, value)| *name != new && *value != new));
    }

    #[test]
    fn labels_are_set_in_their_place_and_removed() {
        let store = Store::new();
        let mut names = Names::new(store.symbols());
        for (name, value, expected) in [
            ("a", "1", r#"{a="1",b="x",d="y"}"#),
            ("c", "1", r#"{b="x",c="1",d="y"}"#),
            ("e", "1", r#"{b="x",d="y",e="1"}"#),
            ("b", "1", r#"{b="1",d="y"}"#),
            ("b", "", r#"{d="y"}"#),
            ("c", "", r#"{b="x",d="y"}"#),
        ] {
            let mut labels = set(&mut names, &[("b", "x"), ("d", "y")]);
            let (name, value) = (names.symbol(name), names.symbol(value));
            names.set(&mut labels, name, value);
            assert_eq!(names.labels(&labels).to_string(), expected);
        }
    }

    #[test]
    fn label_sets_are_ordered_as_their_texts_are() {
        let store = Store::new();
        let mut names = Names::new(store.symbols());
        // Their numbers are in another order.
        names.symbol("z");
        let sets =
            [&[][..], &[("a", "x")], &[("a", "x"), ("b", "y")], &[("a", "z")], &[("b", "a")]];
        for (i, a) in sets.iter().enumerate() {
            for (j, b) in sets.iter().enumerate() {
                let (a, b) = (set(&mut names, a), set(&mut names, b));
                assert_eq!(names.compare(&a, &b), i.cmp(&j), "{i} {j}");
            }
        }
    }

    #[test]
    fn keys_keep_what_groups_have_in_common() {
        let store = Store::new();
        let mut names = Names::new(store.symbols());
        let labels = set(&mut names, &[("a", "1"), ("b", "2"), ("c", "3")]);
        let listed = names.sorted(&["c".into(), "a".into(), "none".into(), "a".into()]);
        let (only, all_but) = (Key::Only(listed.clone()), Key::AllBut(listed));
        assert_eq!(only.of(&labels), set(&mut names, &[("a", "1"), ("c", "3")]));
        assert_eq!(all_but.of(&labels), set(&mut names, &[("b", "2")]));
    }
}
