//! HTTP metrics for axum, and for any other service of tower's: each request counted once, whatever happens to it, in
//! series that no client can add to; and `/metrics`.
//!
//! ```
//! use axum::{Router, routing::get};
//! use prom_client::Registry;
//! use prom_client_axum::MetricsLayer;
//!
//! let registry = Registry::new();
//! let app: Router = Router::new()
//!     .route("/users/{id}", get(|| async { "a user" }))
//!     .layer(MetricsLayer::new(&registry)?);
//! # drop(app);
//! # Ok::<(), prom_client::RegisterError>(())
//! ```
//!
//! What is recorded when, under which names, is in [`prom_client::http`], which has the options too.
//!
//! # Cost
//! Some 0.27 µs for each request of a server, a good part of it axum's own for any layer among a router's, and no
//! allocation of ours; a client's request and a call of gRPC need a few. See `BENCHMARKS.md` in the repository.
//!
//! # Features
//! `server` (default) is `/metrics` on a port of its own; `grpc` reads the status of gRPC's calls.

#![forbid(unsafe_code)]

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod body;
mod endpoint;
mod future;
mod head;
mod layer;
mod request_body;
mod route;
#[cfg(feature = "server")]
mod server;
mod service;

pub use body::ResponseBody;
pub use endpoint::{MetricsEndpoint, metrics_router};
pub use future::ResponseFuture;
pub use layer::MetricsLayer;
pub use request_body::{RequestBody, RequestBodySize, RequestBodySizeLayer};
pub use route::{CaptureRoute, CaptureRouteLayer, UrlTemplate};
#[cfg(feature = "server")]
pub use server::MetricsServer;
pub use service::Metrics;
