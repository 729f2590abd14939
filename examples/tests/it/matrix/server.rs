//! Servers that scrape, with their data, which ends with the test.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::table::{Asked, Row, Server};
use crate::prometheus::until;
use crate::tools::Running;
use crate::{Failure, http};

/// A server that runs.
#[derive(Debug)]
pub(super) struct Scraping {
    address: SocketAddr,
    process: Running,
    folder: TempDir,
}

impl Scraping {
    /// Starts a server that scrapes each of these targets once a second as a job named by its place, and waits until
    /// it answers. All rows have the same features, and all jobs these lines.
    pub(super) async fn start(
        program: &Path,
        of_jobs: &str,
        targets: &[(&Row, SocketAddr)],
    ) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let (first, _) = targets.first().ok_or("there is something to scrape")?;
        fs::write(folder.path().join("config.yml"), config(of_jobs, targets))?;
        // It cannot choose a port by itself, and one that was free a moment ago is most likely
        // still.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(folder.path().join("log"))?;
        let mut command = Command::new(program);
        command.current_dir(folder.path()).stdout(log.try_clone()?).stderr(log);
        let ready = match first.server {
            Server::VictoriaMetrics => {
                command
                    .arg("-promscrape.config=config.yml")
                    .arg("-storageDataPath=data")
                    .arg(format!("-httpListenAddr={address}"))
                    // Shows what it has at once.
                    .arg("-search.latencyOffset=0s")
                    .arg("-memory.allowedBytes=64MB");
                "/health"
            }
            Server::Prometheus242 | Server::Prometheus253 | Server::Prometheus3 => {
                command
                    .arg("--config.file=config.yml")
                    .arg("--storage.tsdb.path=data")
                    .arg(format!("--web.listen-address={address}"))
                    .arg("--log.level=warn")
                    .arg(format!("--enable-feature={}", features(first)));
                "/-/ready"
            }
        };
        let mut started = Self { address, process: Running(command.spawn()?), folder };
        until("the server to start", async || {
            if let Some(status) = started.process.0.try_wait()? {
                return Err(format!("it ended with {status}: {}", started.log()?).into());
            }
            Ok(http::get(address, ready).await.ok())
        })
        .await?;
        Ok(started)
    }

    /// What it had to say.
    pub(super) fn log(&self) -> Result<String, Failure> {
        Ok(fs::read_to_string(self.folder.path().join("log"))?)
    }

    /// What it answers on a path of its interface.
    pub(super) async fn api(&self, path: &str) -> Result<Value, Failure> {
        let answer: Value =
            serde_json::from_str(&http::get(self.address, &format!("/api/v1/{path}")).await?)?;
        Ok(answer["data"].clone())
    }

    /// The vector or matrix that a query is now.
    pub(super) async fn query(&self, query: &str) -> Result<Vec<Value>, Failure> {
        let data = self.api(&format!("query?query={}", http::url_encoded(query))).await?;
        Ok(data["result"].as_array().ok_or_else(|| format!("no result: {data}"))?.clone())
    }
}

/// What Prometheus has to be told to keep all that it can, and what makes it ask for the format of a row.
fn features(row: &Row) -> String {
    let mut features = String::from("exemplar-storage");
    if row.server == Server::Prometheus3 {
        features += ",native-histograms,created-timestamp-zero-ingestion";
    }
    if let Asked::Feature(feature) = row.asked {
        features += ",";
        features += feature;
    }
    features
}

fn config(of_jobs: &str, targets: &[(&Row, SocketAddr)]) -> String {
    let mut config = String::from("global: {scrape_interval: 1s, scrape_timeout: 1s}\n");
    config += "scrape_configs:\n";
    for (i, (row, address)) in targets.iter().enumerate() {
        config +=
            &format!("- job_name: job{i}\n  static_configs: [{{targets: [\"{address}\"]}}]\n");
        if let Asked::Job(lines) = row.asked {
            lines.iter().for_each(|line| config += &format!("  {line}\n"));
        }
        config += of_jobs;
    }
    config
}
