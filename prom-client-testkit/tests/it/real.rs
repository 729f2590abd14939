//! Real programs to compare with: finding them, and running a server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program on the path. It may be missing, unless the environment says that it may not.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|p| p.is_file());
    if found.is_none() {
        let required = std::env::var_os("PROM_REQUIRE_SERVERS").is_some_and(|value| value == "1");
        assert!(!required, "PROM_REQUIRE_SERVERS=1, but there is no {name}");
        println!("skipped: no {name}");
    }
    found
}

/// Asks until there is an answer.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A Prometheus that ends with the test.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts one that has its `prometheus.yml` in this folder, with further arguments.
    pub(crate) fn start(program: &Path, folder: &Path, arguments: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let mut command = Command::new(program);
        let child = command
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        Self { child, address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The data that its API answers with, if it does.
    #[cfg(feature = "yaml")]
    pub(crate) fn ask(&self, path: &str) -> Option<serde_json::Value> {
        let request = format!("GET /api/v1/{path} HTTP/1.0\r\n\r\n");
        let (_, body) = self.send(request.as_bytes())?;
        let body: serde_json::Value = serde_json::from_str(&body).ok()?;
        Some(body["data"].clone()).filter(|data| !data.is_null())
    }

    /// Sends a request of HTTP/1.0, and gives the head and the body of the answer.
    pub(crate) fn send(&self, request: &[u8]) -> Option<(String, String)> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.write_all(request).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.to_owned(), body.to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
