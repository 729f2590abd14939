//! What the layer counts, whatever happens to a request; what it leaves as it is; and `/metrics`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod bodies;
mod bounded;
mod endpoint;
mod http2;
mod lifecycle;
mod routes;
mod support;
mod transparency;
