//! The query language of Prometheus 3.14: read, checked and printed.
//!
//! ```text
//!  text ──► lex ──► parse/ ──► Expr ──► check ──► Expr ──► print
//!                              ast                (typed)
//! ```

mod ast;
mod check;
mod dialect;
mod duration;
mod error;
mod functions;
mod help;
mod lex;
mod literal;
mod op;
mod parse;
mod print;
mod text;
mod token;

use std::str::FromStr;

pub use ast::{
    Aggregate, At, Binary, Call, Cardinality, Expr, ExprKind, Extended, Grouping, Matching,
    MatrixSelector, Number, Place, Shift, Subquery, Unary, VectorSelector,
};
pub use dialect::Dialect;
pub use duration::{DurationEvalError, DurationExpr, DurationFault, DurationKind, DurationOp};
pub use error::ParseError;
pub use functions::{Function, Signature, ValueType};
pub use op::{AggregateOp, BinaryOp};
pub use text::Text;

impl Expr {
    /// Reads a query in the stable language of Prometheus 3.14.
    ///
    /// # Errors
    /// It is none: by its words, by their order, or by its types.
    ///
    /// # Examples
    /// ```
    /// use prom_client_testkit::promql::Expr;
    ///
    /// assert!(Expr::parse("rate(http_requests_total[5m]) > 0.5").is_ok());
    /// let error = Expr::parse("rate(http_requests_total[5m]) > ").unwrap_err();
    /// assert_eq!(error.message(), "unexpected end of input");
    /// ```
    pub fn parse(query: &str) -> Result<Self, ParseError> {
        Self::parse_as(query, Dialect::STABLE)
    }

    /// Reads a query in which these parts of the language are allowed.
    ///
    /// # Errors
    /// It is none: by its words, by their order, or by its types.
    pub fn parse_as(query: &str, dialect: Dialect) -> Result<Self, ParseError> {
        parse::parse(query, dialect)
    }
}

impl FromStr for Expr {
    type Err = ParseError;

    fn from_str(query: &str) -> Result<Self, ParseError> {
        Self::parse(query)
    }
}
