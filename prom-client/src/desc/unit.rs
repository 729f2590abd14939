//! Units.

use std::borrow::Cow;
use std::fmt;

use super::NameError;

/// A unit, in the plural form that stands in metric names: `seconds`, `bytes`.
///
/// Prometheus counts in base units: seconds, not milliseconds; bytes, not megabytes; ratios from 0
/// to 1, not percent. The constants are those.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unit(Cow<'static, str>);

impl Unit {
    /// Time.
    pub const SECONDS: Self = Self(Cow::Borrowed("seconds"));
    /// Data.
    pub const BYTES: Self = Self(Cow::Borrowed("bytes"));
    /// A share, from 0 to 1.
    pub const RATIO: Self = Self(Cow::Borrowed("ratio"));
    /// Temperature.
    pub const CELSIUS: Self = Self(Cow::Borrowed("celsius"));
    /// Length.
    pub const METERS: Self = Self(Cow::Borrowed("meters"));
    /// Mass.
    pub const GRAMS: Self = Self(Cow::Borrowed("grams"));
    /// Energy.
    pub const JOULES: Self = Self(Cow::Borrowed("joules"));
    /// Voltage.
    pub const VOLTS: Self = Self(Cow::Borrowed("volts"));
    /// Electric current.
    pub const AMPERES: Self = Self(Cow::Borrowed("amperes"));

    /// Any other unit: ASCII letters, digits and underscores, beginning with a letter.
    ///
    /// # Errors
    /// When `name` is empty or has another character.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Result<Self, NameError> {
        let name = name.into();
        super::name::check_unit(&name)?;
        Ok(Self(name))
    }

    /// The unit as it stands in names.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
