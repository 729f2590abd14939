//! `/metrics` on a port of its own.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};

use crate::endpoint::MetricsEndpoint;

/// A server that answers scrapes; from [`MetricsEndpoint::serve`]. Dropping it stops it at once.
#[derive(Debug)]
#[must_use = "dropping a server stops it"]
pub struct MetricsServer {
    address: SocketAddr,
    path: String,
    handle: ServerHandle,
}

impl MetricsEndpoint {
    /// Answers on a port of its own, with one worker of the runtime that this runs on. Port 0 is one that is free.
    ///
    /// # Errors
    /// When the address cannot be listened on, say because its port is in use.
    ///
    /// # Panics
    /// Outside of a runtime, of actix or of tokio alone.
    ///
    /// # Examples
    /// ```
    /// use prom_client::Registry;
    /// use prom_client_actix::MetricsEndpoint;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let server = MetricsEndpoint::new(&Registry::new()).serve("127.0.0.1:0").await?;
    /// println!("{}", server.url());
    /// server.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    #[expect(clippy::unused_async, reason = "it needs a runtime, and is written as for axum")]
    pub async fn serve(self, address: impl ToSocketAddrs) -> io::Result<MetricsServer> {
        let path = self.own_path().to_owned();
        let server = HttpServer::new(move || App::new().service(self.clone()));
        // One for the scrapes of a few servers; signals are the program's.
        let server = server.workers(1).disable_signals().shutdown_timeout(GRACE).bind(address)?;
        let address = server.addrs().first().copied().ok_or(io::ErrorKind::AddrNotAvailable)?;
        let server = server.run();
        let handle = server.handle();
        // Not actix' own `spawn`, which panics where there is no set of local tasks.
        tokio::spawn(server);
        Ok(MetricsServer { address, path, handle })
    }
}

impl MetricsServer {
    /// The address that it listens on, with the port that was chosen for port 0.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where the metrics are, such as `http://127.0.0.1:9464/metrics`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }

    /// Stops: closes the port, lets scrapes under way have their answers, and returns when they have, or after five
    /// seconds.
    pub async fn shutdown(self) {
        self.handle.stop(true).await;
    }
}

impl Drop for MetricsServer {
    fn drop(&mut self) {
        // It is told here and now; to wait for it would need a future.
        drop(self.handle.stop(false));
    }
}

/// As long as most scrapers wait at least: seconds.
const GRACE: u64 = 5;
