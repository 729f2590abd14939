//! HTTP metrics for actix-web: each request counted once, whatever happens to it, in series that no client can add to;
//! and `/metrics`.
//!
//! ```
//! use actix_web::{App, web};
//! use prom_client::Registry;
//! use prom_client_actix::MetricsLayer;
//!
//! let registry = Registry::new();
//! let app = App::new()
//!     .wrap(MetricsLayer::new(&registry)?)
//!     .route("/users/{id}", web::get().to(|| async { "a user" }));
//! # drop(app);
//! # Ok::<(), prom_client::RegisterError>(())
//! ```
//!
//! What is recorded when, under which names, is in [`prom_client::http`], which has the options too.
//!
//! # Cost
//! Some 0.25 µs for each request, what actix takes to name the route included, and no allocation of ours;
//! see `BENCHMARKS.md` in the
//! repository.
//!
//! # Features
//! `server` (default) is `/metrics` on a port of its own.

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
pub use endpoint::MetricsEndpoint;
pub use future::ResponseFuture;
pub use layer::MetricsLayer;
pub use request_body::{RequestBodySize, RequestBodySizeLayer};
#[cfg(feature = "server")]
pub use server::MetricsServer;
pub use service::Metrics;
