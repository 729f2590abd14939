//! Metrics of HTTP, as servers and clients share them whatever their framework: what is counted when, under
//! which names. Strings and numbers come in, so that it knows no framework.
//!
//! ```text
//!  framework ──► HttpMetrics::begin ──► Exchange ──► families of the registry
//!  RequestHead   excluded? nested?      run, respond, chunk, end; or dropped
//! ```
//!
//! Users of axum and actix find it behind `MetricsLayer` of `prom-client-axum` and `prom-client-actix`; who joins
//! another framework begins at [`HttpMetrics::begin`].
//!
//! # When is what recorded
//! An [`Exchange`] is one request and its response. It is counted once, when it ends: with the last byte of the
//! response's body, with its head if there is no body, when the connection becomes another protocol's or
//! when the body is a stream of events; or when it is dropped before that. Its time is from
//! [`begin`](HttpMetrics::begin) to there, and so long it is in flight.
//!
//! | what happens | `status` | also counted as aborted: `reason`, `phase` |
//! |---|---|---|
//! | the body ends | that of the response | |
//! | the exchange is dropped before the head | 499 | `client_disconnect`, `handler` |
//! | it is dropped before the body ends | that of the response | `client_disconnect`, `body` |
//! | a panic before the head | 500 | `panic`, `handler` |
//! | a panic in the body | that of the response | `panic`, `body` |
//! | the service fails without a response | 500 | `service_error`, `handler` |
//! | the body fails | that of the response | `body_error`, `body` |
//!
//! That is a server's. A client's request has the status of its response, and none without one.
//!
//! # Bounded by construction
//! No label has a value that a client chose: methods are of a list, routes are templates, a method of gRPC has its
//! name once a call of it went well, and what else a
//! program adds is bounded by [`max_routes`](HttpMetricsBuilder::max_routes) and
//! [`max_series`](HttpMetricsBuilder::max_series). There are no labels for hosts, user agents or addresses of
//! clients, since whoever sends a request writes them.

mod auth;
mod builder;
mod current;
mod exchange;
mod facts;
mod grpc;
mod head;
mod instruments;
mod labels;
mod method;
mod metrics;
mod profile;
mod recent;
mod record_as;
mod routes;
mod status;
mod trace;

pub use auth::{Authorization, AuthorizationError};
pub use builder::HttpMetricsBuilder;
pub use current::{Current, RequestBytes};
pub use exchange::Exchange;
pub use head::RequestHead;
pub use metrics::HttpMetrics;
pub use profile::Profile;
pub use record_as::RecordAs;
pub use status::StatusLabel;
