//! Which experimental parts of the language are allowed.

/// Which parts of the language are allowed besides the stable ones of Prometheus 3.14.
///
/// # Examples
/// ```
/// use prom_client_testkit::promql::{Dialect, Expr};
///
/// let query = "limitk(2, up)";
/// assert!(Expr::parse(query).is_err());
/// assert!(Expr::parse_as(query, Dialect::EXPERIMENTAL).is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dialect {
    /// `limitk`, `limit_ratio`, and the functions that [are experimental](super::Signature::experimental): what the server's
    /// `promql-experimental-functions` allows.
    pub functions: bool,
    /// `anchored` and `smoothed`: what the server's `promql-extended-range-selectors` allows.
    pub extended_selectors: bool,
    /// `fill`, `fill_left` and `fill_right`: what the server's `promql-binop-fill-modifiers` allows.
    pub fill: bool,
}

impl Dialect {
    /// What a stock server takes.
    pub const STABLE: Self = Self { functions: false, extended_selectors: false, fill: false };

    /// What a server takes with all its experiments.
    pub const EXPERIMENTAL: Self = Self { functions: true, extended_selectors: true, fill: true };
}

impl Default for Dialect {
    fn default() -> Self {
        Self::STABLE
    }
}
