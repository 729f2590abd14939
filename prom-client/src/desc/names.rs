//! Which strings are names.

use super::NameError;
use super::name::{Why, check_identifier};

/// Which strings can name metrics and labels. What is reserved is so in both sets.
///
/// Prometheus stores any UTF-8 since version 3.0. Queries then quote what is not classic, as in
/// `{"http.requests_total"}`, and a reader that does not know such names sees them
/// [escaped](crate::Escaping). So keep to the classic set, unless names come from elsewhere. Statics have
/// classic names only.
///
/// Suffixes are those of the classic set: a counter's is `_total`, so `http.requests.total` is exposed as
/// `http.requests.total_total`. Leave the last part out.
///
/// # Examples
/// ```
/// use prom_client::{Counter, Names, Registry};
///
/// let registry = Registry::new();
/// let error = registry.register::<Counter>("http.requests", "Requests.").unwrap_err();
/// assert!(error.to_string().contains("`Registry::with_names(Names::Utf8)`"));
///
/// let registry = Registry::new().with_names(Names::Utf8);
/// registry.register::<Counter>("http.requests", "Requests.")?.inc();
/// assert!(registry.to_text().ends_with("http_requests_total 1\n"));
///
/// let (_, body) = registry.render("text/plain;version=1.0.0;escaping=allow-utf-8");
/// assert!(String::from_utf8(body)?.ends_with("{\"http.requests_total\"} 1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Names {
    /// ASCII letters, digits and underscores, with no digit first: what every server, tool and query
    /// takes as it is.
    #[default]
    Classic,
    /// Any string that is not empty and has no NUL, for which Prometheus throws a whole scrape away.
    Utf8,
}

impl Names {
    /// Whether `name` is in this set, reserved or not.
    pub(crate) fn check(self, name: &str) -> Result<(), NameError> {
        match self {
            Self::Classic => check_identifier(name).map_err(NameError::or_utf8),
            Self::Utf8 if name.is_empty() => Err(NameError::new(name, Why::Empty)),
            Self::Utf8 => match name.chars().position(|c| c == '\0') {
                Some(at) => Err(NameError::new(name, Why::Nul { at })),
                None => Ok(()),
            },
        }
    }
}
