//! Label names that cannot be wrong.

use std::borrow::Cow;
use std::fmt;

use crate::desc::{Escaping, NameError, Names, is_classic_label_name};

/// The name of a label: valid by construction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelName {
    text: Cow<'static, str>,
    /// Whether it needs neither quotes nor escaping, asked here once and not by every scrape.
    is_classic: bool,
}

impl LabelName {
    /// Parses a label name: ASCII letters, digits and underscores, no digit first, no `__` first.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(name: impl Into<Cow<'static, str>>) -> Result<Self, NameError> {
        Self::parse_in(Names::Classic, name)
    }

    /// Parses a label name out of this set.
    ///
    /// # Errors
    /// When it is none, begins with `__`, or would become `__name__` where names are escaped.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{LabelName, Names};
    ///
    /// assert_eq!(LabelName::parse_in(Names::Utf8, "http.method")?.as_str(), "http.method");
    /// assert!(LabelName::parse("http.method").is_err());
    /// # Ok::<(), prom_client::NameError>(())
    /// ```
    pub fn parse_in(names: Names, name: impl Into<Cow<'static, str>>) -> Result<Self, NameError> {
        let name = name.into();
        names.check(&name)?;
        if name.starts_with("__") {
            return Err(NameError::reserved(&name, "__"));
        }
        let is_classic = names == Names::Classic || is_classic_label_name(&name);
        // It would be a second name of the metric, for which servers refuse a whole scrape.
        let is_name = |scheme: Escaping| scheme.label_name(&name) == "__name__";
        if !is_classic && Escaping::CHANGING.into_iter().any(is_name) {
            return Err(NameError::escaped(&name, "__name__"));
        }
        Ok(Self { text: name, is_classic })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name in this scheme.
    pub(crate) fn escaped(&self, scheme: Escaping) -> Cow<'_, str> {
        if self.is_classic {
            return Cow::Borrowed(&self.text);
        }
        Cow::Owned(scheme.label_name(&self.text))
    }

    /// Whether it needs neither quotes nor escaping.
    pub(crate) fn is_classic(&self) -> bool {
        self.is_classic
    }
}

impl fmt::Display for LabelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
