//! Test metrics as Prometheus will see them: read an exposition, compare it, lint it; scrape a program through
//! hours of virtual time, and ask what a server would have stored.
//!
//! For whoever exposes metrics, in any language and with any library: the kit reads bytes and knows no client.
//! Not for monitoring: it is a part of test suites and of consoles.
//!
//! ```
//! use prom_client_testkit::{Format, Kind, Parser, lint};
//!
//! // What the program under test answers on `/metrics`.
//! let body = [
//!     "# HELP http_requests_total Requests served.",
//!     "# TYPE http_requests_total counter",
//!     "http_requests_total{code=\"200\"} 3",
//!     "http_requests_total{code=\"503\"} 1\n",
//! ]
//! .join("\n");
//!
//! let exposition = Parser::new(Format::Text).strict().parse(body.as_bytes())?;
//! assert_eq!(exposition.value("http_requests_total", [("code", "503")]), Some(1.0));
//! assert_eq!(exposition.family("http_requests_total").unwrap().kind, Kind::Counter);
//! assert_eq!(lint(&exposition), []);
//! # Ok::<(), prom_client_testkit::ParseError>(())
//! ```
//!
//! # Virtual time
//!
//! A [`Lab`] scrapes programs as a server does, and moves their clocks. Nothing sleeps.
//!
//! ```
//! use prom_client_testkit::Lab;
//!
//! # fn render(_accept: &str) -> (String, Vec<u8>) {
//! #     ("text/plain".to_owned(), b"jobs_total 3\n".to_vec())
//! # }
//! let mut lab = Lab::new().target("worker", |accept: &str| render(accept)).every("15s");
//! lab.advance_blocking("1h")?;
//! lab.assert_value(r#"up{job="worker"}"#, 1.0);
//! lab.assert_delta("jobs_total", "5m", 0.0);
//! # Ok::<(), prom_client_testkit::LabError>(())
//! ```
//!
//! # Queries
//!
//! With the feature `promql`, a lab, a [`Store`] and any server are asked in the same way; see `Source`.
//!
#![cfg_attr(feature = "promql", doc = "```")]
#![cfg_attr(not(feature = "promql"), doc = "```text")]
//! use prom_client_testkit::Lab;
//!
//! # let body = b"jobs_total{queue=\"mail\"} 3\njobs_total{queue=\"sms\"} 4\n".to_vec();
//! # let target = move |_: &str| ("text/plain".to_owned(), body.clone());
//! let mut lab = Lab::new().target("worker", target);
//! lab.advance_blocking("10m")?;
//! assert_eq!(lab.query_blocking("sum(jobs_total)")?.value.to_string(), "{} 7");
//! lab.assert_query_blocking("rate(jobs_total[5m]) == 0")?; // true of each series
//! # Ok::<(), prom_client_testkit::LabError>(())
//! ```
//!
//! # The way of the data
//!
//! ```text
//!  body ──► Parser ──► Sink ──► Exposition ──► value, family, lint, assert_exposition
//!  bytes    parse/     model/
//!                        └────► Scraper ──► Store ──► Lab: value, delta, rate, query, assert_*
//!                               scrape/     store/    lab/  └── promql/, source/
//! ```
//!
//! # Which reader
//!
//! | format | [`Parser::new`] takes | [`Parser::strict`] takes |
//! |---|---|---|
//! | [`Format::Text`], 0.0.4 and 1.0.0 | what Prometheus 3.5 takes | what its reference parser takes, which is promtool's |
//! | [`Format::OpenMetrics`] 1.0 | what Prometheus 3.5 takes | what the specification allows |
//! | `Format::Protobuf` | what Prometheus 3.5 takes | native histograms whose parts belong together |
//!
//! Test your own expositions strictly. Read lenient what a server has to live with.
//!
//! # Cost
//!
//! Reading is linear in the length of the body, in time and in memory. A lenient reader of text or OpenMetrics allocates
//! nothing per sample; an [`Exposition`] owns all that it holds. Scraping a series again takes one look-up by
//! its text; a [`Store`] takes less than 500 bytes for a series, and less than 18 for each of its numbers.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `protobuf` | yes | the protobuf exposition and its native histograms |
//! | `regex` | no | `=~` and `!~` in selectors, relabelling, and jobs |
//! | `yaml` | no | the scrape part of a `prometheus.yml`, and targets from files; turns `regex` on |
//! | `promql` | no | [`promql`], the query language of Prometheus; turns `regex` on |
//! | `http` | no | targets over HTTP, on hyper and tokio; `prom-testkit check URL`; with `promql`, servers that are asked |
//!
//! Rust 1.85 or newer. No unsafe code.

#![forbid(unsafe_code)]

mod assert;
mod draw;
mod lab;
mod lint;
mod model;
mod parse;
#[cfg(feature = "promql")]
pub mod promql;
mod scrape;
#[cfg(feature = "promql")]
pub mod script;
#[cfg(feature = "promql")]
mod source;
mod store;

pub use assert::assert_exposition;
pub use draw::Chart;
pub use lab::{Lab, LabError};
pub use lint::{Problem, lint};
pub use model::{
    Buckets, DurationError, Exemplar, ExemplarRef, Exposition, ExpositionBuilder, Family,
    HistogramError, IntoDuration, Kind, Labels, Matcher, Metadata, NativeHistogram, STALE, Sample,
    SampleRef, Selector, SelectorError, Series, Sink, Span, Suffixes, Timestamp, Value, ValueRef,
    is_stale,
};
#[cfg(feature = "regex")]
pub use model::{Pattern, PatternError};
pub use parse::{Format, ParseError, Parser};
#[cfg(any(feature = "http", feature = "yaml"))]
pub use scrape::DiscoveryError;
#[cfg(feature = "regex")]
pub use scrape::{
    Action, Credentials, Endpoint, Job, RelabelBuilder, RelabelError, RelabelRule, TargetError,
    relabel,
};
#[cfg(feature = "yaml")]
pub use scrape::{ConfigError, FileDiscovery, JobConfig, RefreshError, ScrapeConfig};
pub use scrape::{
    Fetch, FetchError, Fetching, Limit, Limits, Scrape, ScrapeError, ScrapeProtocol, ScrapeRequest,
    ScrapeResponse, Scraper, Target, TargetGroup, UnknownProtocol,
};
#[cfg(feature = "http")]
pub use scrape::{Http, HttpDiscovery, HttpError};
#[cfg(all(feature = "http", feature = "promql"))]
pub use source::Server;
#[cfg(feature = "promql")]
pub use source::{Asking, Claiming, Embedded, QueryAnswer, QueryError, Source, Unmet};
pub use store::{AppendError, Appender, SeriesId, Store, StoredSeries};

/// The README's examples, run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Likewise those on PromQL.
#[cfg(all(doctest, feature = "promql"))]
#[doc = include_str!("../../docs/promql.md")]
struct Promql;
