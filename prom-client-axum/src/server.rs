//! `/metrics` on a port of its own.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::endpoint::MetricsEndpoint;

/// A server that answers scrapes; from [`MetricsEndpoint::serve`]. Dropping it stops it at once.
#[derive(Debug)]
#[must_use = "dropping a server stops it"]
pub struct MetricsServer {
    address: SocketAddr,
    path: String,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

impl MetricsEndpoint {
    /// Answers on a port of its own, on a task of the runtime that this runs on. Port 0 is one that is free.
    ///
    /// # Errors
    /// When the address cannot be listened on, say because its port is in use.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    ///
    /// # Examples
    /// ```
    /// use prom_client::Registry;
    /// use prom_client_axum::MetricsEndpoint;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let server = MetricsEndpoint::new(&Registry::new()).serve("127.0.0.1:0").await?;
    /// println!("{}", server.url());
    /// server.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve(self, address: impl ToSocketAddrs) -> io::Result<MetricsServer> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let path = self.own_path().to_owned();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            let _ = stopped.await;
        };
        let server = axum::serve(listener, self.into_router::<()>());
        let task = tokio::spawn(server.with_graceful_shutdown(stopped).into_future());
        Ok(MetricsServer { address, path, stop: Some(stop), task })
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
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        // It ends with nothing to say, or was aborted with its runtime.
        let _ = tokio::time::timeout(GRACE, &mut self.task).await;
    }
}

impl Drop for MetricsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// As long as most scrapers wait at least.
const GRACE: Duration = Duration::from_secs(5);
