//! Where a target is, how it is asked, and what its series are called.

use std::collections::BTreeMap;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode as escape};

use super::error::TargetError;
use crate::model::{Labels, parse_duration};

/// What the reference escapes in names and values of parameters.
const OF_PARAMETERS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// What it escapes in paths.
const OF_PATHS: &AsciiSet = &OF_PARAMETERS
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// A target after relabelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Endpoint {
    /// What is asked.
    pub url: String,
    /// The labels of its series; none begins with two underscores.
    pub labels: Labels,
    /// How often it is scraped.
    pub interval: Duration,
    /// How long an answer may take.
    pub timeout: Duration,
}

impl Endpoint {
    /// Reads what relabelling came to.
    pub(super) fn new(
        labels: &Labels,
        params: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, TargetError> {
        let get = |name: &str| labels.get(name).unwrap_or_default();
        let address = get("__address__");
        if address.is_empty() {
            return Err(TargetError::NoAddress);
        }
        if address.contains('/') {
            return Err(TargetError::Address(address.to_owned()));
        }
        let duration = |label: &str, what| match parse_duration(get(label)) {
            Ok(Duration::ZERO) => Err(TargetError::Zero(what)),
            Ok(duration) => Ok(duration),
            Err(error) => Err(TargetError::Duration(what, error)),
        };
        let interval = duration("__scrape_interval__", "interval")?;
        let timeout = duration("__scrape_timeout__", "timeout")?;
        if timeout > interval {
            return Err(TargetError::LongTimeout { timeout, interval });
        }
        let instance = labels.get("instance").unwrap_or(address);
        let of_series = labels.iter().filter(|(name, _)| !name.starts_with("__"));
        Ok(Self {
            url: url(labels, params),
            labels: of_series.chain([("instance", instance)]).collect(),
            interval,
            timeout,
        })
    }
}

/// Scheme, address, path and parameters. A label for a parameter stands for the first of its values.
fn url(labels: &Labels, params: &BTreeMap<String, Vec<String>>) -> String {
    let get = |name: &str| labels.get(name).unwrap_or_default();
    let mut params = params.clone();
    for (name, value) in labels.iter() {
        let Some(name) = name.strip_prefix("__param_") else { continue };
        let values = params.entry(name.to_owned()).or_default();
        values.splice(..values.len().min(1), [value.to_owned()]);
    }
    let pairs =
        params.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    let pairs = pairs.map(|(name, value)| {
        [name, value]
            .map(|text| escape(text, OF_PARAMETERS).to_string().replace("%20", "+"))
            .join("=")
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    // A path is no place for parameters: its question mark is a letter of it.
    let path = escape(get("__metrics_path__"), OF_PATHS).to_string();
    let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
    let scheme = labels.get("__scheme__").unwrap_or("http");
    format!("{scheme}://{}{slash}{path}{mark}{query}", get("__address__"))
}
