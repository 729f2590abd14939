//! A condition on one label, asked of many series.

use std::collections::HashMap;

use super::symbols::{Pair, Symbol, Symbols};
use crate::model::Matcher;

/// A [`Matcher`] that remembers what it said of each value.
#[derive(Debug)]
pub(super) struct LabelTest<'a> {
    matcher: &'a Matcher,
    /// The label, if any series has it.
    name: Option<Symbol>,
    /// Whether series without the label are meant.
    absent: bool,
    /// What the value has to be, where there is one that it has to be.
    only: Option<Option<Symbol>>,
    said: HashMap<Symbol, bool>,
}

impl<'a> LabelTest<'a> {
    pub(super) fn new(symbols: &Symbols, matcher: &'a Matcher) -> Self {
        Self {
            matcher,
            name: symbols.find(matcher.name()),
            absent: matcher.matches(""),
            only: matcher.only_value().map(|value| symbols.find(value)),
            said: HashMap::new(),
        }
    }

    /// Whether it holds for a series of these labels.
    pub(super) fn matches(&mut self, symbols: &Symbols, pairs: &[Pair]) -> bool {
        let Some((_, value)) = pairs.iter().find(|(name, _)| Some(*name) == self.name) else {
            return self.absent;
        };
        if let Some(only) = self.only {
            return only == Some(*value);
        }
        *self.said.entry(*value).or_insert_with(|| self.matcher.matches(symbols.text(*value)))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Labels, Matcher, Selector, Timestamp, ValueRef};
    use crate::store::Store;

    #[test]
    fn both_ways_to_select_find_the_same_series() {
        let mut store = Store::new();
        let mut appender = store.appender();
        for (job, zone) in [("b", "1"), ("a", "2"), ("", "1"), ("a", ""), ("c", "3")] {
            let series =
                appender.series(&[("__name__", "up"), ("job", job), ("zone", zone)].into());
            let at = Timestamp::from_millis(1);
            appender.append(series, at, ValueRef::Float(1.0)).expect("it is the first one");
        }
        appender.series(&Labels::from([("__name__", "empty")]));
        appender.commit();
        for matchers in [
            vec![],
            vec![Matcher::equal("job", "a")],
            vec![Matcher::equal("job", "")],
            vec![Matcher::not_equal("job", "a"), Matcher::not_equal("zone", "")],
            vec![Matcher::not_equal("job", "")],
            vec![Matcher::equal("job", "unknown")],
            vec![Matcher::equal("unknown", "")],
            vec![Matcher::not_equal("unknown", "")],
        ] {
            let sorted = store.select(&Selector::new(matchers.clone()));
            let mut found: Vec<Labels> =
                store.matching(&matchers).iter().map(|s| s.labels()).collect();
            found.sort();
            assert_eq!(
                found,
                sorted.iter().map(|s| s.labels()).collect::<Vec<_>>(),
                "{matchers:?}"
            );
        }
        let all: Vec<Labels> = store.matching(&[]).iter().map(|series| series.labels()).collect();
        assert_eq!(all[0].get("job"), Some("b"), "in the order in which they began");
    }
}
