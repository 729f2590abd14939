//! The endpoint, over real sockets.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use prom_client::{
    Clock, CollectError, Collection, Collector, Counter, Desc, Exporter, Format, Kind, NameError,
    Registry, Server,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A registry with one counter.
fn registry() -> Registry {
    let registry = Registry::new();
    let jobs: Counter = registry.register("jobs", "Jobs done.").unwrap();
    jobs.inc_by(3);
    registry
}

fn exporter(registry: &Registry) -> Exporter {
    Exporter::new(registry).bind("127.0.0.1:0")
}

async fn serve() -> Server {
    exporter(&registry()).serve().await.unwrap()
}

/// A connection that speaks HTTP/1.1 byte by byte.
struct Client(TcpStream);

#[derive(Debug, PartialEq)]
struct Answer {
    status: String,
    /// Names in lower case, sorted, without the date.
    headers: Vec<(String, String)>,
    body: String,
}

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    async fn send(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).await.unwrap();
    }

    /// Reads a head, and the body that it announces unless it answers `HEAD`.
    async fn answer(&mut self, with_body: bool) -> Answer {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().lines();
        let status = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap().to_owned();
        let mut headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .filter(|(name, _)| name != "date")
            .collect();
        headers.sort();
        let mut answer = Answer { status, headers, body: String::new() };
        if with_body {
            let mut body = vec![0; answer.header("content-length").unwrap().parse().unwrap()];
            self.0.read_exact(&mut body).await.unwrap();
            answer.body = String::from_utf8(body).unwrap();
        }
        answer
    }

    /// What comes until the server closes the connection.
    async fn rest(mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset is an end too.
        let _ = self.0.read_to_end(&mut rest).await;
        rest
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// One request on a connection of its own.
async fn ask(server: &Server, method: &str, path: &str, headers: &str) -> Answer {
    let mut client = Client::connect(server.local_addr()).await;
    client
        .send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}\r\n"
        ))
        .await;
    let answer = client.answer(method != "HEAD").await;
    assert_eq!(client.rest().await, b"", "nothing behind the answer");
    answer
}

#[tokio::test]
async fn get_is_answered_with_what_the_registry_encodes() {
    let registry = registry();
    let server = exporter(&registry).serve().await.unwrap();
    let answer = ask(&server, "GET", "/metrics", "").await;
    assert_eq!(answer.status, "200 OK");
    assert_eq!(answer.header("content-type"), Some(TEXT));
    assert_eq!(answer.body, registry.to_text());
    assert!(answer.body.contains("\njobs_total 3\n"));
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let server = serve().await;
    let get = ask(&server, "GET", "/metrics", "").await;
    let head = ask(&server, "HEAD", "/metrics", "").await;
    assert_ne!(head.header("content-length"), Some("0"));
    assert_eq!(head, Answer { body: String::new(), ..get });
}

#[tokio::test]
async fn the_accept_header_chooses_the_format() {
    let server = serve().await;
    for (headers, content_type) in [
        ("Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1\r\n", OPENMETRICS),
        ("accept: text/plain;q=0.5\r\nACCEPT: application/openmetrics-text\r\n", OPENMETRICS),
        ("Accept: */*\r\n", TEXT),
        ("Accept: image/png\r\n", TEXT),
        ("Accept: \u{e9}\r\n", TEXT),
    ] {
        let answer = ask(&server, "GET", "/metrics", headers).await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{headers}");
        assert_eq!(answer.body.ends_with("# EOF\n"), content_type == OPENMETRICS);
    }
}

#[tokio::test]
async fn an_exporter_of_one_format_answers_in_it_whatever_is_accepted() {
    let server = exporter(&registry()).only(Format::OpenMetrics).serve().await.unwrap();
    let answer = ask(&server, "GET", "/metrics", "Accept: text/plain\r\n").await;
    assert_eq!(answer.header("content-type"), Some(OPENMETRICS));
}

#[tokio::test]
async fn other_methods_and_other_paths_are_refused_with_a_hint() {
    let server = exporter(&registry()).path("internal/metrics").serve().await.unwrap();
    assert_eq!(server.url(), format!("http://{}/internal/metrics", server.local_addr()));
    for method in ["POST", "DELETE", "OPTIONS", "BREW"] {
        let answer = ask(&server, method, "/internal/metrics", "").await;
        assert_eq!(answer.status, "405 Method Not Allowed");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    for path in ["/", "/metrics", "/internal/metrics/", "/internal"] {
        let answer = ask(&server, "GET", path, "").await;
        assert_eq!(answer.status, "404 Not Found");
        assert!(answer.body.contains("/internal/metrics"), "{}", answer.body);
    }
    assert_eq!(ask(&server, "GET", "/internal/metrics?name[]=jobs", "").await.status, "200 OK");
}

#[tokio::test]
async fn the_query_and_the_headers_are_those_of_the_request() {
    let server = serve().await;
    let answer = ask(&server, "GET", "/metrics?name[]=other", "").await;
    assert_eq!((answer.status.as_str(), answer.body.as_str()), ("200 OK", ""));
    let answer = ask(&server, "GET", "/metrics?name[]=jobs", "").await;
    assert!(answer.body.contains("\njobs_total 3\n"));
    assert_eq!(answer.header("vary"), Some("Accept, Accept-Encoding"));
    let head = ask(&server, "HEAD", "/metrics", "Accept-Encoding: gzip\r\n").await;
    let coding = if cfg!(feature = "gzip") { Some("gzip") } else { None };
    assert_eq!(head.header("content-encoding"), coding);
}

#[tokio::test]
async fn a_scrape_that_outlasts_its_client_is_answered_in_time_and_one_too_many_at_once() {
    let (asked, mut was_asked) = tokio::sync::mpsc::unbounded_channel();
    let (go_on, wait) = mpsc::channel();
    // A clock that stands still: a scrape that begins late asks the collector too.
    let (clock, _hand) = Clock::manual(Duration::ZERO);
    let registry = Registry::with_clock(clock);
    let slow = Slow { asked, go_on: Mutex::new(wait) };
    registry.register_collector(Arc::new(slow)).unwrap();
    let server = exporter(&registry).max_scrapes(1).serve().await.unwrap();
    let timeout = "X-Prometheus-Scrape-Timeout-Seconds: 0.001\r\n";
    let answer = ask(&server, "GET", "/metrics", timeout).await;
    assert_eq!(answer.status, "503 Service Unavailable", "{answer:?}");
    assert!(answer.body.contains("longer"), "{answer:?}");
    was_asked.recv().await.unwrap();
    // The collector still has the one place.
    let answer = ask(&server, "GET", "/metrics", "").await;
    assert_eq!(answer.status, "503 Service Unavailable", "{answer:?}");
    assert_eq!(answer.header("retry-after"), Some("1"));
    drop(go_on);
    while ask(&server, "GET", "/metrics", "").await.status != "200 OK" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
    let server = serve().await;
    let mut client = Client::connect(server.local_addr()).await;
    for _ in 0..3 {
        client.send("GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n").await;
        assert_eq!(client.answer(true).await.status, "200 OK");
    }
}

#[tokio::test]
async fn half_a_request_is_cut_off_and_hurts_nobody() {
    let timeout = Duration::from_millis(20);
    let server =
        exporter(&registry()).header_timeout(timeout).max_connections(1).serve().await.unwrap();
    let mut halves = Vec::new();
    for _ in 0..3 {
        let mut half = Client::connect(server.local_addr()).await;
        half.send("GET /metrics HTTP/1.1\r\nHos").await;
        halves.push(half);
    }
    // With the one place taken by the halves in turn, this is answered only because they are cut
    // off.
    assert_eq!(ask(&server, "GET", "/metrics", "").await.status, "200 OK");
    for half in halves {
        let rest = half.rest().await;
        assert!(!rest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&rest));
    }
}

#[tokio::test]
async fn connections_above_the_limit_wait_for_others_to_end() {
    let server = exporter(&registry()).max_connections(1).serve().await.unwrap();
    const REQUEST: &str = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";
    let mut first = Client::connect(server.local_addr()).await;
    first.send(REQUEST).await;
    first.answer(true).await;

    let mut second = Client::connect(server.local_addr()).await;
    second.send(REQUEST).await;
    for _ in 0..10 {
        first.send(REQUEST).await;
        first.answer(true).await;
        let nothing = second.0.try_read(&mut [0; 1]).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    }
    drop(first);
    assert_eq!(second.answer(true).await.status, "200 OK");
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_it() {
    let server = serve().await;
    let address = server.local_addr().to_string();
    let error = Exporter::new(&registry()).bind(server.local_addr()).serve().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert_eq!(error.address(), address);
    assert!(error.to_string().starts_with(&format!("cannot listen on `{address}`: ")), "{error}");
    assert!(std::error::Error::source(&error).is_some());
    assert!(Exporter::new(&registry()).bind("nowhere").serve().await.is_err());
}

/// A collector that tells when it is asked, and answers when it is told to or nobody can tell it
/// any more.
#[derive(Debug)]
struct Slow {
    asked: tokio::sync::mpsc::UnboundedSender<()>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl Collector for Slow {
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        Ok(vec![Desc::new("slow", "", Kind::Gauge)?])
    }

    fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
        self.asked.send(()).unwrap();
        let _ = self.go_on.lock().unwrap().recv();
        out.family("slow")?.gauge(&[], 1.0)?;
        Ok(())
    }
}

/// A server with a request under way, until something is sent.
async fn under_way(grace: Duration) -> (Server, Client, mpsc::Sender<()>) {
    let (asked, mut was_asked) = tokio::sync::mpsc::unbounded_channel();
    let (sender, go_on) = mpsc::channel();
    let registry = Registry::new();
    registry.register_collector(Arc::new(Slow { asked, go_on: Mutex::new(go_on) })).unwrap();
    let server = exporter(&registry).grace_period(grace).serve().await.unwrap();
    let mut client = Client::connect(server.local_addr()).await;
    client.send("GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n").await;
    was_asked.recv().await.unwrap();
    (server, client, sender)
}

/// Returns when nobody listens there any more.
async fn closed(address: SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn shutdown_closes_the_port_and_lets_a_request_under_way_finish() {
    let (server, mut client, go_on) = under_way(Duration::from_secs(600)).await;
    let address = server.local_addr();
    let idle = Client::connect(address).await;
    let shutdown = tokio::spawn(server.shutdown());
    closed(address).await;
    assert_eq!(idle.rest().await, b"");
    assert!(!shutdown.is_finished());
    go_on.send(()).unwrap();
    assert!(client.answer(true).await.body.contains("slow 1\n"));
    assert_eq!(client.rest().await, b"");
    shutdown.await.unwrap();
}

#[tokio::test]
async fn shutdown_cuts_off_what_outlasts_the_grace_period() {
    let (server, client, go_on) = under_way(Duration::from_millis(20)).await;
    server.shutdown().await;
    assert_eq!(client.rest().await, b"");
    drop(go_on);
}

#[tokio::test]
async fn a_dropped_server_stops_with_all_its_connections() {
    let (server, client, go_on) = under_way(Duration::from_secs(600)).await;
    let address = server.local_addr();
    drop(server);
    closed(address).await;
    assert_eq!(client.rest().await, b"");
    drop(go_on);
}

#[tokio::test]
async fn a_long_text_arrives_whole() {
    let registry = registry();
    let help = "long ".repeat(1_000_000);
    let _long: Counter = registry.register("long", &help).unwrap();
    let server = exporter(&registry).serve().await.unwrap();
    for _ in 0..3 {
        let answer = ask(&server, "GET", "/metrics", "").await;
        assert_eq!(answer.body, registry.to_text());
    }
}
