//! A registry that nobody should have: a million series, and labels of a hundred thousand bytes. Alone, since it
//! keeps a machine busy.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use prom_client::{
    Counter, Desc, Encoder, Exemplar, Family, Format, Gauge, LabelValues, Naming, Point, Registry,
    Schema, Sink,
};

const SERIES: u32 = 1_000_000;
const LONG: usize = 100_000;

/// Waits in the middle of a scrape, again and again, until somebody has counted.
struct Patient<'a> {
    encoder: Encoder<'a>,
    counted: Counter,
    series: u32,
    waited: u32,
}

/// Ends the observer when it is dropped.
struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Sink for Patient<'_> {
    fn naming(&self) -> Naming {
        self.encoder.naming()
    }

    fn family(&mut self, desc: &Desc) {
        self.encoder.family(desc);
    }

    fn schema(&mut self, schema: &Schema) {
        self.encoder.schema(schema);
    }

    fn series(&mut self, values: &LabelValues, point: &Point<'_>, start: Option<Duration>) {
        self.series_with_exemplars(values, point, start, &[]);
    }

    fn series_with_exemplars(
        &mut self,
        values: &LabelValues,
        point: &Point<'_>,
        start: Option<Duration>,
        exemplars: &[(usize, Exemplar)],
    ) {
        self.series += 1;
        if self.series % (SERIES / 10) == 0 || values.iter().any(|value| value.len() >= LONG) {
            let before = self.counted.value();
            while self.counted.value() == before {
                thread::yield_now();
            }
            self.waited += 1;
        }
        self.encoder.series_with_exemplars(values, point, start, exemplars);
    }
}

/// The exposition, and how often somebody was waited for.
fn scrape(registry: &Registry, format: Format, counted: Counter) -> (Vec<u8>, u32) {
    let mut body = Vec::new();
    let waited = {
        let encoder = Encoder::new(format, &mut body);
        let mut sink = Patient { encoder, counted, series: 0, waited: 0 };
        registry.gather(&mut sink);
        let Patient { encoder, waited, .. } = sink;
        encoder.finish();
        waited
    };
    (body, waited)
}

#[test]
fn a_scrape_of_a_hostile_registry_does_not_hold_up_observers() {
    let registry = Registry::new();
    let counted: Counter = registry.register("counted", "").expect("it is free");
    let many: Family<(u32,), Counter> = registry
        .metric("many", "")
        .labels(["n"])
        .max_series(SERIES as usize)
        .register()
        .expect("it is free");
    (0..SERIES).for_each(|n| many.with(&(n,)).inc());
    let wide: Family<(&str,), Gauge> =
        registry.metric("wide", "").labels(["w"]).register().expect("it is free");
    for digit in ["1", "2", "3"] {
        wide.with(&(&*digit.repeat(LONG),)).set(1);
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // Series that are read, a series that comes and goes, and the one that is waited for.
            for n in (0..SERIES).cycle() {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                many.with(&(n,)).inc();
                wide.with(&("new",)).inc();
                wide.remove(&("new",));
                counted.inc();
            }
        });
        // Also when an assertion fails.
        let end = Ended(&done);
        for format in Format::ALL {
            let (body, waited) = scrape(&registry, *format, counted);
            assert!(waited >= 13, "{format:?}: {waited} times");
            assert!(body.len() > SERIES as usize * 20 + 3 * LONG, "{format:?}");
        }
        drop(end);
    });
}
