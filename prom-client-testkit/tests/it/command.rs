//! `prom-testkit check`: what it prints, and with what it exits.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const LINTED: &str = "# TYPE jobs counter\njobs{queueName=\"a\"} 1\n";

/// Runs the command with this input.
fn run(arguments: &[&str], input: &[u8]) -> Output {
    spawn(Command::new(env!("CARGO_BIN_EXE_prom-testkit")).args(arguments), input)
}

fn spawn(command: &mut Command, input: &[u8]) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // It may end without reading.
    let _ = child.stdin.take().expect("it has an input").write_all(input);
    child.wait_with_output().expect("it ends")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn exits_say_how_it_went() {
    for (arguments, input, exit) in [
        (&["check", "-"][..], "a 1\n", 0),
        (&["check", "-"], LINTED, 0),
        (&["check", "-", "--lint"], LINTED, 3),
        (&["check", "-", "--lint"], "# HELP a_total x\n# TYPE a_total counter\na_total 1\n", 0),
        (&["check", "-"], "a one\n", 1),
        // Without its last end of line, a server takes a body and promtool does not.
        (&["check", "-"], "a 1", 0),
        (&["check", "-", "--strict"], "a 1", 1),
        (&["check", "-", "--format", "openmetrics"], "a 1\n# EOF\n", 0),
        (&["check", "-", "--format", "openmetrics"], "a 1\n", 1),
        (&["check", "-", "--format=protobuf"], "", 0),
        (&["check", "-", "--format=protobuf"], "a 1\n", 1),
        (&["check", "/nowhere/at/all"], "", 1),
        (&["check"], "", 2),
        (&["check", "-", "--format", "xml"], "", 2),
        (&["--help"], "", 0),
    ] {
        let output = run(arguments, input.as_bytes());
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{arguments:?} {input:?}\n{}",
            stderr(&output)
        );
    }
}

#[test]
fn a_mistake_is_shown_with_its_line_and_a_caret() {
    let output = run(&["check", "-"], b"a 1\nb{x=1} 2\n");
    assert_eq!(
        stderr(&output),
        "\
-: line 2, column 5: expected a label value in double quotes, found `1`
  |
2 | b{x=1} 2
  |     ^
"
    );
    assert_eq!(stdout(&output), "");
}

#[test]
fn files_are_read_by_their_names() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("linted.prom");
    std::fs::write(&file, LINTED).expect("a folder for tests");
    let output = run(&["check", "--lint", file.to_str().expect("UTF-8")], b"");
    assert_eq!(
        stdout(&output),
        "\
jobs counter metrics should have \"_total\" suffix
jobs label names should be written in 'snake_case' not 'camelCase'
jobs no help text
"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn promtool_gives_the_same_advice_and_exits() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).map(|folder| folder.join("promtool"));
    let Some(promtool) = found.find(|path| path.is_file()) else {
        let required = std::env::var_os("PROM_REQUIRE_SERVERS").is_some_and(|value| value == "1");
        assert!(!required, "PROM_REQUIRE_SERVERS=1, but there is no promtool");
        let _ = io::stderr().write_all(b"skipped: no promtool\n");
        return;
    };
    for input in [
        "",
        "a 1\n",
        LINTED,
        "a{x=1} 2\n",
        "a 1",
        "# HELP request_ms Time.\n# TYPE request_ms gauge\nrequest_ms{le=\"1\"} 1\n",
        "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 1\n",
    ] {
        let theirs = spawn(Command::new(&promtool).args(["check", "metrics"]), input.as_bytes());
        let ours = run(&["check", "-", "--strict", "--lint"], input.as_bytes());
        assert_eq!(ours.status.code(), theirs.status.code(), "{input:?}\n{}", stderr(&theirs));
        if ours.status.code() == Some(3) {
            assert_eq!(stdout(&ours), stderr(&theirs), "{input:?}");
        }
    }
}

/// Answers one request with these bytes, and gives the URL of it and what was asked.
fn answer(response: String) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/metrics?x=1", listener.local_addr().expect("an address"));
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a request");
            request.push(byte[0]);
        }
        stream.write_all(response.as_bytes()).expect("it listens");
        String::from_utf8_lossy(&request).into_owned()
    });
    (url, served)
}

#[test]
#[cfg(feature = "http")]
fn a_url_is_asked_as_prometheus_asks_and_read_as_it_says() {
    let response = |status: &str, content_type: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\n{content_type}Content-Length: {length}\r\n\r\n{body}")
    };
    const TEXT: &str = "Content-Type: text/plain; version=0.0.4\r\n";
    const OPENMETRICS: &str = "Content-Type: application/openmetrics-text; version=1.0.0\r\n";
    for (status, content_type, body, options, exit, says) in [
        ("200 OK", TEXT, "a 1\n", &[][..], 0, ""),
        ("200 OK", OPENMETRICS, "a 1\n# EOF\n", &[], 0, ""),
        ("200 OK", OPENMETRICS, "a 1\n", &[], 1, "expected `# EOF`"),
        ("200 OK", OPENMETRICS, "a 1\n", &["--format", "text"], 0, ""),
        ("200 OK", "", "a 1\n", &[], 1, "sending blank Content-Type"),
        (
            "200 OK",
            "Content-Type: text/html\r\n",
            "a 1\n",
            &[],
            1,
            "unsupported Content-Type \"text/html\"",
        ),
        ("503 Service Unavailable", TEXT, "a 1\n", &[], 1, "503"),
    ] {
        let (url, served) = answer(response(status, content_type, body));
        let output = run(&[&["check", &url], options].concat(), b"");
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(exit), "{content_type} {body} {said}");
        assert!(said.contains(says), "{said}");
        let request = served.join().expect("it has served").to_lowercase();
        assert!(request.starts_with("get /metrics?x=1 http/1.1\r\n"), "{request}");
        let accept =
            if options.is_empty() { "q=0.6,application" } else { "text/plain;version=0.0.4\r" };
        assert!(request.contains(accept), "{request}");
        assert!(request.contains("x-prometheus-scrape-timeout-seconds: 10\r\n"), "{request}");
    }
}

#[test]
#[cfg(not(feature = "http"))]
fn a_url_needs_its_feature() {
    let (url, _) = answer(String::new());
    let output = run(&["check", &url], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("feature `http`"), "{}", stderr(&output));
}
