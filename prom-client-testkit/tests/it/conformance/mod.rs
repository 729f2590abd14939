//! What other readers make of expositions, and whether the kit makes the same of them.
//!
//! The corpora lie outside of the repository, in the folder that `PROM_CORPORA` names, or else beside it.
//! Every case that is found there is tried.

mod corpus;
mod edge_cases;
#[cfg(feature = "promql")]
mod expressions;
mod families;
mod golden;
#[cfg(feature = "http")]
mod http;
mod lint;
mod openmetrics;
#[cfg(feature = "promql")]
mod promql;
mod text;
