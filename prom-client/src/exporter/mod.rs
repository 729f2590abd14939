//! A metrics endpoint for programs that have no HTTP server of their own.
//!
//! ```text
//!  Exporter ──serve──► Server           connections, at most so many       scrape
//!  what to do          accepts ──────►  hyper: one HTTP/1 connection ──►   its path: Endpoint
//!                      stops            each, with a header timeout        others: 404
//! ```
//!
//! Each answer is rendered on one of tokio's threads for blocking work: collectors are code of
//! others, and a hundred thousand series take milliseconds, which is long for a task that others
//! wait behind. The hop costs less than 100 µs for each scrape.
//!
//! Not here: encryption and authentication. Who needs them has an HTTP server, and
//! lets it answer with an [`Endpoint`].

mod error;
mod scrape;
mod server;

pub use error::ServeError;
pub use server::Server;

use std::time::Duration;

use crate::encode::Format;
use crate::endpoint::Endpoint;
use crate::registry::Registry;
use scrape::Scraper;
use server::Limits;

/// Serves the metrics of a registry over HTTP.
///
/// # Examples
/// ```
/// use prom_client::{Counter, Exporter, Registry};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// let jobs: Counter = registry.register("jobs", "Jobs done.")?;
///
/// let server = Exporter::new(&registry).bind("127.0.0.1:0").serve().await?;
/// println!("metrics are at {}", server.url());
/// jobs.inc();
/// server.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Exporter {
    endpoint: Endpoint,
    address: String,
    path: String,
    limits: Limits,
}

impl Exporter {
    /// An exporter of this registry on `127.0.0.1:9464`, the port of Prometheus exporters in
    /// OpenTelemetry: nothing is reachable from other machines unless [`bind`](Self::bind) says so.
    #[must_use]
    pub fn new(registry: &Registry) -> Self {
        Self {
            endpoint: Endpoint::new(registry),
            address: "127.0.0.1:9464".into(),
            path: "/metrics".into(),
            limits: Limits::default(),
        }
    }

    /// Listens on this address, a host and a port such as `0.0.0.0:9464`. Port 0 is one that is
    /// free, which [`Server::local_addr`] tells.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that a literal and an address are both fine"
    )]
    pub fn bind(mut self, address: impl ToString) -> Self {
        self.address = address.to_string();
        self
    }

    /// Answers on this path instead of `/metrics`. A slash in front is added if it is missing.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.path = format!("/{}", path.strip_prefix('/').unwrap_or(path));
        self
    }

    /// Answers in this format, whatever the client accepts, instead of the one it likes best.
    #[must_use]
    pub fn only(mut self, format: Format) -> Self {
        self.endpoint = self.endpoint.only(format);
        self
    }

    /// Reads the registry for at most so many scrapes at a time, and at least one; 16 by default. Others are answered
    /// with 503.
    #[must_use]
    pub fn max_scrapes(mut self, max: usize) -> Self {
        self.endpoint = self.endpoint.max_scrapes(max);
        self
    }

    /// Closes a connection on which no whole request head comes for so long; 10 s by default.
    ///
    /// That is a connection with half a request as well as an idle one, so a scraper whose interval
    /// is longer connects for each scrape.
    #[must_use]
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.limits.header_timeout = timeout;
        self
    }

    /// Holds at most so many connections at a time, and at least one; 128 by default.
    ///
    /// More of them wait, in the queue that the operating system has for a listening socket, until
    /// another is closed. A client that does not read its answer counts until it goes or the
    /// operating system gives it up.
    #[must_use]
    pub fn max_connections(mut self, max: usize) -> Self {
        self.limits.max_connections = max.max(1);
        self
    }

    /// How long [`Server::shutdown`] waits for requests under way; 5 s by default.
    #[must_use]
    pub fn grace_period(mut self, period: Duration) -> Self {
        self.limits.grace_period = period;
        self
    }

    /// Begins to serve, on tasks of the tokio runtime that this runs on.
    ///
    /// On its path it answers as an [`Endpoint`] does; on other paths with 404. If a scrape takes longer than its
    /// client says that it waits, the answer is 503 at that time, whatever a collector is doing.
    ///
    /// # Errors
    /// When the address is none, or cannot be listened on, say because its port is in use.
    ///
    /// # Panics
    /// Outside of a tokio runtime that has I/O and time enabled.
    pub async fn serve(self) -> Result<Server, ServeError> {
        let scraper = Scraper::new(self.endpoint, self.path);
        Server::start(&self.address, scraper, self.limits)
            .await
            .map_err(|source| ServeError::new(self.address, source))
    }
}
