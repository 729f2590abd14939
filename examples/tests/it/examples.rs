//! The examples, as whoever tries them runs them.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tools::{self, Running};
use crate::{Failure, http};

/// The names of all examples.
fn all() -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for file in Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").read_dir()? {
        let path = file?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Those that serve until they are stopped: `quickstart`, which is here, and the others in `web`.
const SERVERS: [&str; 8] = [
    "actix_app",
    "actix_two_servers",
    "axum_app",
    "axum_streams",
    "axum_two_ports",
    "hyper_server",
    "quickstart",
    "tonic_server",
];

/// The program that Cargo built of an example, beside this one.
pub(crate) fn program(example: &str) -> Result<PathBuf, Failure> {
    let file = format!("{example}{}", std::env::consts::EXE_SUFFIX);
    let this = std::env::current_exe()?;
    let found = this
        .ancestors()
        .map(|folder| folder.join("examples").join(&file))
        .find(|path| path.is_file());
    Ok(found.ok_or_else(|| format!("no program `{example}`; `cargo build --examples` makes it"))?)
}

/// An error unless `promtool check metrics` has nothing to say.
fn lint(promtool: &Path, example: &str, exposition: &str) -> Result<(), Failure> {
    let output = tools::run(Command::new(promtool).args(["check", "metrics"]), exposition)?;
    let opinion = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && !exposition.is_empty() {
        Ok(())
    } else {
        Err(format!("{example}: {opinion}\n{exposition}").into())
    }
}

#[test]
fn promtool_has_nothing_to_say_about_any_example() -> Result<(), Failure> {
    let promtool = tools::find("promtool");
    for example in all()?.iter().filter(|name| !SERVERS.contains(&name.as_str())) {
        let output = Command::new(program(example)?).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{example}: {errors}");
        if let Some(promtool) = &promtool {
            lint(promtool, example, &String::from_utf8(output.stdout)?)?;
        }
    }
    Ok(())
}

/// A quickstart under way, what it says, and where it serves.
struct Quickstart {
    process: Running,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    address: SocketAddr,
}

impl Quickstart {
    fn start(arguments: &[&str]) -> Result<Self, Failure> {
        let mut process =
            Command::new(program("quickstart")?).args(arguments).stdout(Stdio::piped()).spawn()?;
        let mut lines =
            BufReader::new(process.stdout.take().ok_or("its output is a pipe")?).lines();
        let process = Running(process);
        let first = lines.next().ok_or("it says nothing")??;
        lines.next().ok_or("it says where the shop is")??;
        let url =
            first.strip_prefix("metrics: http://").and_then(|url| url.strip_suffix("/metrics"));
        let address = url.ok_or_else(|| format!("no URL of metrics: {first}"))?.parse()?;
        Ok(Self { process, lines, address })
    }

    /// The lines to the last one, when it has ended well.
    fn end(mut self) -> Result<Vec<String>, Failure> {
        let lines = self.lines.by_ref().collect::<Result<Vec<_>, _>>()?;
        let status = self.process.0.wait()?;
        if status.success() { Ok(lines) } else { Err(status.to_string().into()) }
    }
}

#[tokio::test]
async fn the_quickstart_serves_what_it_counts_also_where_the_usual_port_is_taken()
-> Result<(), Failure> {
    // Whether or not this succeeds, the port is taken now.
    let _usual = TcpListener::bind("127.0.0.1:9464");
    let mut quickstart = Quickstart::start(&["--seconds", "4"])?;
    assert_ne!(quickstart.address.port(), 9464);
    let text = loop {
        let summary = quickstart.lines.next().ok_or("it was never busy")??;
        let text = http::get(quickstart.address, "/metrics").await?;
        if text.contains("\nshop_requests_total{route=\"/checkout\",status=\"200\"} ") {
            assert!(summary.contains(" requests in "), "{summary}");
            break text;
        }
    };
    assert!(text.contains("\nshop_request_duration_seconds_count{route=\"/search\"} "), "{text}");
    if let Some(promtool) = tools::find("promtool") {
        lint(&promtool, "quickstart", &text)?;
    }
    let lines = quickstart.end()?;
    assert!(lines.last().is_some_and(|last| last.starts_with("closed: ")), "{lines:?}");
    for title in ["requests per second ", "milliseconds per request "] {
        let title = lines.iter().position(|line| line.starts_with(title)).ok_or("no chart")?;
        let route = lines[title..].iter().find(|line| line.starts_with("/search "));
        let bars = route.ok_or("no line of a route")?.contains(['▅', '▆', '▇', '█']);
        assert!(bars, "{lines:?}");
    }
    let asked = lines.iter().position(|line| line == "sum by (status) (shop_requests_total)");
    let answer = &lines[asked.ok_or("no query")? + 1];
    assert!(answer.starts_with("    {status=\"200\"} "), "{answer}");
    Ok(())
}

#[cfg(unix)]
#[test]
fn the_quickstart_closes_in_order_at_ctrl_c() -> Result<(), Failure> {
    let Some(kill) = tools::find("kill") else {
        return Ok(());
    };
    let mut quickstart = Quickstart::start(&["127.0.0.1:0"])?;
    // It listens to signals by the time that it reports.
    quickstart.lines.next().ok_or("it says more")??;
    let id = quickstart.process.0.id().to_string();
    assert!(Command::new(kill).args(["-INT", &id]).status()?.success());
    let lines = quickstart.end()?;
    assert!(lines.last().is_some_and(|last| last.starts_with("closed: ")), "{lines:?}");
    Ok(())
}
