//! The families of one registry that HTTP metrics count in.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::builder::Options;
use super::labels::Values;
use super::profile::{Named, Scheme};
use super::routes::Admitted;
use crate::desc::Unit;
use crate::family::Family;
use crate::metric::{Counter, Gauge, Histogram};
use crate::registry::{MetricBuilder, RegisterError, Registry};

type Labelled<M> = Family<Values<'static>, M>;

/// See the module. What is off is `None`.
#[derive(Debug)]
pub(super) struct Instruments {
    /// First, so that it is dropped before the family whose address it is found by.
    pub(super) limits: Arc<Limits>,
    pub(super) requests: Option<Labelled<Counter>>,
    pub(super) duration: Labelled<Histogram>,
    pub(super) first_byte: Option<Labelled<Histogram>>,
    pub(super) request_size: Option<Labelled<Histogram>>,
    pub(super) response_size: Option<Labelled<Histogram>>,
    pub(super) in_flight: Labelled<Gauge>,
    pub(super) aborted: Option<Labelled<Counter>>,
}

/// Which values labels may have.
#[derive(Debug)]
pub(super) struct Limits {
    pub(super) routes: Admitted,
    pub(super) peers: Admitted,
}

/// The limits of all families in use, by the identity of the family. Whatever counts in the same families has the
/// same limits, however often it was built.
static LIMITS: Mutex<Vec<(usize, Weak<Limits>)>> = Mutex::new(Vec::new());

impl Instruments {
    /// Registers the families, or finds those that the same options registered before.
    #[track_caller]
    pub(super) fn register(
        registry: &Registry,
        options: &Options,
        scheme: &Scheme,
    ) -> Result<Self, RegisterError> {
        let mut labels: Vec<&str> = names(scheme.labels).collect();
        labels.extend(options.own.iter().map(|label| label.name.as_str()));
        let histogram = |name, help, unit, buckets: &crate::metric::Buckets| {
            let metric = registry.metric(name, help).unit(unit).buckets(buckets.clone());
            bounded(metric, &labels, options)
        };
        let seconds = |name, help| histogram(name, help, Unit::SECONDS, &options.duration_buckets);
        let bytes = |name, help| histogram(name, help, Unit::BYTES, &options.size_buckets);

        let requests = scheme.requests.map(|name| {
            let metric = registry.metric(name, "HTTP requests that came to their end.");
            bounded(metric, &labels, options).get_or_register()
        });
        let duration =
            seconds(scheme.duration, "Time from a request's head to the end of its response.");
        let first_byte = options.first_byte.then(|| {
            seconds(scheme.first_byte, "Time from a request's head to the head of its response.")
                .get_or_register()
        });
        let request_size = options
            .request_sizes
            .then(|| bytes(scheme.request_size, "Size of requests' bodies.").get_or_register());
        let response_size = options
            .response_sizes
            .then(|| bytes(scheme.response_size, "Size of responses' bodies.").get_or_register());
        let in_flight = registry
            .metric(scheme.in_flight, "HTTP requests being answered now.")
            .labels(names(scheme.in_flight_labels))
            .max_series(options.max_series);
        let aborted = scheme.aborted.map(|name| {
            let labels: Vec<&str> =
                names(scheme.aborted_labels).chain(["reason", "phase"]).collect();
            let metric =
                registry.metric(name, "HTTP requests that did not come to their end well.");
            bounded(metric, &labels, options).get_or_register()
        });
        let overflow: Counter = registry
            .metric(scheme.overflow, "HTTP requests whose route was one too many.")
            .get_or_register()?;
        let duration = duration.get_or_register()?;
        Ok(Self {
            requests: requests.transpose()?,
            first_byte: first_byte.transpose()?,
            request_size: request_size.transpose()?,
            response_size: response_size.transpose()?,
            in_flight: in_flight.get_or_register()?,
            aborted: aborted.transpose()?,
            limits: Limits::of(duration.address(), options.max_routes, overflow)?,
            duration,
        })
    }

    /// What two that count in the same families have in common, and no others.
    pub(super) fn identity(&self) -> usize {
        self.duration.address()
    }
}

impl Limits {
    fn of(family: usize, most: usize, overflow: Counter) -> Result<Arc<Self>, RegisterError> {
        let mut limits = LIMITS.lock();
        // Whoever has limits has the family, so no address is another family's by now.
        limits.retain(|(_, limits)| limits.strong_count() > 0);
        let mut known = limits.iter().filter(|(address, _)| *address == family);
        if let Some(known) = known.find_map(|(_, limits)| limits.upgrade()) {
            return Ok(known);
        }
        let (routes, peers) = (Admitted::new(most, overflow)?, Admitted::new(most, overflow)?);
        let new = Arc::new(Self { routes, peers });
        limits.push((family, Arc::downgrade(&new)));
        Ok(new)
    }
}

fn names(labels: &'static [Named]) -> impl Iterator<Item = &'static str> {
    labels.iter().map(|(name, _)| *name)
}

fn bounded<'r, M: crate::metric::Metric>(
    metric: MetricBuilder<'r, Labelled<M>>,
    labels: &[&str],
    options: &Options,
) -> MetricBuilder<'r, Labelled<M>> {
    metric.labels(labels.iter().copied()).max_series(options.max_series)
}
