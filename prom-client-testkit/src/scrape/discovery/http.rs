//! `http_sd`: targets that a URL answers with.

use std::time::Duration;

use hyper::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::error::{DiscoveryError, Reason};
use super::turns::Turns;
use super::{TargetGroup, json};
use crate::model::Timestamp;
use crate::scrape::HttpError;
use crate::scrape::http::{Client, parse, seconds};

const INTERVAL: HeaderName = HeaderName::from_static("x-prometheus-refresh-interval-seconds");

/// An entry of `http_sd_configs`: a URL that answers with a list of groups as JSON.
///
/// Each target has the label `__meta_url`.
#[derive(Clone, Debug)]
#[must_use]
pub struct HttpDiscovery {
    url: Url,
    /// The URL as it was given.
    text: Box<str>,
    client: Client,
    interval: Duration,
    turns: Turns,
    groups: Vec<TargetGroup>,
}

impl HttpDiscovery {
    /// Asks this URL, every minute unless told otherwise.
    ///
    /// # Errors
    /// If it is no URL, or not one of `http`.
    pub fn new(url: &str) -> Result<Self, HttpError> {
        let interval = Duration::from_secs(60);
        let turns = Turns::new(interval);
        let (mut parsed, text) = (parse(url)?, url.into());
        let mut client = Client::new().without_coding();
        client.take_credentials(&mut parsed);
        Ok(Self { url: parsed, text, client, interval, turns, groups: Vec::new() })
    }

    /// How often it is asked, at most every millisecond.
    pub fn refresh_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self.turns = Turns::new(interval);
        self
    }

    /// When it is time to refresh; the first time is always.
    #[must_use]
    pub fn next_refresh(&self) -> Timestamp {
        self.turns.next()
    }

    /// What was found last.
    pub fn groups(&self) -> &[TargetGroup] {
        &self.groups
    }

    /// Asks again if it is time to, and returns whether it did. The first time is always.
    ///
    /// # Errors
    /// There was no answer, or none that is understood: what was found before stays.
    pub async fn refresh(&mut self, now: Timestamp) -> Result<bool, DiscoveryError> {
        if !self.turns.take(now) {
            return Ok(false);
        }
        match self.ask().await {
            Ok(groups) => {
                self.groups = groups;
                Ok(true)
            }
            Err(reason) => Err(DiscoveryError::new(&*self.text, reason)),
        }
    }

    async fn ask(&self) -> Result<Vec<TargetGroup>, Reason> {
        let every = HeaderValue::from_str(&seconds(self.interval));
        let every =
            every.map_err(|_| HttpError::Header("X-Prometheus-Refresh-Interval-Seconds"))?;
        let headers = HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("application/json")),
            (INTERVAL, every),
        ]);
        let answer = self.client.get(&self.url, headers, self.interval, 0).await?;
        if !is_json(&answer.content_type) {
            return Err(Reason::ContentType(answer.content_type));
        }
        json::read(&answer.body, &[("__meta_url", &self.text)])
    }
}

/// `application/json`, with no other charset than UTF-8.
fn is_json(content_type: &str) -> bool {
    let (media_type, charset) = match content_type.split_once(';') {
        Some((media_type, charset)) => (media_type, Some(charset.trim_start())),
        None => (content_type, None),
    };
    let is = |text: &str, name: &str| text.eq_ignore_ascii_case(name);
    is(media_type, "application/json")
        && charset.is_none_or(|c| is(c, "charset=utf-8") || is(c, "charset=\"utf-8\""))
}
