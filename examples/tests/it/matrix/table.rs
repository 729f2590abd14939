//! What each server keeps, by how it asks: the table of `docs/servers.md`.

use std::fmt::{self, Display};

use prom_client::Format;

/// A server, by a version that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Server {
    /// And older ones.
    Prometheus242,
    /// And the rest of 2.
    Prometheus253,
    Prometheus3,
    VictoriaMetrics,
}

/// One way to scrape, and what the server has afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) server: Server,
    pub(super) asked: Asked,
    pub(super) format: Format,
    /// The media type of the answer, and its version where there is a choice.
    pub(super) answer: &'static str,
    pub(super) values: Values,
    pub(super) gauge_histograms: GaugeHistograms,
    pub(super) native: Native,
    pub(super) exemplars: Exemplars,
    pub(super) names: Names,
    pub(super) starts: Starts,
    pub(super) metadata: Metadata,
}

/// What makes the server ask for a format.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    /// Nothing.
    AsItComes,
    /// A feature of the server.
    Feature(&'static str),
    /// Lines of its job.
    Job(&'static [&'static str]),
    /// It does not ask: the exporter has no other.
    Only(Format),
}

/// How it keeps numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    Exact,
    /// To twelve digits.
    Rounded,
}

/// What it makes of a gauge histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GaugeHistograms {
    Kept,
    /// Buckets and count without what stands behind the name of the family, and no sum.
    OneName,
}

/// Which buckets it has of histograms with native ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    /// The classic ones, of a metric with native ones only `+Inf`.
    Classic,
    /// The native ones.
    Exponential,
    /// Both, of a metric that has both.
    Both,
}

/// Which exemplars it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exemplars {
    None,
    /// Of counters and of classic buckets.
    Classic,
    /// Of counters and of classic buckets, and the first of those that are beside native buckets.
    First,
    /// Of counters and of classic buckets, and all of those that are beside native buckets.
    Shared,
    /// Of counters and of all buckets.
    All,
}

/// What becomes of names outside the classic set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Kept,
    Escaped,
}

/// What it has of the time at which a series began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Starts {
    None,
    /// A series `_created`.
    Series,
    /// A sample of 0 at that time.
    Zero,
}

/// What it knows of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metadata {
    None,
    /// Help, and the types of this format.
    WithoutUnit,
    /// The unit too.
    WithUnit,
}

const TEXT: &str = "text/plain; version=0.0.4";
const TEXT_UTF8: &str = "text/plain; version=1.0.0";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0";
#[rustfmt::skip]
const PROTOBUF: &str = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/// Scraped as it comes, or as most others are.
const PLAIN: Row = Row {
    server: Server::VictoriaMetrics,
    asked: Asked::AsItComes,
    format: Format::Text,
    answer: TEXT,
    values: Values::Exact,
    gauge_histograms: GaugeHistograms::Kept,
    native: Native::Classic,
    exemplars: Exemplars::None,
    names: Names::Escaped,
    starts: Starts::Series,
    metadata: Metadata::WithoutUnit,
};

const TEXT_OF_2: Row = Row { asked: Asked::Only(Format::Text), ..PLAIN };
const OPENMETRICS_OF_2: Row = Row {
    format: Format::OpenMetrics,
    answer: OPENMETRICS,
    exemplars: Exemplars::Classic,
    metadata: Metadata::WithUnit,
    ..PLAIN
};
const PROTOBUF_OF_2: Row = Row {
    asked: Asked::Feature("native-histograms"),
    format: Format::Protobuf,
    answer: PROTOBUF,
    native: Native::Exponential,
    exemplars: Exemplars::Shared,
    starts: Starts::None,
    ..PLAIN
};
const OF_3: Row = Row { server: Server::Prometheus3, ..PLAIN };
const PROTOBUF_OF_3: Row = Row {
    asked: Asked::Job(&["scrape_protocols: [PrometheusProto]"]),
    format: Format::Protobuf,
    answer: PROTOBUF,
    native: Native::Exponential,
    exemplars: Exemplars::All,
    starts: Starts::Zero,
    metadata: Metadata::WithUnit,
    ..OF_3
};

pub(super) const TABLE: &[Row] = &[
    Row { server: Server::Prometheus242, ..TEXT_OF_2 },
    Row { server: Server::Prometheus242, ..OPENMETRICS_OF_2 },
    Row {
        server: Server::Prometheus242,
        gauge_histograms: GaugeHistograms::OneName,
        exemplars: Exemplars::First,
        ..PROTOBUF_OF_2
    },
    Row { server: Server::Prometheus253, ..TEXT_OF_2 },
    Row { server: Server::Prometheus253, ..OPENMETRICS_OF_2 },
    Row { server: Server::Prometheus253, ..PROTOBUF_OF_2 },
    Row { asked: Asked::Job(&["scrape_protocols: [PrometheusText0.0.4]"]), ..OF_3 },
    Row {
        asked: Asked::Job(&["scrape_protocols: [PrometheusText1.0.0]"]),
        answer: TEXT_UTF8,
        names: Names::Kept,
        ..OF_3
    },
    Row {
        asked: Asked::Job(&["scrape_protocols: [OpenMetricsText1.0.0]"]),
        format: Format::OpenMetrics,
        answer: OPENMETRICS,
        exemplars: Exemplars::Classic,
        names: Names::Kept,
        starts: Starts::Zero,
        metadata: Metadata::WithUnit,
        ..OF_3
    },
    PROTOBUF_OF_3,
    Row {
        asked: Asked::Job(&[
            "scrape_protocols: [PrometheusProto]",
            "always_scrape_classic_histograms: true",
        ]),
        native: Native::Both,
        ..PROTOBUF_OF_3
    },
    Row { values: Values::Rounded, metadata: Metadata::None, ..PLAIN },
];

const HEADINGS: &str = "\
| server | made to ask by | answered with | values | gauge histograms | buckets of native histograms | exemplars | names in UTF-8 | start times | metadata |
|---|---|---|---|---|---|---|---|---|---|
";

/// The table as it stands in a document.
pub(super) fn markdown() -> String {
    let mut lines = String::from(HEADINGS);
    for row in TABLE {
        let cells: [&dyn Display; 10] = [
            &row.server,
            &row.asked,
            &format!("`{}`", row.answer),
            &row.values,
            &row.gauge_histograms,
            &row.native,
            &row.exemplars,
            &row.names,
            &row.starts,
            &row.metadata,
        ];
        cells.iter().for_each(|cell| lines += &format!("| {cell} "));
        lines += "|\n";
    }
    lines
}

impl Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prometheus242 => "Prometheus 2.42",
            Self::Prometheus253 => "Prometheus 2.53",
            Self::Prometheus3 => "Prometheus 3.5",
            Self::VictoriaMetrics => "VictoriaMetrics 1.79",
        })
    }
}

impl Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsItComes => f.write_str("nothing"),
            Self::Feature(feature) => write!(f, "`--enable-feature={feature}`"),
            Self::Job(lines) => write!(f, "`{}`", lines.join("`, `")),
            Self::Only(format) => write!(f, "nothing: `Exporter::only(Format::{format:?})`"),
        }
    }
}

impl Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "all",
            Self::Rounded => "all, to twelve digits",
        })
    }
}

impl Display for GaugeHistograms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kept => "kept",
            Self::OneName => "all under one name, no sum",
        })
    }
}

impl Display for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Classic => "classic",
            Self::Exponential => "native",
            Self::Both => "native and classic",
        })
    }
}

impl Display for Exemplars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Classic => "counters, classic buckets",
            Self::First => "counters, classic buckets, one of each histogram with both",
            Self::Shared => "counters, classic buckets, also of histograms with both",
            Self::All => "counters, all buckets",
        })
    }
}

impl Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kept => "kept",
            Self::Escaped => "underscores",
        })
    }
}

impl Display for Starts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Series => "series `_created`",
            Self::Zero => "a 0 at that time",
        })
    }
}

impl Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::WithoutUnit => "type, help",
            Self::WithUnit => "type, help, unit",
        })
    }
}
