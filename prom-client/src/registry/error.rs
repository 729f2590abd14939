//! Why something cannot be registered.

use std::fmt;
use std::panic::Location;

use crate::desc::{Kind, NameError};
use crate::label::SchemaError;
use crate::metric::{BucketsError, QuantilesError};

/// Why a metric or collector was not registered. Nothing changed.
///
/// # Examples
/// ```
/// use prom_client::{Counter, Gauge, Registry};
///
/// let registry = Registry::new();
/// let jobs: Counter = registry.register("jobs", "Jobs done.")?;
/// let error = registry.register::<Gauge>("jobs", "Jobs under way.").unwrap_err();
/// let message = error.to_string();
/// assert!(message.starts_with("gauge `jobs` at "), "{message}");
/// assert!(message.contains("exposes `jobs`, as does counter `jobs` at "), "{message}");
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct RegisterError(Box<Why>);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Why {
    Name(NameError),
    Schema(SchemaError),
    Buckets(BucketsError),
    Quantiles(QuantilesError),
    Unnamed,
    NoTime,
    Taken { name: String, new: Site, old: Site },
    Alike { name: String, new: Site, old: Site },
    Different { what: &'static str, new: Site, old: Site },
    Full,
}

/// A registration: what, and where in the program.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Site {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) at: &'static Location<'static>,
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.escape_debug();
        write!(f, "{} `{name}` at {}:{}", self.kind, self.at.file(), self.at.line())
    }
}

impl RegisterError {
    pub(super) fn new(why: Why) -> Self {
        Self(Box::new(why))
    }

    /// Whether the reason is another registration that exposes the same name.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(*self.0, Why::Taken { .. } | Why::Alike { .. } | Why::Different { .. })
    }
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Why::Name(error) => write!(f, "{error}"),
            Why::Schema(error) => write!(f, "{error}"),
            Why::Buckets(error) => write!(f, "{error}"),
            Why::Quantiles(error) => write!(f, "{error}"),
            Why::Unnamed => f.write_str("the labels have no names; give them with `labels`"),
            Why::NoTime => {
                f.write_str("a time-to-live of zero leaves a series no time to be scraped")
            }
            Why::Taken { name, new, old } => {
                write!(f, "{new} exposes `{}`, as does {old}", name.escape_debug())
            }
            Why::Alike { name, new, old } => {
                write!(
                    f,
                    "{new} exposes `{name}` to readers that know no UTF-8 names, as does {old}"
                )
            }
            Why::Different { what, new, old } => write!(f, "{new} has another {what} than {old}"),
            Why::Full => f.write_str("the process has no room for more metrics of this kind"),
        }
    }
}

// The message has all of what is inside, so there is no source to print again.
impl std::error::Error for RegisterError {}

/// As [`Display`](fmt::Display): a `main` that returns this prints it so.
impl fmt::Debug for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// So that `?` does for buckets and quantiles what it does for names.
impl From<BucketsError> for RegisterError {
    fn from(error: BucketsError) -> Self {
        Self::new(Why::Buckets(error))
    }
}

impl From<QuantilesError> for RegisterError {
    fn from(error: QuantilesError) -> Self {
        Self::new(Why::Quantiles(error))
    }
}

impl From<NameError> for RegisterError {
    fn from(error: NameError) -> Self {
        Self::new(Why::Name(error))
    }
}

impl From<SchemaError> for RegisterError {
    fn from(error: SchemaError) -> Self {
        Self::new(Why::Schema(error))
    }
}
