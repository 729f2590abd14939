//! Where targets come from: groups that are given, files and URLs.

use std::path::Path;
use std::time::Duration;

use super::ConfigError;
#[cfg(feature = "http")]
use super::read::is_not_done;
use super::yaml::{self, Fields, Node};
use crate::model::{Labels, format_duration, parse_duration};
#[cfg(feature = "http")]
use crate::scrape::HttpDiscovery;
use crate::scrape::{FileDiscovery, TargetGroup};

/// Reads a list of groups, as in a file of `file_sd_configs`.
pub(in crate::scrape) fn target_groups(text: &str) -> Result<Vec<TargetGroup>, ConfigError> {
    yaml::read(text, |node| node.list()?.into_iter().map(group).collect())
}

/// An entry of `static_configs`, or of a file.
pub(super) fn group(node: Node<'_>) -> Result<TargetGroup, ConfigError> {
    if node.is_null() {
        return Err(node.error("empty or null target group"));
    }
    let mut fields = node.fields()?;
    let mut targets = Vec::new();
    for node in fields.take("targets").map_or(Ok(Vec::new()), Node::list)? {
        let address = node.text()?;
        if address.contains('/') {
            return Err(node.error(format!("{address:?} is not a valid hostname")));
        }
        targets.push(address);
    }
    let common = fields.take("labels").map(labels).transpose()?.unwrap_or_default();
    fields.finish("a target group", |_| false)?;
    let group = TargetGroup::new(targets);
    Ok(common.iter().fold(group, |group, (name, value)| group.label(name, value)))
}

/// Labels by their names.
pub(super) fn labels(node: Node<'_>) -> Result<Labels, ConfigError> {
    let pairs = node.fields()?.rest();
    pairs.map(|(name, value)| Ok((label_name(name)?, value.text()?))).collect()
}

/// A name of a label, which is any but an empty one.
pub(super) fn label_name(node: Node<'_>) -> Result<&str, ConfigError> {
    let name = node.text()?;
    if name.is_empty() {
        return Err(node.error(format!("{name:?} is not a valid label name")));
    }
    Ok(name)
}

/// An entry of `file_sd_configs`, whose files are looked for from a folder.
pub(super) fn file_sd(node: Node<'_>, folder: &Path) -> Result<FileDiscovery, ConfigError> {
    let mut fields = node.fields()?;
    let mut files = Vec::new();
    for node in fields.take("files").map_or(Ok(Vec::new()), Node::list)? {
        let name = node.text()?;
        let folders = name.rsplit_once('/').map_or("", |(folders, _)| folders);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let known = ["json", "yml", "yaml", "JSON", "YML", "YAML"].contains(&extension);
        if !known || folders.contains('*') {
            return Err(node.error(format!("path name {name:?} is not valid for file discovery")));
        }
        files.push(folder.join(name));
    }
    if files.is_empty() {
        return Err(node.error("file service discovery config must contain at least one path name"));
    }
    let interval = interval(&mut fields)?;
    fields.finish("a file_sd config", |_| false)?;
    let files = FileDiscovery::new(files);
    Ok(interval.into_iter().fold(files, FileDiscovery::refresh_interval))
}

/// An entry of `http_sd_configs`.
#[cfg(feature = "http")]
pub(super) fn http_sd(node: Node<'_>) -> Result<HttpDiscovery, ConfigError> {
    let mut fields = node.fields()?;
    let url = fields.take("url").ok_or_else(|| node.error("URL is missing"))?;
    let urls = url.parsed(HttpDiscovery::new)?;
    let interval = interval(&mut fields)?;
    fields.skip(&["enable_http2"]);
    fields.finish("an http_sd config", |key| {
        is_not_done(key) || matches!(key, "authorization" | "basic_auth" | "follow_redirects")
    })?;
    Ok(interval.into_iter().fold(urls, HttpDiscovery::refresh_interval))
}

/// `refresh_interval`, which may not be 0 since there would be no end of it.
fn interval(fields: &mut Fields<'_>) -> Result<Option<Duration>, ConfigError> {
    let Some(node) = fields.take("refresh_interval") else { return Ok(None) };
    let interval = node.parsed(parse_duration)?;
    if interval.is_zero() {
        let zero = format_duration(interval);
        return Err(node.error(format!("a refresh_interval of {zero}")));
    }
    Ok(Some(interval))
}
