//! The libraries: in each, a family of counters and one of histograms with the labels
//! [`LABEL_NAMES`](crate::data::LABEL_NAMES), used as its manual recommends when label values are strings
//! known only at run time.

pub mod fastmetrics;
pub mod measured;
pub mod metrics;
pub mod ours;
pub mod prometheus;
pub mod prometheus_client;
pub mod prometheus_static;

use crate::data::Labels;

/// The name of the counter families, for libraries that add the suffix.
const COUNTERS: &str = "http_requests";
/// The same for libraries that do not.
const COUNTERS_TOTAL: &str = "http_requests_total";
/// The help of the counter families.
const COUNTERS_HELP: &str = "Requests answered.";
/// The name of the histogram families.
const HISTOGRAMS: &str = "http_request_duration_seconds";
/// The help of the histogram families.
const HISTOGRAMS_HELP: &str = "Time until the last byte was sent.";

/// Something that is exposed as text.
pub trait Scrape: Send + Sync + 'static {
    /// The name of the library in all results.
    const LIBRARY: &'static str;

    /// Where the text goes; reused between scrapes if the library allows that.
    type Body: AsRef<[u8]> + Default + Send;

    /// Replaces `body` by the text of all series.
    fn scrape(&self, body: &mut Self::Body);
}

/// Something that is exposed as Prometheus' protobuf too.
pub trait Protobuf: Scrape {
    /// Replaces `body` by the messages of all series.
    fn protobuf(&self, body: &mut Vec<u8>);
}

/// Something that is exposed as OpenMetrics text too.
pub trait OpenMetrics: Scrape {
    /// Replaces `body` by the text of all series.
    fn openmetrics(&self, body: &mut Self::Body);
}

/// A family whose scrapes are protobuf.
#[derive(Debug)]
pub struct InProtobuf<S>(pub S);

impl<S: Protobuf> Scrape for InProtobuf<S> {
    const LIBRARY: &'static str = S::LIBRARY;
    type Body = Vec<u8>;

    fn scrape(&self, body: &mut Vec<u8>) {
        self.0.protobuf(body);
    }
}

/// A family whose scrapes are OpenMetrics.
#[derive(Debug)]
pub struct InOpenMetrics<S>(pub S);

impl<S: OpenMetrics> Scrape for InOpenMetrics<S> {
    const LIBRARY: &'static str = S::LIBRARY;
    type Body = S::Body;

    fn scrape(&self, body: &mut S::Body) {
        self.0.openmetrics(body);
    }
}

/// A family of counters.
pub trait Counters: Scrape {
    /// An empty family, in a registry of its own.
    fn new() -> Self;

    /// Looks a counter up, makes it if need be, and adds to it.
    fn add(&self, labels: Labels<'_>, count: u64);

    /// Looks a counter up, makes it if need be, and adds 1.
    fn inc(&self, labels: Labels<'_>);
}

/// A family of histograms with the buckets [`BOUNDS`](crate::data::BOUNDS).
pub trait Histograms: Scrape {
    /// An empty family, in a registry of its own.
    fn new() -> Self;

    /// Looks a histogram up, makes it if need be, and lets it observe.
    fn observe(&self, labels: Labels<'_>, value: f64);

    /// Does what the library has put off while it observed; without that, memory would grow.
    fn settle(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{BOUNDS, Inputs, label_sets, latencies};

    const SERIES: usize = 100;

    fn samples<S: Scrape>(family: &S) -> Vec<String> {
        let mut body = S::Body::default();
        // The second text replaces the first.
        family.scrape(&mut body);
        family.scrape(&mut body);
        let text = String::from_utf8_lossy(body.as_ref()).into_owned();
        let mut samples: Vec<_> =
            text.lines().map(str::to_owned).filter(|line| is_sample(line)).collect();
        samples.sort();
        samples
    }

    /// Leaves out what a library says about itself, too.
    fn is_sample(line: &str) -> bool {
        line.starts_with(COUNTERS) || line.starts_with(HISTOGRAMS)
    }

    fn counters<C: Counters>() -> Vec<String> {
        let family = C::new();
        for (count, labels) in (0..).zip(label_sets(SERIES)) {
            family.add(labels, count);
            family.inc(labels);
        }
        samples(&family)
    }

    fn histograms<H: Histograms>() -> Vec<String> {
        let (family, latencies) = (H::new(), latencies());
        let touch =
            |(series, labels): (usize, &Labels<'_>)| family.observe(*labels, latencies.at(series));
        label_sets(SERIES).iter().enumerate().for_each(touch);
        family.settle();
        samples(&family)
    }

    #[test]
    fn all_libraries_expose_the_same_counters() {
        let lines = counters::<prometheus::Counters>();
        assert_eq!(lines.len(), SERIES);
        assert_eq!(lines, counters::<ours::Counters>());
        assert_eq!(lines, counters::<prometheus_client::Counters>());
        assert_eq!(lines, counters::<fastmetrics::Counters>());
        assert_eq!(lines, counters::<measured::Counters>());
        assert_eq!(lines, counters::<metrics::Counters>());
    }

    /// What a reader that is nobody's here makes of a family in protobuf: names, labels and values.
    fn messages<S: Protobuf>(family: &S) -> Vec<String> {
        let mut body = Vec::new();
        // The second body replaces the first.
        family.protobuf(&mut body);
        family.protobuf(&mut body);
        let parser = prom_client_testkit::Parser::new(prom_client_testkit::Format::Protobuf);
        let exposition = parser.parse(&body).unwrap();
        let samples = exposition.samples();
        let samples = samples.map(|sample| format!("{} {:?}", sample.labels, sample.value));
        let mut samples: Vec<_> = samples.filter(|sample| is_sample(sample)).collect();
        samples.sort();
        samples
    }

    #[test]
    fn all_libraries_expose_the_same_in_protobuf() {
        fn counters<C: Counters + Protobuf>() -> Vec<String> {
            let family = C::new();
            (0..).zip(label_sets(SERIES)).for_each(|(count, labels)| family.add(labels, count));
            messages(&family)
        }
        fn histograms<H: Histograms + Protobuf>() -> Vec<String> {
            let (family, latencies) = (H::new(), latencies());
            let sets = label_sets(SERIES);
            let all = sets.iter().enumerate();
            all.for_each(|(series, labels)| family.observe(*labels, latencies.at(series)));
            messages(&family)
        }
        let ours = counters::<ours::Counters>();
        assert_eq!(ours.len(), SERIES);
        assert_eq!(ours, counters::<prometheus::Counters>());
        assert_eq!(ours, counters::<prometheus_client::Counters>());
        let ours = histograms::<ours::Histograms>();
        assert_eq!(ours.len(), SERIES * (BOUNDS.len() + 3));
        assert_eq!(ours, histograms::<prometheus::Histograms>());
        assert_eq!(ours, histograms::<prometheus_client::Histograms>());
    }

    #[test]
    fn all_libraries_expose_as_many_lines_per_histogram() {
        let lines = SERIES * (BOUNDS.len() + 3);
        assert_eq!(histograms::<ours::Histograms>().len(), lines);
        assert_eq!(histograms::<prometheus::Histograms>().len(), lines);
        assert_eq!(histograms::<prometheus_client::Histograms>().len(), lines);
        assert_eq!(histograms::<metrics::Histograms>().len(), lines);
        assert_eq!(histograms::<fastmetrics::Histograms>().len(), lines);
        assert_eq!(histograms::<measured::Histograms>().len(), lines);
    }
}
