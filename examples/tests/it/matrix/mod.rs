//! What servers have of a program with a metric of every type, by how they ask: as `docs/servers.md` says.
//!
//! ```text
//!  program ── exporter ── tap ── server ──► stored ─┐
//!     └────── snapshot ──────────────────► expected ┴─ equal, as far as a row of the table says
//! ```

mod expected;
mod program;
mod server;
mod stored;
mod table;
mod tap;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use prom_client::{Exporter, Snapshot};

use crate::prometheus::until;
use crate::{Failure, tools};
use expected::Expected;
use server::Scraping;
use stored::{Bucket, Id, Kept, Points};
use table::{Asked, Metadata, Row, Server, TABLE};
use tap::Tap;

#[tokio::test]
async fn debians_prometheus_has_what_the_table_says() -> Result<(), Failure> {
    match tools::find("prometheus") {
        Some(program) => prometheus_has_what_the_table_says(&program).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn a_newer_prometheus_has_what_the_table_says() -> Result<(), Failure> {
    if let Some(program) = std::env::var_os("PROM_NEWER") {
        return prometheus_has_what_the_table_says(&PathBuf::from(program)).await;
    }
    // Not `eprintln`, whose words the test harness keeps to itself as long as a test passes.
    let _ = writeln!(io::stderr(), "skipped: no newer Prometheus");
    Ok(())
}

#[tokio::test]
async fn victoria_metrics_has_what_the_table_says() -> Result<(), Failure> {
    match tools::find("victoria-metrics") {
        Some(program) => {
            let rows: Vec<&Row> = rows_of(Server::VictoriaMetrics).collect();
            check(&program, "", &rows).await
        }
        None => Ok(()),
    }
}

#[test]
fn the_document_has_the_table_that_is_tested() {
    let document = include_str!("../../../../docs/servers.md");
    let table = table::markdown();
    assert!(document.contains(&table), "docs/servers.md is to have:\n{table}");
}

async fn prometheus_has_what_the_table_says(program: &Path) -> Result<(), Failure> {
    let version = version(program)?;
    let server = match version {
        (0..=2, 0..=52) => Server::Prometheus242,
        (0..=2, _) => Server::Prometheus253,
        _ => Server::Prometheus3,
    };
    let rows: Vec<&Row> = rows_of(server).collect();
    // A server has the same features for all that it scrapes.
    let (featured, plain): (Vec<&Row>, Vec<&Row>) =
        rows.into_iter().partition(|row| matches!(row.asked, Asked::Feature(_)));
    // From 3.9 on it is no feature any more.
    let of_jobs = if version < (3, 9) { "" } else { "  scrape_native_histograms: true\n" };
    tokio::try_join!(check(program, of_jobs, &plain), check(program, of_jobs, &featured))?;
    Ok(())
}

fn rows_of(server: Server) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |row| row.server == server)
}

/// Of `prometheus, version 2.42.0+ds (…)` the first two numbers.
fn version(program: &Path) -> Result<(u64, u64), Failure> {
    let output = Command::new(program).arg("--version").output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut numbers = text.split("version ").nth(1).ok_or("a version")?.split('.');
    let mut number = || -> Result<u64, Failure> { Ok(numbers.next().ok_or("a number")?.parse()?) };
    Ok((number()?, number()?))
}

/// Lets one server scrape in all of these ways.
async fn check(program: &Path, of_jobs: &str, rows: &[&Row]) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let registry = program::registry()?;
    let snapshot = registry.snapshot();
    let (mut exporters, mut taps) = (Vec::new(), Vec::new());
    for row in rows {
        let exporter = Exporter::new(&registry).bind("127.0.0.1:0");
        let exporter = match row.asked {
            Asked::Only(format) => exporter.only(format),
            _ => exporter,
        };
        let exporter = exporter.serve().await?;
        taps.push(Tap::start(exporter.local_addr()).await?);
        exporters.push(exporter);
    }
    let addresses = taps.iter().map(Tap::address);
    let targets: Vec<(&Row, _)> = rows.iter().copied().zip(addresses).collect();
    let server = Scraping::start(program, of_jobs, &targets).await?;
    let mut differs = Vec::new();
    for (i, (row, tap)) in rows.iter().zip(&taps).enumerate() {
        let of_row = check_row(&server, &format!("job{i}"), row, tap, &snapshot).await?;
        differs.extend(of_row.into_iter().map(|what| format!("asked by {}: {what}", row.asked)));
    }
    for exporter in exporters {
        exporter.shutdown().await;
    }
    assert!(
        differs.is_empty(),
        "{} differs from the table:\n{}",
        rows[0].server,
        differs.join("\n")
    );
    Ok(())
}

/// What the server has that it should not have, or the other way round.
async fn check_row(
    server: &Scraping,
    job: &str,
    row: &Row,
    tap: &Tap,
    snapshot: &Snapshot,
) -> Result<Vec<String>, Failure> {
    // It is there once a scrape has come to its end, however that was.
    let up = until("a scrape", async || {
        let up = server.query(&format!("up{{job=\"{job}\"}}")).await?;
        Ok(up.first().map(|up| up["value"][1].clone()))
    })
    .await?;
    if up != "1" {
        let targets = server.api("targets").await?;
        return Err(format!("the scrape failed: {targets}\n{}", server.log()?).into());
    }
    let mut differs = Vec::new();
    let accept = tap.asked("accept").unwrap_or_default();
    let content_type = tap.answered("content-type").unwrap_or_default();
    // What is asked for first is what it likes best.
    let media_type = |header: &str| header.split([';', ',']).next().map(str::to_owned);
    let is_first = media_type(&accept) == media_type(&content_type);
    if !content_type.starts_with(row.answer) || is_first == matches!(row.asked, Asked::Only(_)) {
        differs.push(format!("{content_type} in answer to {accept}"));
    }
    let coding = tap.answered("content-encoding");
    if coding.as_deref() != Some("gzip") {
        differs.push(format!("{coding:?} in answer to {:?}", tap.asked("accept-encoding")));
    }
    let expected = Expected::new(snapshot, row);
    check_series(server, job, row, &expected, &mut differs).await?;
    for (id, (value, _)) in &expected.series {
        if let Kept::Native { buckets, count, .. } = value {
            check_functions(server, job, id, *count, buckets, &mut differs).await?;
        }
    }
    let exemplars = stored::exemplars(server, job).await?;
    differs.extend(
        expected
            .exemplars
            .iter()
            .filter(|e| !exemplars.contains(e))
            .map(|e| format!("missing {e:?}")),
    );
    differs.extend(
        exemplars
            .iter()
            .filter(|e| !expected.exemplars.contains(e))
            .map(|e| format!("unexpected {e:?}")),
    );
    let families = match row.metadata {
        Metadata::None => stored::no_families(server).await?,
        _ => stored::families(server, job).await?,
    };
    for (name, family) in &expected.families {
        let known = families.get(name);
        if known != Some(family) {
            differs.push(format!("of {name}: {known:?} instead of {family:?}"));
        }
    }
    let more = families.iter().filter(|(name, _)| !expected.families.contains_key(*name));
    differs.extend(more.map(|family| format!("unexpected {family:?}")));
    Ok(differs)
}

async fn check_series(
    server: &Scraping,
    job: &str,
    row: &Row,
    expected: &Expected,
    differs: &mut Vec<String>,
) -> Result<(), Failure> {
    let mut stored = stored::series(server, job).await?;
    for (id, (value, start)) in &expected.series {
        let Some(Points { first: (time, first), last }) = stored.remove(id) else {
            differs.push(format!("there is no {id:?}"));
            continue;
        };
        if !last.is(value, row.values) {
            differs.push(format!("{id:?}: {last:?} instead of {value:?}"));
        }
        let begins_right = match start {
            Some(start) => time == *start && first.is_zero(),
            None => first.is(value, row.values),
        };
        if !begins_right {
            differs.push(format!("{id:?} began with {first:?} at {time:?}, not at {start:?}"));
        }
    }
    differs.extend(stored.into_iter().map(|series| format!("unexpected {series:?}")));
    Ok(())
}

/// What the functions for native histograms make of one: its count, and a quantile in the bucket where it must be.
async fn check_functions(
    server: &Scraping,
    job: &str,
    (name, labels): &Id,
    count: u64,
    buckets: &[Bucket],
    differs: &mut Vec<String>,
) -> Result<(), Failure> {
    let mut selector = format!("{{__name__={name:?},job={job:?}");
    labels.iter().for_each(|(name, value)| selector += &format!(",{name}={value:?}"));
    selector += "}";
    let ask = async |query: String| -> Result<f64, Failure> {
        let answer = server.query(&query).await?;
        let value = answer.first().and_then(|series| series["value"][1].as_str());
        Ok(value.ok_or_else(|| format!("{query}: {answer:?}"))?.parse()?)
    };
    let counted = ask(format!("histogram_count({selector})")).await?;
    if counted != count as f64 {
        differs.push(format!("{selector}: {counted} instead of {count}"));
    }
    // None of them between two buckets, where versions differ in which they take.
    for rank in [0.33, 0.66, 0.99] {
        let quantile = ask(format!("histogram_quantile({rank}, {selector})")).await?;
        let mut seen = 0;
        let bucket = buckets.iter().find(|bucket| {
            seen += bucket.count;
            seen as f64 >= rank * count as f64
        });
        let fits = match bucket {
            Some(bucket) => bucket.lower <= quantile && quantile <= bucket.upper,
            None => quantile.is_nan(),
        };
        if !fits {
            differs.push(format!("{rank} of {selector}: {quantile} is not in {bucket:?}"));
        }
    }
    Ok(())
}
