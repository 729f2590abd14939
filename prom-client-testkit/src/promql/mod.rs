//! The query language of Prometheus 3.14: read, checked, printed and evaluated.
//!
//! ```text
//!  text ──► lex ──► parse/ ──► Expr ──► check ──► Expr ──► print
//!                              ast                (typed)
//!                                                    │
//!                                          Store ──► engine/ ──► Answer
//! ```

mod annotations;
mod ast;
mod date;
mod dialect;
mod duration;
mod engine;
mod error;
mod functions;
mod number;
mod op;
mod text;
mod value;

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
