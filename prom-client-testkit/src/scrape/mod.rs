//! Scrapes: a target's answer, as the series that a server would make of it.
//!
//! ```text
//!  Target ── Fetch ──► content type, body ──► parse ──► labels, limits ──► store, in one commit
//!    └ labels, what it may say                 └ known series: one look-up      └ up, staleness markers, ..
//! ```
//!
//! What fetches is a trait: a function in the same process is one, HTTP is another. Nothing here reads a clock.

mod fetch;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "regex")]
mod relabel;
mod target;

pub use fetch::{Fetch, FetchError, Fetching, ScrapeRequest, ScrapeResponse};
#[cfg(feature = "http")]
pub use http::{Http, HttpError};
#[cfg(feature = "regex")]
pub use relabel::{Action, RelabelBuilder, RelabelError, RelabelRule, relabel};
pub use target::{Limits, Target};
