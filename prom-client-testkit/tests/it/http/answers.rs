//! What is made of answers, and of none.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use prom_client_testkit::{
    Format, Http, HttpError, ScrapeRequest, ScrapeResponse, Scraper, Store, Target, Timestamp,
};
use tokio::net::TcpListener;

use super::server::{Answer, Server, bytes, run, text, typed};

async fn get(url: &str, request: &ScrapeRequest) -> Result<ScrapeResponse, HttpError> {
    Http::new(url).expect("a URL").get(request).await
}

async fn error(url: &str, request: &ScrapeRequest) -> String {
    get(url, request).await.expect_err("no answer").to_string().replace(url, "URL")
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

fn encoded(encoding: &'static str, body: impl Into<Bytes>) -> Answer {
    let answer = Response::builder().header("content-type", "text/plain");
    let answer = answer.header("content-encoding", encoding);
    answer.body(Full::new(body.into())).expect("an answer")
}

#[test]
fn gzip_is_undone_and_nothing_else() {
    run(async {
        let body = "a_total 1\n".repeat(10_000).into_bytes();
        let (first, second) = body.split_at(5_000);
        let two_members = [gzip(first), gzip(second)].concat();
        for (encoding, sent, received) in [
            ("gzip", gzip(&body), body.clone()),
            ("gzip", two_members, body.clone()),
            ("gzip", gzip(b""), Vec::new()),
            // Another spelling is another encoding.
            ("GZIP", gzip(b"a 1\n"), gzip(b"a 1\n")),
            ("br", b"x".to_vec(), b"x".to_vec()),
            ("identity", body.clone(), body.clone()),
        ] {
            let server = Server::new(move |_| encoded(encoding, sent.clone())).await;
            let answer = get(&server.url("/"), &ScrapeRequest::new()).await.expect("an answer");
            assert!(answer.body == received, "{encoding} {}", answer.body.len());
        }
        let whole = gzip(&body);
        for (sent, message) in [
            (b"no gzip at all".to_vec(), "invalid gzip header"),
            (
                whole[..whole.len() - 4].to_vec(),
                "corrupt gzip stream does not have a matching checksum",
            ),
        ] {
            let server = Server::new(move |_| encoded("gzip", sent.clone())).await;
            let said = error(&server.url("/"), &ScrapeRequest::new()).await;
            assert_eq!(said, message);
        }
    });
}

#[test]
fn a_body_of_the_limit_is_too_large() {
    run(async {
        let body = vec![b'\n'; 1000];
        let plain = body.clone();
        let server = Server::new(move |path| match path {
            "/gzip" => encoded("gzip", gzip(&body)),
            "/bomb" => encoded("gzip", gzip(&vec![0; 10_000_000])),
            _ => text(plain.clone()),
        })
        .await;
        for (path, limit, fits) in [
            ("/", 0, true),
            ("/", 1001, true),
            ("/", 1000, false),
            ("/", 1, false),
            ("/gzip", 1001, true),
            ("/gzip", 1000, false),
            ("/bomb", 5_000_000, false),
        ] {
            let mut request = ScrapeRequest::new();
            request.body_size_limit = limit;
            match get(&server.url(path), &request).await {
                Ok(answer) => assert!(fits && answer.body.len() == 1000, "{path} {limit}"),
                Err(HttpError::TooLarge(at)) => assert!(!fits && at == limit, "{path} {limit}"),
                Err(error) => panic!("{path} {limit}: {error}"),
            }
        }
    });
}

#[test]
fn the_media_type_has_to_be_known_or_said() {
    run(async {
        let html = "received unsupported Content-Type \"text/html\" \
             and no fallback_scrape_protocol specified for target";
        let blank = "non-compliant scrape target sending blank Content-Type \
             and no fallback_scrape_protocol specified for target";
        for (sent, refused) in [
            ("text/plain", None),
            ("TEXT/plain; charset=latin1", None),
            ("application/openmetrics-text; version=1.0.0", None),
            ("text/html", Some(html)),
            ("", Some(blank)),
        ] {
            let server = Server::new(move |_| typed(sent, "a 1\n")).await;
            let url = server.url("/");
            match get(&url, &ScrapeRequest::new()).await {
                Ok(answer) => assert_eq!((&*answer.content_type, refused), (sent, None)),
                Err(error) => assert_eq!(Some(&*error.to_string()), refused),
            }
            let target = Http::new(&url).expect("a URL").fallback(Format::OpenMetrics);
            let answer = target.get(&ScrapeRequest::new()).await.expect("it is said");
            if refused.is_some() {
                let format = Format::from_content_type(&answer.content_type);
                assert_eq!(format, Some(Format::OpenMetrics), "{sent}");
            } else {
                assert_eq!(answer.content_type, sent);
            }
        }
        let url = bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na 1\n", true).await;
        let refused = get(&url, &ScrapeRequest::new()).await.expect_err("no type");
        assert_eq!(refused.to_string(), blank);
    });
}

#[test]
fn an_answer_that_cannot_be_read_is_as_long_as_it_is() {
    run(async {
        for (content_type, body, up, message) in [
            ("text/plain", "a 1\n", 1.0, None),
            ("", "", 1.0, None),
            ("text/html", "", 1.0, None),
            ("", "a 1\n", 0.0, Some("non-compliant scrape target sending blank Content-Type")),
            ("text/plain; version", "a 1\n", 0.0, Some("received unsupported Content-Type")),
        ] {
            let server = Server::new(move |_| typed(content_type, body)).await;
            let http = Http::new(&server.url("/")).expect("a URL");
            let mut scraper = Scraper::new(Target::new("j", http).extra_scrape_metrics(true));
            let mut store = Store::new();
            let scrape = scraper.scrape(&mut store, Timestamp::from_millis(0)).await;
            let error = scrape.error.map(|error| error.to_string());
            assert_eq!(error.is_some(), message.is_some(), "{content_type:?} {error:?}");
            assert!(error.unwrap_or_default().starts_with(message.unwrap_or_default()));
            for (name, value) in [("up", up), ("scrape_body_size_bytes", body.len() as f64)] {
                let found = store.select(&name.parse().expect("a selector"));
                assert_eq!(found[0].values(), [value], "{name} of {content_type:?}");
            }
        }
    });
}

#[test]
fn only_the_status_200_is_an_answer() {
    run(async {
        for (status, said) in [
            (204, "204 No Content"),
            (206, "206 Partial Content"),
            (401, "401 Unauthorized"),
            (404, "404 Not Found"),
            (503, "503 Service Unavailable"),
            (599, "599"),
        ] {
            let server = Server::new(move |_| {
                let mut answer = text("");
                *answer.status_mut() = status.try_into().expect("a status");
                answer
            })
            .await;
            let message = error(&server.url("/"), &ScrapeRequest::new()).await;
            assert_eq!(message, format!("server returned HTTP status {said}"));
        }
    });
}

#[test]
fn half_an_answer_is_none() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    run(async {
        for (sent, said) in [
            (String::new(), "Get \"URL\": EOF"),
            ("HTTP/1.1 200".to_owned(), "Get \"URL\": EOF"),
            (HEAD.to_owned(), "Get \"URL\": EOF"),
            (format!("{HEAD}Content-Length: 10\r\n\r\na 1\n"), "unexpected EOF"),
            (format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\na 1\n\r\n"), "unexpected EOF"),
            ("SSH-2.0-OpenSSH\r\n\r\n".to_owned(), "Get \"URL\": "),
        ] {
            let message = error(&bytes(sent.clone(), true).await, &ScrapeRequest::new()).await;
            assert!(message.starts_with(said), "{sent:?} {message}");
        }
        // Without a length, the end of the connection is the end of the body.
        let url = bytes(format!("{HEAD}\r\na 1\n"), true).await;
        let answer = get(&url, &ScrapeRequest::new()).await.expect("an answer");
        assert_eq!(answer.body, b"a 1\n");
    });
}

#[test]
fn an_answer_that_is_late_is_none() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n";
    run(async {
        let mut request = ScrapeRequest::new();
        request.timeout = Duration::from_millis(50);
        // Nothing at all, a part of the head, a part of the body.
        for sent in ["", &HEAD[..20], HEAD, &format!("{HEAD}a 1\n")] {
            let message = error(&bytes(sent, false).await, &request).await;
            assert_eq!(message, "Get \"URL\": context deadline exceeded", "{sent:?}");
        }
    });
}

#[test]
fn without_a_server_the_connection_is_refused() {
    run(async {
        // Whoever bound a port last has just gone.
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/metrics", listener.local_addr().expect("an address"));
        drop(listener);
        assert_eq!(error(&url, &ScrapeRequest::new()).await, "Get \"URL\": connection refused");
    });
}
