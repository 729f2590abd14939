//! Series that go when nobody updates them: `MetricBuilder::ttl`.

mod beside;
mod bounds;
mod day;
mod model;
mod updates;

use std::time::Duration;

use prom_client::{Clock, Family, Instrument, ManualClock, Metric, Registry};

/// A registry whose time is moved by hand. It begins late enough to go back.
fn registry() -> (Registry, ManualClock) {
    let (clock, hand) = Clock::manual(START);
    (Registry::with_clock(clock), hand)
}

const START: Duration = secs(1_000_000);

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A family whose series live for so many seconds.
fn family<M: Metric>(registry: &Registry, name: &str, ttl: u64) -> Names<M>
where
    Names<M>: Instrument,
{
    registry.metric(name, "").labels(["name"]).ttl(secs(ttl)).register().expect("it is the first")
}

type Names<M> = Family<(&'static str,), M>;

/// Lets a scrape happen, of which nobody wants the text.
fn scrape(registry: &Registry) {
    drop(registry.snapshot());
}
