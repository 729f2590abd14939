//! The listening socket, its connections, and their end.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::scrape::Scraper;

/// A running metrics endpoint. Dropping it stops it at once.
#[derive(Debug)]
#[must_use = "dropping a server stops it"]
pub struct Server {
    address: SocketAddr,
    path: String,
    /// The one task that accepts; its connections are tasks of its own set. Dropping a set ends its
    /// tasks.
    accepting: JoinSet<()>,
    /// Dropping it tells the tasks to end well.
    stop: watch::Sender<()>,
}

/// What clients may use up.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) header_timeout: Duration,
    pub(super) max_connections: usize,
    pub(super) grace_period: Duration,
}

impl Server {
    /// The address that it listens on, with the port that was chosen for port 0.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where this machine finds the metrics, such as `http://127.0.0.1:9464/metrics`.
    #[must_use]
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            // Every address of the machine; this one it always has.
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}{}", self.path)
    }

    /// Stops: closes the port, lets requests under way have their answers, and returns when they
    /// have, or cuts them off after [`grace_period`](super::Exporter::grace_period).
    pub async fn shutdown(self) {
        let Self { mut accepting, stop, .. } = self;
        drop(stop);
        accepting.join_next().await;
    }

    pub(super) async fn start(
        address: &str,
        scraper: Arc<Scraper>,
        limits: Limits,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let (stop, stopped) = watch::channel(());
        let address = listener.local_addr()?;
        let path = scraper.path().to_owned();
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, scraper, limits, stopped));
        Ok(Self { address, path, accepting, stop })
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            max_connections: 128,
            grace_period: Duration::from_secs(5),
        }
    }
}

/// Accepts connections until it is stopped, then waits for those that there are.
async fn accept(
    listener: TcpListener,
    scraper: Arc<Scraper>,
    limits: Limits,
    mut stopped: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        let has_place = connections.len() < limits.max_connections;
        let accepted = tokio::select! {
            biased;
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept(), if has_place => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let scraper = Arc::clone(&scraper);
                let end = stopped.clone();
                connections.spawn(serve(stream, scraper, limits.header_timeout, end));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    // When the time is up, the connections end with the set that holds them.
    let _ = tokio::time::timeout(limits.grace_period, all_ended).await;
}

/// Answers the requests of one connection.
async fn serve(
    stream: TcpStream,
    scraper: Arc<Scraper>,
    header_timeout: Duration,
    mut stopped: watch::Receiver<()>,
) {
    // An answer is one write. Waiting for more, as TCP does otherwise, only delays its end.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request| Arc::clone(&scraper).answer(request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = pin!(connection);
    // Errors are the client's: a reset, something that is not HTTP, the timeout. There is nobody to
    // tell.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// How long to wait when a connection cannot be accepted. Mostly too many files are open, and
/// trying on would burn the processor until one is closed.
const PAUSE: Duration = Duration::from_millis(100);
