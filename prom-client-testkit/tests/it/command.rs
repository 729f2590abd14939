//! `prom-testkit`: what it prints, and with what it exits.

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
#[cfg(target_os = "linux")]
fn nobody_has_to_listen() {
    for argument in ["--help", "--version"] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
        let mut command = Command::new(env!("CARGO_BIN_EXE_prom-testkit"));
        let status = command.arg(argument).stdout(full).status().expect("it runs");
        assert_eq!(status.code(), Some(0), "{argument}");
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

#[test]
fn an_address_without_a_scheme_is_a_file_that_is_not_there() {
    for (input, says) in [("127.0.0.1:9/metrics", true), ("no/such/file", false)] {
        let output = run(&["check", input], b"");
        assert_eq!(output.status.code(), Some(1));
        let said = stderr(&output);
        assert_eq!(said.ends_with("; a URL begins with http://\n"), says, "{said}");
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
#[cfg(feature = "http")]
fn a_url_is_shown_the_token() {
    let body = "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\na 1\n";
    let (url, served) = answer(format!("HTTP/1.1 200 OK\r\n{body}"));
    let output = run(&["check", "--bearer", "t0ken", &url], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let request = served.join().expect("it has served").to_lowercase();
    assert!(request.contains("\r\nauthorization: bearer t0ken\r\n"), "{request}");
}

#[test]
#[cfg(not(feature = "http"))]
fn a_url_needs_its_feature() {
    let (url, _) = answer(String::new());
    let output = run(&["check", &url], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("feature `http`"), "{}", stderr(&output));
}

#[test]
#[cfg(feature = "promql")]
fn scripts_are_counted_and_what_fails_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let good = file("good.test", "load 1m\n a 1 2\n\neval instant at 1m a\n a 2\n");
    let native =
        file("native.test", "load 1m\n h {{count:1}}\n\neval instant at 0 h\n h {{count:1}}\n");
    let bad = file(
        "bad.test",
        "load 1m\n a 1 2\n\neval instant at 1m a\n a 3\n\neval instant at 1m 1\n 1\n",
    );
    let odd = file("odd.test", "load 1m\n a 1 2 x\n");

    let output = run(&["promql-test", &good, &native], b"");
    let (g, n) = (
        format!("{good}: 1 passed, 0 failed, 0 skipped\n"),
        format!("{native}: 0 passed, 0 failed, 1 skipped\n"),
    );
    assert_eq!(stdout(&output), format!("{g}{n}1 passed, 0 failed, 1 skipped\n"));
    assert_eq!(output.status.code(), Some(0));

    let output = run(&["promql-test", "--verbose", &native], b"");
    let why = format!("{native}: line 4: h: skipped: h has native histograms\n");
    assert_eq!(stdout(&output), format!("{why}{n}0 passed, 0 failed, 1 skipped\n"));

    let output = run(&["promql-test", &good, &bad, &odd], b"");
    let shown = format!(
        "{g}{bad}: line 4: a
    asked a at 60
    the series are not as expected
      (- expected, + found)
    + a 2
    - a 3
{bad}: 1 passed, 1 failed, 0 skipped
{odd}: line 2, column 8: expected a sample: a number, `_`, `stale` or `{{{{..}}}}`
  |
2 |  a 1 2 x
  |        ^
2 passed, 2 failed, 0 skipped
"
    );
    assert_eq!(stdout(&output), shown);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(run(&["promql-test"], b"").status.code(), Some(2));
}

/// A server that gives this answer of JSON to every request.
#[cfg(all(feature = "http", feature = "promql"))]
fn answering(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).expect("a request");
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all((head + body).as_bytes()).expect("it listens");
    });
    url
}

#[test]
#[cfg(all(feature = "http", feature = "promql"))]
fn answers_are_a_table_or_json_or_a_chart() {
    let vector = r#"{"status":"success","infos":["PromQL info: so"],"data":{"resultType":"vector","result":[
        {"metric":{"__name__":"up","job":"a"},"value":[60,"1"]},{"metric":{"job":"shop"},"value":[60,"0.25"]}]}}"#;
    let output = run(&["query", "--time", "60", &answering(vector), "up"], b"");
    assert_eq!(stdout(&output), "up{job=\"a\"}   1\n{job=\"shop\"}  0.25\n");
    assert_eq!(stderr(&output), "PromQL info: so\n");
    assert_eq!(output.status.code(), Some(0));

    let output = run(&["query", "--json", "--time=60", &answering(vector), "up"], b"");
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let expected: serde_json::Value = serde_json::from_str(vector).expect("JSON");
    assert_eq!(json, expected["data"]);

    let matrix = r#"{"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"__name__":"up"},"values":[[0,"0"],[60,"1"],[120,"2"]]}]}}"#;
    let range = ["--start", "0", "--end", "120", "--step", "1m"];
    let output = run(&[&["query", &*answering(matrix), "up"], &range[..]].concat(), b"");
    let chart = stdout(&output);
    assert!(
        chart.starts_with("up ") && chart.contains("0 to 2\n") && chart.contains('█'),
        "{chart}"
    );
    let mut json = vec!["query", "--json"];
    json.extend(range);
    let url = answering(matrix);
    json.extend([&*url, "up"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&run(&json, b""))).expect("JSON");
    let expected: serde_json::Value = serde_json::from_str(matrix).expect("JSON");
    assert_eq!(json, expected["data"]);
}

#[test]
#[cfg(all(feature = "http", feature = "promql"))]
fn a_query_without_an_answer_says_why() {
    let refused = r#"{"status":"error","errorType":"bad_data","error":"1:3: parse error: no"}"#;
    let output = run(&["query", &answering(refused), "up("], b"");
    assert_eq!(stderr(&output), "the server refuses, status 200, bad_data: 1:3: parse error: no\n");
    assert_eq!(output.status.code(), Some(1));
    for arguments in [&["query", "http://127.0.0.1:1", "up"][..], &["query", "not a url", "up"]] {
        assert_eq!(run(arguments, b"").status.code(), Some(1), "{arguments:?}");
    }
    assert_eq!(run(&["query", "http://127.0.0.1:1"], b"").status.code(), Some(2));
}
