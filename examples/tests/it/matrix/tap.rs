//! A tap between a server and what it scrapes: how it asked, and how it was answered.

use std::net::SocketAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Failure;

/// Passes on all bytes, and keeps those of the first request and the first answer.
#[derive(Debug)]
pub(super) struct Tap {
    address: SocketAddr,
    asked: Kept,
    answered: Kept,
    _connections: JoinSet<()>,
}

/// The first bytes of one direction.
type Kept = Arc<Mutex<Vec<u8>>>;

/// More than a head has.
const MOST: usize = 1 << 14;

impl Tap {
    pub(super) async fn start(target: SocketAddr) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (asked, answered) = (Kept::default(), Kept::default());
        let mut connections = JoinSet::new();
        let kept = (asked.clone(), answered.clone());
        connections.spawn(async move {
            let mut inner = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                inner.spawn(forward(connection, target, kept.clone()));
            }
        });
        Ok(Self { address, asked, answered, _connections: connections })
    }

    /// Where the server is to scrape.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A header of the first request.
    pub(super) fn asked(&self, header: &str) -> Option<String> {
        header_of(&self.asked.lock(), header)
    }

    /// A header of the first answer.
    pub(super) fn answered(&self, header: &str) -> Option<String> {
        header_of(&self.answered.lock(), header)
    }
}

async fn forward(server: TcpStream, target: SocketAddr, (asked, answered): (Kept, Kept)) {
    let Ok(program) = TcpStream::connect(target).await else {
        return;
    };
    let (server_reads, server_writes) = server.into_split();
    let (program_reads, program_writes) = program.into_split();
    tokio::join!(
        copy(server_reads, program_writes, &asked),
        copy(program_reads, server_writes, &answered),
    );
}

/// Until either end is closed.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, kept: &Kept) {
    let mut buffer = vec![0; MOST];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        {
            let mut kept = kept.lock();
            let room = MOST - kept.len();
            kept.extend_from_slice(&buffer[..n.min(room)]);
        }
        if to.write_all(&buffer[..n]).await.is_err() {
            return;
        }
    }
}

fn header_of(bytes: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (head, _) = text.split_once("\r\n\r\n")?;
    let mut headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let (_, value) = headers.find(|(header, _)| header.eq_ignore_ascii_case(name))?;
    Some(value.trim().to_owned())
}
