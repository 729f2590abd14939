//! The query language of Prometheus 3.14: read, checked and printed.
//!
//! ```text
//!  text ──► lex ──► parse/ ──► Expr ──► check ──► Expr ──► print
//!                              ast                (typed)
//! ```

mod ast;
mod dialect;
mod duration;
mod error;
mod functions;
mod op;
mod text;

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
