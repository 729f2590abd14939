//! `/metrics`, on the port of the app and on one of its own.

use std::io::Read;

use prom_client::http::Authorization;
use prom_client::{Counter, Registry};
use prom_client_actix::MetricsEndpoint;
use prom_client_testkit::{Format, Parser, lint};

use crate::support::{Served, counted, exchange_with, in_flight, measured};

/// An answer over TCP in its parts: status, headers in lower case, body.
fn parts(answer: &[u8]) -> (u16, String, Vec<u8>) {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, answer[end + 4..].to_vec())
}

fn ask_for(method: &str, target: &str, headers: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{headers}\r\n")
}

fn registry() -> Registry {
    let registry = Registry::new();
    let jobs: Counter = registry.register("jobs", "Jobs done.").unwrap();
    let _fails: Counter = registry.register("fails", "Jobs failed.").unwrap();
    jobs.inc();
    registry
}

/// An app with nothing but these.
fn serve(endpoints: Vec<MetricsEndpoint>) -> Served {
    Served::start(None, 1, true, mount(endpoints))
}

fn mount(
    endpoints: Vec<MetricsEndpoint>,
) -> impl Fn(&mut actix_web::web::ServiceConfig) + Clone + Send {
    move |config| {
        for endpoint in &endpoints {
            config.service(endpoint.clone());
        }
    }
}

#[actix_web::test]
async fn scrapes_are_answered_in_the_format_coding_and_selection_that_they_ask_for() {
    let registry = registry();
    let served = serve(vec![MetricsEndpoint::new(&registry)]);
    let (status, head, body) = parts(&served.exchange(&ask_for("GET", "/metrics", "")).await);
    assert_eq!(status, 200);
    assert!(head.contains("\r\ncontent-type: text/plain; version=0.0.4"), "{head}");
    assert!(head.contains("\r\nvary: accept, accept-encoding"), "{head}");
    let exposition = Parser::new(Format::Text).strict().parse(&body).unwrap();
    assert_eq!(exposition.value("jobs_total", []), Some(1.0));
    assert_eq!(lint(&exposition), []);

    let (_, of_head, empty) = parts(&served.exchange(&ask_for("HEAD", "/metrics", "")).await);
    assert_eq!(empty, b"");
    assert!(of_head.contains(&format!("\r\ncontent-length: {}", body.len())), "{of_head}");

    let open = "accept: application/openmetrics-text;version=1.0.0\r\n";
    let (_, head, text) = parts(&served.exchange(&ask_for("GET", "/metrics", open)).await);
    assert!(head.contains("\r\ncontent-type: application/openmetrics-text"), "{head}");
    assert!(text.ends_with(b"# EOF\n"));

    let gzip = "accept-encoding: gzip\r\n";
    let (_, head, packed) = parts(&served.exchange(&ask_for("GET", "/metrics", gzip)).await);
    assert!(head.contains("\r\ncontent-encoding: gzip"), "{head}");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut text).unwrap();
    assert_eq!(text, body);

    let named = ask_for("GET", "/metrics?name[]=fails_total", "");
    let (_, _, text) = parts(&served.exchange(&named).await);
    assert_eq!(
        text,
        b"# HELP fails_total Jobs failed.\n# TYPE fails_total counter\nfails_total 0\n"
    );

    for method in ["POST", "DELETE", "BREW"] {
        let (status, head, _) = parts(&served.exchange(&ask_for(method, "/metrics", "")).await);
        assert_eq!(status, 405);
        assert!(head.contains("\r\nallow: get, head"), "{head}");
    }
}

#[actix_web::test]
async fn only_those_who_may_read_are_answered() {
    let registry = registry();
    let who = Authorization::basic("prometheus", "s3cret").unwrap();
    let who = who.or(Authorization::bearer("t0ken").unwrap());
    let served = serve(vec![MetricsEndpoint::new(&registry).authorize(who)]);
    for (header, admitted) in [
        ("", false),
        ("authorization: Basic cHJvbWV0aGV1czpzM2NyZXQ=\r\n", true),
        ("authorization: Bearer t0ken\r\n", true),
        ("authorization: Bearer t0kem\r\n", false),
        ("authorization: Basic t0ken\r\n", false),
        ("authorization: Basic cHJvbWV0aGV1czp3cm9uZw==\r\n", false),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = served.exchange(&ask_for(method, "/metrics", header)).await;
            let (status, head, body) = parts(&answer);
            assert_eq!(status, if admitted { 200 } else { 401 }, "{header}");
            assert_eq!(head.contains("\r\nwww-authenticate: basic realm="), !admitted, "{head}");
            assert!(admitted || !body.windows(4).any(|word| word == b"jobs"));
        }
    }
}

#[actix_web::test]
async fn scrapes_are_not_counted_wherever_they_are_mounted() {
    let (registry, layer) = measured();
    let served = Served::with(
        layer,
        mount(vec![
            MetricsEndpoint::new(&registry),
            MetricsEndpoint::new(&registry).path("/internal/metrics"),
        ]),
    );
    served.ask("GET", "/metrics").await;
    served.ask("GET", "/internal/metrics").await;
    served.ask("HEAD", "/internal/metrics").await;
    let (_, _, body) = parts(&served.ask("GET", "/metrics").await);
    assert_eq!(counted(&registry), [""; 0]);
    assert_eq!(in_flight(&registry), 0.0);
    assert!(!String::from_utf8_lossy(&body).contains("} 1\n"), "not even as in flight");
}

#[actix_web::test]
async fn a_port_of_its_own_serves_until_it_is_stopped() {
    let registry = registry();
    let endpoint = MetricsEndpoint::new(&registry).path("own");
    let server = endpoint.clone().serve("127.0.0.1:0").await.unwrap();
    assert_eq!(server.url(), format!("http://{}/own", server.local_addr()));
    let taken = endpoint.clone().serve(server.local_addr()).await;
    assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    let address = server.local_addr();
    let (status, _, body) = parts(&exchange_with(address, &ask_for("GET", "/own", "")).await);
    assert_eq!((status, body), (200, registry.to_text().into_bytes()));
    assert_eq!(parts(&exchange_with(address, &ask_for("GET", "/metrics", "")).await).0, 404);
    server.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[actix_web::test]
async fn a_scrape_that_takes_longer_than_its_client_waits_is_answered_in_time() {
    let registry = registry();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    registry
        .gauge_fn("slow", "Slow.", move || {
            // Until the test is over.
            let _ = released.lock().unwrap().recv();
            1.0
        })
        .unwrap();
    let served = serve(vec![MetricsEndpoint::new(&registry)]);
    let hurry = "x-prometheus-scrape-timeout-seconds: 0.01\r\n";
    let (status, _, _) = parts(&served.exchange(&ask_for("GET", "/metrics", hurry)).await);
    assert_eq!(status, 503);
    drop(release);
}

#[test]
fn a_port_of_its_own_needs_no_more_than_tokio() {
    let threads =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    threads.unwrap().block_on(async {
        let server = MetricsEndpoint::new(&Registry::new()).serve("127.0.0.1:0").await.unwrap();
        let text = "GET /metrics HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
        let answer = exchange_with(server.local_addr(), text).await;
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
        server.shutdown().await;
    });
}
