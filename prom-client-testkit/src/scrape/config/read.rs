//! From YAML to jobs: which keys there are, and what Prometheus checks of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

#[cfg(feature = "http")]
use super::targets::http_sd;
use super::targets::{file_sd, group, label_name, labels};
use super::yaml::{self, Fields, Node};
use super::{ConfigError, JobConfig, ScrapeConfig};
use crate::model::{Labels, parse_duration};
use crate::scrape::{Action, Credentials, Job, RelabelRule, ScrapeProtocol};

/// What is not about scraping.
const ELSEWHERE: [&str; 8] = [
    "alerting",
    "otlp",
    "remote_read",
    "remote_write",
    "rule_files",
    "runtime",
    "storage",
    "tracing",
];

/// What Prometheus knows of a job, or of all jobs, and the kit does not do.
pub(super) fn is_not_done(key: &str) -> bool {
    key.ends_with("_sd_configs")
        || matches!(
            key,
            "bearer_token"
                | "bearer_token_file"
                | "convert_classic_histograms_to_nhcb"
                | "credentials_file"
                | "http_headers"
                | "metric_name_escaping_scheme"
                | "metric_name_validation_scheme"
                | "no_proxy"
                | "oauth2"
                | "password_file"
                | "proxy_connect_header"
                | "proxy_from_environment"
                | "proxy_url"
                | "scrape_config_files"
                | "tls_config"
                | "username_file"
        )
}

/// Reads all of a configuration.
pub(super) fn config(text: &str, folder: &Path) -> Result<ScrapeConfig, ConfigError> {
    yaml::read(text, |node| {
        let mut fields = node.fields()?;
        fields.skip(&ELSEWHERE);
        let mut external_labels = Labels::default();
        let defaults = match fields.take("global") {
            Some(node) => global(node, &mut external_labels)?,
            None => Job::new(""),
        };
        let mut jobs = Vec::new();
        let mut names = BTreeSet::new();
        for node in fields.take("scrape_configs").map_or(Ok(Vec::new()), Node::list)? {
            if node.is_null() {
                return Err(node.error("empty or null scrape config section"));
            }
            let job = job(node, &defaults, folder)?;
            let name = job.job.name.clone();
            if !names.insert(name.clone()) {
                let place = node.fields()?.place("job_name");
                let message = format!("found multiple scrape configs with job name {name:?}");
                return Err(place.error(message));
            }
            jobs.push(job);
        }
        fields.finish("the configuration", is_not_done)?;
        Ok(ScrapeConfig { external_labels, jobs })
    })
}

/// `global`, as the job that all others begin with.
fn global(node: Node<'_>, external_labels: &mut Labels) -> Result<Job, ConfigError> {
    let mut fields = node.fields()?;
    let mut job = Job::new("");
    fields.skip(&[
        "evaluation_interval",
        "query_log_file",
        "rule_query_offset",
        "scrape_failure_log_file",
        "keep_dropped_targets",
    ]);
    if let Some(node) = fields.take("external_labels") {
        *external_labels = labels(node)?;
    }
    let timeout = fields.place("scrape_timeout");
    times(&mut fields, &mut job, || {
        timeout.error("global scrape timeout greater than scrape interval")
    })?;
    common(&mut fields, &mut job)?;
    fields.finish("global", is_not_done)?;
    Ok(job)
}

/// `scrape_interval` and `scrape_timeout`: a timeout that is not said fits into the interval.
fn times(
    fields: &mut Fields<'_>,
    job: &mut Job,
    too_long: impl FnOnce() -> ConfigError,
) -> Result<(), ConfigError> {
    let mut duration = |name| -> Result<Option<Duration>, ConfigError> {
        let duration = fields.take(name).map(|node| node.parsed(parse_duration)).transpose()?;
        Ok(duration.filter(|duration| !duration.is_zero()))
    };
    let (interval, timeout) = (duration("scrape_interval")?, duration("scrape_timeout")?);
    job.interval = interval.unwrap_or(job.interval);
    job.timeout = match timeout {
        Some(timeout) if timeout > job.interval => return Err(too_long()),
        Some(timeout) => timeout,
        None => job.timeout.min(job.interval),
    };
    Ok(())
}

/// What `global` and each job may say. A limit of 0 says nothing: where there is one for all jobs, none goes without.
fn common(fields: &mut Fields<'_>, job: &mut Job) -> Result<(), ConfigError> {
    for (name, limit) in [
        ("target_limit", &mut job.target_limit),
        ("sample_limit", &mut job.limits.samples),
        ("label_limit", &mut job.limits.labels),
        ("label_name_length_limit", &mut job.limits.label_name),
        ("label_value_length_limit", &mut job.limits.label_value),
    ] {
        let said = fields.take(name).map_or(Ok(0), Node::number)?;
        *limit = if said == 0 { *limit } else { said };
    }
    let said = fields.take("body_size_limit").map_or(Ok(0), |node| node.parsed(size))?;
    if said != 0 {
        job.body_size_limit = said;
    }
    for (name, flag) in [
        ("always_scrape_classic_histograms", &mut job.classic_histograms),
        ("extra_scrape_metrics", &mut job.extra_metrics),
    ] {
        if let Some(node) = fields.take(name) {
            *flag = node.bool()?;
        }
    }
    if let Some(node) = fields.take("scrape_native_histograms") {
        job.protocols.retain(|protocol| *protocol != ScrapeProtocol::PrometheusProto);
        if node.bool()? {
            job.protocols.insert(0, ScrapeProtocol::PrometheusProto);
        }
    }
    if let Some(node) = fields.take("scrape_protocols") {
        job.protocols.clear();
        for node in node.list()? {
            let protocol = node.parsed(str::parse)?;
            if job.protocols.contains(&protocol) {
                return Err(
                    node.error(format!("duplicated protocol {protocol} in scrape_protocols"))
                );
            }
            job.protocols.push(protocol);
        }
        if job.protocols.is_empty() {
            return Err(node.error("scrape_protocols cannot be empty"));
        }
    }
    Ok(())
}

fn job(node: Node<'_>, defaults: &Job, folder: &Path) -> Result<JobConfig, ConfigError> {
    let mut fields = node.fields()?;
    let mut job = defaults.clone();
    job.name = fields.take("job_name").map_or(Ok(""), Node::text)?.to_owned();
    if job.name.is_empty() {
        return Err(node.error("job_name is empty"));
    }
    fields.skip(&["enable_http2", "keep_dropped_targets", "scrape_failure_log_file"]);
    let (timeout, name) = (fields.place("scrape_timeout"), job.name.clone());
    times(&mut fields, &mut job, || {
        timeout.error(format!(
            "scrape timeout greater than scrape interval for scrape config with job name {name:?}"
        ))
    })?;
    common(&mut fields, &mut job)?;
    for (name, flag) in [
        ("honor_labels", &mut job.honor_labels),
        ("honor_timestamps", &mut job.honor_timestamps),
        ("track_timestamps_staleness", &mut job.track_timestamps_staleness),
        ("enable_compression", &mut job.compression),
        ("follow_redirects", &mut job.follow_redirects),
    ] {
        if let Some(node) = fields.take(name) {
            *flag = node.bool()?;
        }
    }
    for (name, text) in [("metrics_path", &mut job.path), ("scheme", &mut job.scheme)] {
        if let Some(node) = fields.take(name) {
            node.text()?.clone_into(text);
        }
    }
    if let Some(node) = fields.take("native_histogram_bucket_limit") {
        job.limits.buckets = node.number()?;
    }
    if let Some(node) = fields.take("native_histogram_min_bucket_factor") {
        job.min_bucket_factor = node.parsed(factor)?;
    }
    if let Some(node) = fields.take("params") {
        for (key, values) in node.fields()?.rest() {
            let values = values.list()?.into_iter().map(|value| Ok(value.text()?.to_owned()));
            job.params.insert(key.text()?.to_owned(), values.collect::<Result<_, _>>()?);
        }
    }
    if let Some(node) = fields.take("fallback_scrape_protocol") {
        job.fallback = Some(node.parsed(str::parse)?);
    }
    job.credentials = credentials(&mut fields)?;
    job.relabel = rules(fields.take("relabel_configs"))?;
    job.metric_relabel = rules(fields.take("metric_relabel_configs"))?;

    let statics = fields.take("static_configs").map_or(Ok(Vec::new()), Node::list)?;
    let static_targets = statics.into_iter().map(group).collect::<Result<_, _>>()?;
    let files = fields.take("file_sd_configs").map_or(Ok(Vec::new()), Node::list)?;
    let files = files.into_iter().map(|node| file_sd(node, folder)).collect::<Result<_, _>>()?;
    #[cfg(feature = "http")]
    let urls = fields.take("http_sd_configs").map_or(Ok(Vec::new()), Node::list)?;
    #[cfg(feature = "http")]
    let urls = urls.into_iter().map(http_sd).collect::<Result<_, _>>()?;
    fields.finish("a scrape config", is_not_done)?;
    Ok(JobConfig {
        job,
        static_targets,
        files,
        #[cfg(feature = "http")]
        urls,
    })
}

fn credentials(fields: &mut Fields<'_>) -> Result<Option<Credentials>, ConfigError> {
    let basic = fields.take("basic_auth");
    let authorization = fields.take("authorization");
    if let (Some(_), Some(second)) = (basic, authorization) {
        return Err(
            second.error("at most one of basic_auth, oauth2 & authorization must be configured")
        );
    }
    let text = |fields: &mut Fields<'_>, name: &str, default: &str| {
        fields.take(name).map_or(Ok(default), Node::text).map(str::to_owned)
    };
    if let Some(node) = basic {
        let mut fields = node.fields()?;
        let (user, password) =
            (text(&mut fields, "username", "")?, text(&mut fields, "password", "")?);
        fields.finish("basic_auth", is_not_done)?;
        return Ok(Some(Credentials::Basic(user, password)));
    }
    let Some(node) = authorization else { return Ok(None) };
    let mut fields = node.fields()?;
    let scheme_at = fields.place("type");
    let scheme = text(&mut fields, "type", "Bearer")?;
    if scheme.eq_ignore_ascii_case("basic") {
        return Err(scheme_at
            .error("authorization type cannot be set to \"basic\", use \"basic_auth\" instead"));
    }
    let token = text(&mut fields, "credentials", "")?;
    fields.finish("authorization", is_not_done)?;
    Ok(Some(Credentials::Authorization(scheme, token)))
}

/// `relabel_configs` or `metric_relabel_configs`.
fn rules(node: Option<Node<'_>>) -> Result<Vec<RelabelRule>, ConfigError> {
    node.map_or(Ok(Vec::new()), Node::list)?.into_iter().map(rule).collect()
}

fn rule(node: Node<'_>) -> Result<RelabelRule, ConfigError> {
    if node.is_null() {
        return Err(node.error("empty or null relabeling rule"));
    }
    // Once more, for the places of what is wrong after all has been taken out.
    let (mut fields, places) = (node.fields()?, node.fields()?);
    let action = fields.take("action").map(|node| node.parsed(str::parse::<Action>)).transpose()?;
    let mut rule = RelabelRule::new(action.unwrap_or_default());
    if let Some(node) = fields.take("source_labels") {
        let names: Result<Vec<&str>, _> = node.list()?.into_iter().map(label_name).collect();
        rule = rule.source_labels(names?);
    }
    if let Some(node) = fields.take("separator") {
        rule = rule.separator(node.text()?);
    }
    if let Some(node) = fields.take("target_label") {
        rule = rule.target_label(node.text()?);
    }
    if let Some(node) = fields.take("regex") {
        rule = rule.regex(node.text()?);
    }
    if let Some(node) = fields.take("modulus") {
        rule = rule.modulus(node.number()?);
    }
    if let Some(node) = fields.take("replacement") {
        rule = rule.replacement(node.text()?);
    }
    fields.finish("a relabeling rule", |_| false)?;
    rule.build().map_err(|error| places.place(error.field()).error(error))
}

/// A factor, which is a number.
fn factor(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("expected a number, found `{text}`"))
}

/// A number of bytes such as `512MB`, by powers of 1024. `0` needs no unit.
fn size(text: &str) -> Result<usize, String> {
    let wrong = || format!("not a size: {text:?}");
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let number: usize = number.parse().map_err(|_| wrong())?;
    let shift = match unit {
        "" if number == 0 => 0,
        "B" => 0,
        "KB" | "KiB" => 10,
        "MB" | "MiB" => 20,
        "GB" | "GiB" => 30,
        "TB" | "TiB" => 40,
        "PB" | "PiB" => 50,
        "EB" | "EiB" => 60,
        _ => return Err(wrong()),
    };
    number.checked_mul(1 << shift).ok_or_else(wrong)
}
