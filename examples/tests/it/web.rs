//! The examples that are servers, over TCP, and what a strict reader finds in their metrics.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use prom_client_testkit::{Exposition, Format, Parser, lint};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::examples::program;
use crate::tools::Running;
use crate::{Failure, http};

/// An example under way, and the addresses that it says: that of its metrics first.
struct Example {
    _process: Running,
    addresses: Vec<SocketAddr>,
}

impl Example {
    fn start(name: &str, addresses: usize) -> Result<Self, Failure> {
        let mut process = Command::new(program(name)?)
            .stdout(Stdio::piped())
            // It says there what panics, as it is asked to.
            .stderr(Stdio::null())
            .spawn()?;
        let output = BufReader::new(process.stdout.take().ok_or("its output is a pipe")?);
        let _process = Running(process);
        let mut found = Vec::new();
        for line in output.lines().take(addresses) {
            let line = line?;
            let path = if found.is_empty() { "/metrics" } else { "/" };
            let address = line.strip_prefix("http://").and_then(|line| line.strip_suffix(path));
            found.push(address.ok_or_else(|| format!("no address: {line}"))?.parse()?);
        }
        Ok(Self { _process, addresses: found })
    }

    /// Its metrics, about which there is nothing to say.
    async fn scrape(&self) -> Result<Exposition, Failure> {
        let text = http::get(self.addresses[0], "/metrics").await?;
        let exposition = Parser::new(Format::Text).strict().parse(text.as_bytes())?;
        assert_eq!(lint(&exposition), []);
        Ok(exposition)
    }

    /// Its metrics, as soon as they are so; an error if they are not within ten seconds.
    async fn scrape_until(
        &self,
        what: &str,
        done: impl Fn(&Exposition) -> bool,
    ) -> Result<Exposition, Failure> {
        let begun = Instant::now();
        loop {
            let exposition = self.scrape().await?;
            if done(&exposition) {
                return Ok(exposition);
            }
            if begun.elapsed() > Duration::from_secs(10) {
                return Err(format!("never: {what}").into());
            }
        }
    }
}

/// A connection that has sent this.
async fn send(address: SocketAddr, text: &str) -> Result<TcpStream, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(text.as_bytes()).await?;
    Ok(stream)
}

/// The status of the answer to a request, which is read to its end; `None` if there is no answer.
async fn status(
    address: SocketAddr,
    method: &str,
    path: &str,
    rest: &str,
) -> Result<Option<u16>, Failure> {
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    let mut stream = send(address, &format!("{head}{rest}\r\n")).await?;
    let mut answer = Vec::new();
    // A connection that is reset has been answered as far as it was.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.split(' ').nth(1).and_then(|status| status.parse().ok()))
}

/// One request after the other, of each kind; what is counted then.
async fn visit(name: &str) -> Result<Exposition, Failure> {
    let app = Example::start(name, 1)?;
    let address = app.addresses[0];
    for (method, path, rest, expected) in [
        ("GET", "/users/7", "", Some(200)),
        ("GET", "/users/8", "x-plan: pro\r\n", Some(200)),
        ("GET", "/users/9", "x-plan: made-up\r\n", Some(200)),
        ("GET", "/shop/items/3", "", Some(200)),
        ("POST", "/echo", "content-length: 5\r\n", None),
        ("GET", "/health", "", Some(204)),
        ("GET", "/wp-login.php", "", Some(404)),
        ("EVIL", "/.env", "", Some(404)),
        ("HEAD", "/metrics", "", Some(200)),
        ("DELETE", "/metrics", "", Some(405)),
        ("GET", "/panic", "", None),
    ] {
        if path == "/echo" {
            let head = "POST /echo HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 5";
            let mut stream = send(address, &format!("{head}\r\n\r\nabcde")).await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await?;
            assert!(answer.ends_with("\r\n\r\nabcde"), "{answer}");
            continue;
        }
        assert_eq!(status(address, method, path, rest).await?, expected, "{name}: {method} {path}");
    }
    // A client that does not wait.
    let slow = send(address, "GET /slow HTTP/1.1\r\nhost: h\r\n\r\n").await?;
    let in_flight =
        |exposition: &Exposition| exposition.value("http_requests_in_flight", [("method", "GET")]);
    app.scrape_until("it is in flight", |exposition| in_flight(exposition) == Some(1.0)).await?;
    drop(slow);
    app.scrape_until("it is over", |exposition| in_flight(exposition) == Some(0.0)).await
}

#[tokio::test]
async fn apps_of_axum_and_of_actix_count_the_same() -> Result<(), Failure> {
    let [axum, actix] = [visit("axum_app").await?, visit("actix_app").await?];
    for exposition in [&axum, &actix] {
        let value = |name, method, route, status, plan| {
            exposition.value(
                name,
                [("method", method), ("route", route), ("status", status), ("plan", plan)],
            )
        };
        for (method, route, status, plan, requests, bytes) in [
            ("GET", "/users/{id}", "200", "free", 2.0, 14.0),
            ("GET", "/users/{id}", "200", "pro", 1.0, 7.0),
            ("GET", "/shop/items/{id}", "200", "free", 1.0, 7.0),
            ("POST", "/echo", "200", "free", 1.0, 5.0),
            ("GET", "unmatched", "404", "free", 1.0, 0.0),
            ("_OTHER", "unmatched", "404", "free", 1.0, 0.0),
        ] {
            for (name, expected) in [
                ("http_requests_total", requests),
                ("http_request_duration_seconds_count", requests),
                ("http_request_ttfb_seconds_count", requests),
                ("http_response_size_bytes_count", requests),
                ("http_response_size_bytes_sum", bytes),
            ] {
                let found = value(name, method, route, status, plan);
                assert_eq!(found, Some(expected), "{name} {method} {route}");
            }
        }
        assert_eq!(value("http_request_size_bytes_sum", "POST", "/echo", "200", "free"), Some(5.0));
        assert_eq!(value("http_requests_total", "GET", "/slow", "499", "free"), Some(1.0));
        assert_eq!(value("http_requests_total", "GET", "/panic", "500", "free"), Some(1.0));
        for (route, reason) in [("/slow", "client_disconnect"), ("/panic", "panic")] {
            let labels =
                [("method", "GET"), ("route", route), ("reason", reason), ("phase", "handler")];
            assert_eq!(exposition.value("http_requests_aborted_total", labels), Some(1.0));
        }
        assert_eq!(exposition.value("http_server_route_overflow_total", []), Some(0.0));
    }
    // Names, help, units and labels: all but how long it took.
    let shape = |exposition: &Exposition| -> Vec<String> {
        exposition
            .samples()
            .map(|sample| format!("{} {:?}", sample.name(), sample.labels))
            .collect()
    };
    assert_eq!(shape(&axum), shape(&actix));
    Ok(())
}

#[tokio::test]
async fn on_a_port_of_its_own_the_password_is_asked_for() -> Result<(), Failure> {
    let example = Example::start("axum_two_ports", 2)?;
    let [metrics, app] = example.addresses[..] else { return Err("two addresses".into()) };
    assert_eq!(status(app, "GET", "/users/7", "").await?, Some(200));
    assert_eq!(status(app, "GET", "/metrics", "").await?, Some(404));
    assert_eq!(status(metrics, "GET", "/metrics", "").await?, Some(401));
    let secret = "authorization: Basic cHJvbWV0aGV1czpzM2NyZXQ=\r\n";
    assert_eq!(status(metrics, "GET", "/metrics", secret).await?, Some(200));
    Ok(())
}

#[tokio::test]
async fn two_servers_are_told_apart_on_one_registry() -> Result<(), Failure> {
    let example = Example::start("actix_two_servers", 2)?;
    let [admin, public] = example.addresses[..] else { return Err("two addresses".into()) };
    assert_eq!(status(public, "GET", "/users/7", "").await?, Some(200));
    assert_eq!(status(admin, "DELETE", "/users/7", "").await?, Some(200));
    let exposition = example.scrape().await?;
    for (server, method) in [("public", "GET"), ("admin", "DELETE")] {
        let labels =
            [("server", server), ("method", method), ("route", "/users/{id}"), ("status", "200")];
        assert_eq!(exposition.value("http_requests_total", labels), Some(1.0), "{server}");
    }
    Ok(())
}

#[tokio::test]
async fn streams_count_with_their_head_and_stay_open() -> Result<(), Failure> {
    let example = Example::start("axum_streams", 1)?;
    let address = example.addresses[0];
    let mut events = send(address, "GET /events HTTP/1.1\r\nhost: h\r\n\r\n").await?;
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
    let text = format!("GET /socket HTTP/1.1\r\nhost: h\r\n{upgrade}\r\n\r\n");
    let mut socket = send(address, &text).await?;
    let mut head = [0; 12];
    events.read_exact(&mut head).await?;
    assert_eq!(&head, b"HTTP/1.1 200");
    socket.read_exact(&mut head).await?;
    assert_eq!(&head, b"HTTP/1.1 101");
    let open = |exposition: &Exposition, kind| exposition.value("open_streams", [("kind", kind)]);
    let both = |exposition: &Exposition, n| {
        ["events", "socket"].iter().all(|kind| open(exposition, kind) == Some(n))
    };
    let exposition = example.scrape_until("both are open", |seen| both(seen, 1.0)).await?;
    for (route, status) in [("/events", "200"), ("/socket", "101")] {
        let labels = [("method", "GET"), ("route", route), ("status", status)];
        assert_eq!(exposition.value("http_requests_total", labels), Some(1.0), "{route}");
    }
    assert_eq!(exposition.value("http_requests_in_flight", [("method", "GET")]), Some(0.0));
    drop((events, socket));
    let exposition = example.scrape_until("both are closed", |seen| both(seen, 0.0)).await?;
    assert!(!exposition.samples().any(|sample| sample.name() == "http_requests_aborted_total"));
    Ok(())
}

#[cfg(feature = "hyper")]
#[tokio::test]
async fn a_server_on_hyper_names_its_routes_itself() -> Result<(), Failure> {
    let example = Example::start("hyper_server", 2)?;
    let app = example.addresses[1];
    for path in ["/", "/users/7", "/users/8", "/nope"] {
        status(app, "GET", path, "").await?;
    }
    let exposition = example.scrape().await?;
    for (route, code, expected) in
        [("/", "200", 1.0), ("/users/{id}", "200", 2.0), ("unmatched", "404", 1.0)]
    {
        let labels = [("method", "GET"), ("route", route), ("status", code)];
        assert_eq!(exposition.value("http_requests_total", labels), Some(expected), "{route}");
    }
    Ok(())
}

#[cfg(feature = "tonic")]
#[tokio::test]
async fn calls_of_grpc_are_counted_by_the_status_in_their_trailers() -> Result<(), Failure> {
    use http_body_util::{BodyExt, Full};
    use hyper::body::Bytes;
    use hyper_util::rt::{TokioExecutor, TokioIo};

    let example = Example::start("tonic_server", 2)?;
    let address = example.addresses[1];
    let io = TokioIo::new(TcpStream::connect(address).await?);
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await?;
    let connection = tokio::spawn(connection);
    for method in ["Greet", "Greet", "Refuse", "Missing"] {
        let request = ::http::Request::post(format!("http://{address}/demo.Greeter/{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            // Not compressed, three bytes.
            .body(Full::new(Bytes::from_static(b"\0\0\0\0\x03you")))?;
        client.send_request(request).await?.into_body().collect().await?;
    }
    let exposition = example.scrape().await?;
    for (service, method, code, expected) in [
        ("demo.Greeter", "Greet", "OK", 2.0),
        // What never went well has no name of its own: anybody could have made it up.
        ("_OTHER", "_OTHER", "PermissionDenied", 1.0),
        ("_OTHER", "_OTHER", "Unimplemented", 1.0),
    ] {
        let labels = [("grpc_service", service), ("grpc_method", method), ("grpc_code", code)];
        for name in ["grpc_server_handled_total", "grpc_server_handling_seconds_count"] {
            assert_eq!(exposition.value(name, labels), Some(expected), "{name} {method}");
        }
    }
    assert_eq!(exposition.value("grpc_server_in_flight", []), Some(0.0));
    connection.abort();
    Ok(())
}
