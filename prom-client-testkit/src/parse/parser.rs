//! The parser: a format, and how closely to look.

use super::{Format, ParseError, openmetrics, text};
use crate::model::{Exposition, ExpositionBuilder, Sink, Suffixes};

/// Reads expositions.
///
/// By default it takes what Prometheus 3.5 takes, and hands on what it would store. A
/// [strict](Self::strict) parser is for those who write expositions: it wants text as `promtool` and the
/// Pushgateway want it, and OpenMetrics as its specification does.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Format, Parser};
///
/// // A counter of OpenMetrics is called `_total`; the server does not mind, the specification does.
/// let body = b"# TYPE jobs counter\njobs 1\n# EOF\n";
/// let lenient = Parser::new(Format::OpenMetrics);
/// assert_eq!(lenient.parse(body)?.value("jobs", []), Some(1.0));
/// let error = lenient.strict().parse(body).unwrap_err();
/// assert_eq!(error.line(), Some(2));
/// # Ok::<(), prom_client_testkit::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Parser {
    format: Format,
    strict: bool,
    #[cfg(feature = "protobuf")]
    classic: bool,
}

impl Parser {
    /// A parser that takes what Prometheus takes.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            strict: false,
            #[cfg(feature = "protobuf")]
            classic: false,
        }
    }

    /// Looks closely. In protobuf, at whether the parts of native histograms belong together: Prometheus
    /// looks at that when it stores them.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Reads classic buckets of a histogram that is also native: `always_scrape_classic_histograms`.
    #[cfg(feature = "protobuf")]
    pub fn classic_histograms(mut self) -> Self {
        self.classic = true;
        self
    }

    /// Reads a body into a sink.
    ///
    /// # Errors
    /// The first mistake. What the sink was handed before it is to be thrown away.
    ///
    /// # Cost
    /// Linear in the length of the body. A parser that is not strict allocates nothing for a sample of text
    /// or OpenMetrics, unless it has more than 16 labels, or names with escapes.
    pub fn read(&self, body: &[u8], mut sink: impl Sink) -> Result<(), ParseError> {
        match (self.format, self.strict) {
            (Format::Text, false) => text::lenient::read(body, &mut sink),
            (Format::Text, true) => text::strict::read(body, &mut sink),
            (Format::OpenMetrics, false) => openmetrics::read(body, &mut sink),
            (Format::OpenMetrics, true) => openmetrics::read_strictly(body, &mut sink),
            #[cfg(feature = "protobuf")]
            (Format::Protobuf, strict) => {
                super::protobuf::read(body, (self.classic, strict), &mut sink)
            }
        }
    }

    /// Reads a body into families.
    ///
    /// # Errors
    /// The first mistake.
    ///
    /// # Cost
    /// Each sample owns its labels. In protobuf a histogram has them once, and here each of its buckets has.
    pub fn parse(&self, body: &[u8]) -> Result<Exposition, ParseError> {
        let suffixes = match self.format {
            Format::OpenMetrics => Suffixes::OpenMetrics,
            _ => Suffixes::Classic,
        };
        let mut builder = ExpositionBuilder::new(suffixes);
        self.read(body, &mut builder)?;
        Ok(builder.build())
    }
}
