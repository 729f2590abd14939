//! Test metrics as Prometheus will see them: read an exposition, compare it, lint it.
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
//! # The way of the data
//!
//! ```text
//!  body ──► Parser ──► Sink ──► Exposition ──► value, family, lint
//!  bytes    parse/     model/
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
//! nothing per sample; an [`Exposition`] owns all that it holds.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `protobuf` | yes | the protobuf exposition and its native histograms |
//! | `regex` | no | relabelling, jobs, and regular expressions as Prometheus means them |
//! | `yaml` | no | the scrape part of a `prometheus.yml`, and targets from files; turns `regex` on |
//! | `http` | no | targets over HTTP, on hyper and tokio; `prom-testkit check URL` |
//!
//! Rust 1.85 or newer. No unsafe code.

#![forbid(unsafe_code)]

mod assert;
mod lab;
mod lint;
mod model;
mod parse;
mod scrape;
mod store;

pub use assert::assert_exposition;
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
pub use store::{AppendError, Appender, SeriesId, Store, StoredSeries};

/// The README's examples, run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
