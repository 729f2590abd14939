//! What a target is asked.

use std::time::Duration;

use hyper::Response;
use prom_client_testkit::{Fetch, Http, Lab, ScrapeRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::{Answer, Server, run, text};

/// The value of a header in the lines of them.
fn header<'a>(headers: &'a str, name: &str) -> Option<&'a str> {
    headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn moved(to: &str) -> Answer {
    let answer = Response::builder().status(302).header("location", to);
    answer.body(Default::default()).expect("an answer")
}

#[test]
fn asks_with_the_headers_of_prometheus() {
    run(async {
        let server = Server::new(|_| text("a 1\n")).await;
        let mut request = ScrapeRequest::new();
        request.timeout = Duration::from_millis(2500);
        let target = Http::new(&server.url("/metrics?a=1&a=2")).expect("a URL");
        target.fetch(&request).await.expect("an answer");
        let target = target.compression(false).user_agent("probe/1").expect("a header");
        let target = target.authorization("Bearer", "token").expect("a header");
        target.get(&request).await.expect("an answer");

        let asked = server.asked();
        let (path, headers) = &asked[0];
        assert_eq!(path, "/metrics?a=1&a=2");
        for (name, value) in [
            ("accept", Some(&*request.accept)),
            ("accept-encoding", Some("gzip")),
            ("user-agent", Some("Prometheus/3.5.3")),
            ("x-prometheus-scrape-timeout-seconds", Some("2.5")),
            ("host", Some(&*server.address.to_string())),
            ("authorization", None),
        ] {
            assert_eq!(header(headers, name), value, "{name}");
        }
        let headers = &asked[1].1;
        assert_eq!(header(headers, "accept-encoding"), Some("identity"));
        assert_eq!(header(headers, "user-agent"), Some("probe/1"));
        assert_eq!(header(headers, "authorization"), Some("Bearer token"));
    });
}

#[test]
fn a_connection_is_kept_from_scrape_to_scrape() {
    run(async {
        let server = Server::new(|_| text("a 1\n")).await;
        let target = Http::new(&server.url("/metrics")).expect("a URL");
        for _ in 0..5 {
            target.get(&ScrapeRequest::new()).await.expect("an answer");
        }
        assert_eq!(server.asked().len(), 5);
        assert_eq!(*server.connections.lock().expect("no panic"), 1);
    });
}

#[test]
fn a_connection_that_ends_after_an_answer_is_replaced() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        // Each connection has one answer, and no word about it; the next request finds nobody.
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\na 1\n";
                for answer in [head, ""] {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        request.push(stream.read_u8().await.expect("a request"));
                    }
                    stream.write_all(answer.as_bytes()).await.expect("it listens");
                }
            }
        });
        let target = Http::new(&url).expect("a URL");
        for turn in 0..3 {
            let answer = target.get(&ScrapeRequest::new()).await;
            assert!(answer.is_ok(), "{turn}: {answer:?}");
        }
    });
}

#[test]
fn redirections_are_followed_ten_times() {
    run(async {
        // `/3` leads to `/2`, and so on to `/0`.
        let server = Server::new(|path| match path[1..].parse::<usize>() {
            Ok(0) => text("a 1\n"),
            Ok(left) => moved(&(left - 1).to_string()),
            Err(_) => moved("/0?x=1"),
        })
        .await;
        for (path, answers) in [("/0", true), ("/1", true), ("/10", true), ("/11", false)] {
            let target = Http::new(&server.url(path)).expect("a URL");
            match target.get(&ScrapeRequest::new()).await {
                Ok(answer) => assert!(answers && answer.body == b"a 1\n", "{path}"),
                Err(error) => {
                    assert!(!answers, "{path} {error}");
                    assert!(error.to_string().ends_with(": stopped after 10 redirects"), "{error}");
                }
            }
        }
        let target = Http::new(&server.url("/1")).expect("a URL").follow_redirects(false);
        let error = target.get(&ScrapeRequest::new()).await.expect_err("it is elsewhere");
        assert_eq!(error.to_string(), "server returned HTTP status 302 Found");
    });
}

#[test]
fn a_redirection_to_nowhere_is_an_error() {
    run(async {
        for (to, message) in [
            (None, "without a usable Location header"),
            (Some("http://"), "without a usable Location header"),
            (Some("https://localhost/"), "only http, and not https"),
            (Some("file:///etc/passwd"), "only http"),
        ] {
            let server = Server::new(move |_| match to {
                Some(to) => moved(to),
                None => {
                    Response::builder().status(301).body(Default::default()).expect("an answer")
                }
            })
            .await;
            let target = Http::new(&server.url("/")).expect("a URL");
            let error = target.get(&ScrapeRequest::new()).await.expect_err(message);
            assert!(error.to_string().contains(message), "{error}");
        }
    });
}

#[test]
fn credentials_stay_with_their_server() {
    run(async {
        // To a server it is the name that counts, and not the port.
        let other = Server::new(|_| text("a 1\n")).await;
        let away = other.url("/away").replace("127.0.0.1", "localhost");
        let neighbour = Server::new(|_| text("a 1\n")).await;
        let next = neighbour.url("/");
        let server = Server::new(move |path| match path {
            "/away" => moved(&away),
            "/near" => moved("/"),
            "/next" => moved(&next),
            _ => text("a 1\n"),
        })
        .await;
        let url = server.url("/near").replace("http://", "http://me:a%3Ab@");
        for target in [
            Http::new(&url).expect("a URL"),
            Http::new(&server.url("/away")).expect("a URL").basic_auth("me", "a:b"),
            Http::new(&server.url("/next")).expect("a URL").basic_auth("me", "a:b"),
        ] {
            assert!(!target.url().contains("me"), "{}", target.url());
            target.get(&ScrapeRequest::new()).await.expect("an answer");
        }
        for (_, headers) in server.asked().into_iter().chain(neighbour.asked()) {
            // By `printf me:a:b | base64`.
            assert_eq!(header(&headers, "authorization"), Some("Basic bWU6YTpi"));
        }
        assert_eq!(header(&other.asked()[0].1, "authorization"), None);
        assert_eq!((server.asked().len(), neighbour.asked().len()), (4, 1));
    });
}

#[test]
fn a_password_needs_no_name() {
    run(async {
        let server = Server::new(|_| text("a 1\n")).await;
        let target = Http::new(&server.url("/").replace("http://", "http://:b@")).expect("a URL");
        target.get(&ScrapeRequest::new()).await.expect("an answer");
        // By `printf :b | base64`.
        assert_eq!(header(&server.asked()[0].1, "authorization"), Some("Basic OmI="));
        assert_eq!(target.url(), server.url("/"));
    });
}

#[test]
fn what_is_no_url_of_http_is_refused() {
    for (url, reason) in [
        ("localhost:9090", "only http"),
        ("/metrics", "it has no scheme"),
        ("http://", "it has no host, or a wrong one"),
        ("https://localhost/metrics", "only http, and not https"),
        ("http://localhost:99999/", "it has no host, or a wrong one"),
    ] {
        let error = Http::new(url).expect_err(url).to_string();
        assert!(error.ends_with(&format!("is not a URL to ask: {reason}")), "{error}");
    }
}

#[test]
fn without_a_runtime_the_target_is_down() {
    let target = Http::new("http://127.0.0.1:1/metrics").expect("a URL");
    let mut lab = Lab::new().target("shop", target);
    lab.advance_blocking("15s").expect("fifteen seconds");
    let (_, scrape) = lab.scrapes().next().expect("a target");
    let error = scrape.error.as_ref().expect("it is down").to_string();
    assert_eq!(error, "a target over HTTP is asked in a runtime of tokio");
    lab.assert_value("up", 0.0);
}
