//! Scrapes: a target's answer, as the series that a server would make of it.
//!
//! ```text
//!  Target ── Fetch ──► content type, body ──► parse ──► labels, limits ──► store, in one commit
//!    └ labels, what it may say                 └ known series: one look-up      └ up, staleness markers, ..
//! ```
//!
//! What fetches is a trait: a function in the same process is one, HTTP is another. Nothing here reads a clock.

#[cfg(feature = "yaml")]
mod config;
mod discovery;
mod fetch;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "regex")]
mod job;
mod protocol;
#[cfg(feature = "regex")]
mod relabel;
mod target;

#[cfg(feature = "yaml")]
pub use config::{ConfigError, JobConfig, RefreshError, ScrapeConfig};
#[cfg(any(feature = "http", feature = "yaml"))]
pub use discovery::DiscoveryError;
#[cfg(feature = "yaml")]
pub use discovery::FileDiscovery;
#[cfg(feature = "http")]
pub use discovery::HttpDiscovery;
pub use discovery::TargetGroup;
pub use fetch::{Fetch, FetchError, Fetching, ScrapeRequest, ScrapeResponse};
#[cfg(feature = "http")]
pub use http::{Http, HttpError};
#[cfg(feature = "regex")]
pub use job::{Credentials, Endpoint, Job, TargetError};
pub use protocol::{ScrapeProtocol, UnknownProtocol};
#[cfg(feature = "regex")]
pub use relabel::{Action, RelabelBuilder, RelabelError, RelabelRule, relabel};
pub use target::{Limits, Target};
