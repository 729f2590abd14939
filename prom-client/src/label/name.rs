//! Label names that cannot be wrong.

use std::borrow::Cow;
use std::fmt;

use crate::desc::{NameError, check_identifier};

/// The name of a label: valid by construction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelName(Cow<'static, str>);

impl LabelName {
    /// Parses a label name: ASCII letters, digits and underscores, no digit first, no `__` first.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(name: impl Into<Cow<'static, str>>) -> Result<Self, NameError> {
        let name = name.into();
        check_identifier(&name)?;
        if name.starts_with("__") {
            return Err(NameError::reserved(&name, "__"));
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LabelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
