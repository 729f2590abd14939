//! Relabelling: rules that rewrite labels, or drop what has them.

mod builder;
mod error;
mod rule;

pub use builder::RelabelBuilder;
pub use error::RelabelError;
pub use rule::{Action, RelabelRule};

use std::borrow::Cow;

use crate::model::Labels;

/// Applies rules one after the other; `None` if one of them drops these labels.
///
/// The same rules serve targets (`relabel_configs`), before they are scraped, and samples
/// (`metric_relabel_configs`), before they are kept.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Action, Labels, RelabelRule, relabel};
///
/// let rules = [
///     RelabelRule::new(Action::Drop).source_labels(["path"]).regex("/internal/.*").build()?,
///     RelabelRule::new(Action::Replace)
///         .source_labels(["host"])
///         .regex(r"([^.]+)\..*")
///         .target_label("machine")
///         .build()?,
/// ];
/// let labels: Labels = [("host", "web1.example.com"), ("path", "/shop")].into();
/// let relabelled = relabel(&labels, &rules).unwrap();
/// assert_eq!(relabelled.get("machine"), Some("web1"));
///
/// let labels: Labels = [("host", "web1.example.com"), ("path", "/internal/debug")].into();
/// assert_eq!(relabel(&labels, &rules), None);
/// # Ok::<(), prom_client_testkit::RelabelError>(())
/// ```
#[must_use]
pub fn relabel(labels: &Labels, rules: &[RelabelRule]) -> Option<Labels> {
    let mut draft = Draft::new(labels);
    rules.iter().all(|rule| rule.apply(&mut draft)).then(|| draft.finish())
}

/// Labels that are being rewritten.
struct Draft<'a> {
    /// Labels in the order in which rules see them: those that were there, by name, then those that were set, as
    /// they came. The order decides which of two labels wins that are mapped to one name.
    labels: Vec<(Cow<'a, str>, Cow<'a, str>, IsNew)>,
}

type IsNew = bool;

impl<'a> Draft<'a> {
    fn new(labels: &'a Labels) -> Self {
        Self { labels: labels.iter().map(|(n, v)| (n.into(), v.into(), false)).collect() }
    }

    /// The value of a label, empty if it is not set.
    fn get(&self, name: &str) -> &str {
        self.labels.iter().find(|(n, ..)| n == name).map_or("", |(_, value, _)| value)
    }

    /// Sets a label; to nothing, it is no more.
    fn set(&mut self, name: &str, value: String) {
        if value.is_empty() {
            return self.remove(name);
        }
        match self.labels.iter_mut().find(|(n, _, is_new)| n == name && *is_new) {
            Some((_, old, _)) => *old = value.into(),
            None => {
                self.remove(name);
                self.labels.push((name.to_owned().into(), value.into(), true));
            }
        }
    }

    fn remove(&mut self, name: &str) {
        self.labels.retain(|(n, ..)| n != name);
    }

    fn finish(self) -> Labels {
        let labels = self.labels.into_iter();
        labels.map(|(name, value, _)| (name.into_owned(), value.into_owned())).collect()
    }
}
