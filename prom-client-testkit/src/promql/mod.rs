//! The query language of Prometheus 3.14: read, checked, printed and evaluated.
//!
//! ```text
//!  text ──► lex ──► parse/ ──► check ──► Expr ──► print ──► text
//!           words   tree       types     ast └──► engine/ ──► Answer
//!                                         Store ──┘
//! ```
//!
//! [`Expr::parse`] takes what a stock server takes, and refuses the rest with the place, the words of Prometheus, and
//! advice. A tree that comes out of it fits together: a [`Call`] has as many arguments as its function takes and of
//! those types, an [`Aggregate`] has its parameter, and [`Binary::matching`] is there exactly between two instant
//! vectors.
//!
//! ```
//! use prom_client_testkit::promql::{Dialect, Expr};
//!
//! let query = Expr::parse("histogram_quantile(0.9, sum by(le) (rate(request_seconds_bucket[5m])))")?;
//! assert_eq!(
//!     query.to_string(),
//!     "histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket[5m])))"
//! );
//!
//! let error = Expr::parse("Rate(jobs_total[5m])").unwrap_err();
//! assert_eq!(error.message(), r#"unknown function with name "Rate""#);
//! assert_eq!(error.help(), Some("did you mean `rate`?"));
//!
//! // Experiments are allowed one by one.
//! assert!(Expr::parse("limitk(3, jobs_total)").is_err());
//! assert!(Expr::parse_as("limitk(3, jobs_total)", Dialect::EXPERIMENTAL).is_ok());
//! # Ok::<(), prom_client_testkit::promql::ParseError>(())
//! ```
//!
//! # Cost
//!
//! Time and memory are linear in the length of a query, but for patterns, which are compiled. A query nests 160 levels
//! at most, so that recursion over a tree needs a bounded stack; a chain of operators counts one level for each.

mod annotations;
mod ast;
mod check;
mod date;
mod dialect;
mod duration;
mod engine;
mod error;
mod functions;
mod help;
mod lex;
mod literal;
mod number;
mod op;
mod parse;
mod pretty;
mod print;
mod text;
mod token;
mod value;

use std::str::FromStr;

pub use annotations::{Annotation, Annotations};
pub use ast::{
    Aggregate, At, Binary, Call, Cardinality, Expr, ExprKind, Extended, Grouping, Matching,
    MatrixSelector, Number, Place, Shift, Subquery, Unary, VectorSelector,
};
pub use dialect::Dialect;
pub use duration::{DurationEvalError, DurationExpr, DurationFault, DurationKind, DurationOp};
pub use engine::{Answer, Engine, EvalError, Preset};
pub use error::ParseError;
pub use functions::{Function, Signature, ValueType};
pub use op::{AggregateOp, BinaryOp};
pub use text::Text;
pub use value::{MatrixSeries, Point, QueryValue, VectorSample};

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
