//! What the layer counts, whatever happens to a request; what it leaves as it is; and `/metrics`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod bodies;
mod bounded;
mod clients;
mod endpoint;
#[cfg(feature = "grpc")]
mod grpc;
mod lifecycle;
mod routes;
mod support;
mod transparency;
