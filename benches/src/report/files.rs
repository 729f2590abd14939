//! Measurements, as the programs leave them in the target directory.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

/// One cell of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The row's id.
    pub row: String,
    /// How many threads worked.
    pub threads: usize,
    /// The column.
    pub library: String,
    /// Nanoseconds or bytes.
    pub value: f64,
}

impl Measurement {
    /// A measurement.
    #[must_use]
    pub fn new(row: &str, threads: usize, library: &str, value: f64) -> Self {
        Self { row: row.into(), threads, library: library.into(), value }
    }
}

/// Which benchmark a folder of criterion's is about.
#[derive(Deserialize)]
struct Benchmark {
    /// `<row>/<threads>t`.
    group_id: String,
    function_id: String,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
enum Throughput {
    /// How many lines or series one iteration is about.
    Elements(u32),
}

#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// All measurements so far.
///
/// # Errors
/// If there is no folder of them, or something in it is not what criterion writes.
pub fn read() -> io::Result<Vec<Measurement>> {
    let mut all = Vec::new();
    for group in children(&folder())? {
        if group.extension().is_some_and(|extension| extension == "json") {
            all.extend(parse::<Vec<Measurement>>(&group)?);
            continue;
        }
        for benchmark in children(&group)? {
            let newest = benchmark.join("new");
            if newest.is_dir() {
                all.extend(criterion(&newest)?);
            }
        }
    }
    Ok(all)
}

/// Keeps what a program has measured on its own, without criterion, in place of what it kept before.
///
/// # Errors
/// If the file cannot be written.
pub fn save(program: &str, measurements: &[Measurement]) -> io::Result<()> {
    fs::create_dir_all(folder())?;
    fs::write(
        folder().join(program).with_extension("json"),
        serde_json::to_vec_pretty(measurements)?,
    )
}

/// The result of one benchmark, per element if it has several. Other people's rows are left out.
fn criterion(folder: &Path) -> io::Result<Option<Measurement>> {
    let benchmark: Benchmark = parse(&folder.join("benchmark.json"))?;
    let estimates: Estimates = parse(&folder.join("estimates.json"))?;
    let group = benchmark.group_id.strip_suffix('t').and_then(|group| group.rsplit_once('/'));
    let Some((row, Ok(threads))) = group.map(|(row, threads)| (row, threads.parse())) else {
        return Ok(None);
    };
    let elements = benchmark.throughput.map_or(1, |Throughput::Elements(elements)| elements);
    let value = estimates.median.point_estimate / f64::from(elements);
    Ok(Some(Measurement::new(row, threads, &benchmark.function_id, value)))
}

/// Criterion's folder, found as criterion finds it.
fn folder() -> PathBuf {
    let target = || match env::var_os("CARGO_TARGET_DIR") {
        Some(target) => PathBuf::from(target),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
    };
    env::var_os("CRITERION_HOME").map_or_else(|| target().join("criterion"), PathBuf::from)
}

/// The folders and JSON files in a folder, in alphabetical order.
fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut children =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    children.sort();
    Ok(children)
}

fn parse<T: for<'a> Deserialize<'a>>(file: &Path) -> io::Result<T> {
    Ok(serde_json::from_slice(&fs::read(file)?)?)
}
