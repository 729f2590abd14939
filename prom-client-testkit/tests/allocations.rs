//! Reading allocates nothing per sample.

use std::alloc::System;

use prom_client_testkit::{Format, Parser, SampleRef, Sink};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Looks at what a store looks at when it knows a series.
#[derive(Default)]
struct Known {
    samples: usize,
    bytes: usize,
    sum: f64,
}

impl Sink for Known {
    fn sample(&mut self, sample: &SampleRef<'_>) {
        self.samples += 1;
        self.bytes += sample.series().text().len();
        self.sum += sample.value().as_float().unwrap_or_default();
    }
}

// The only test here: others would allocate beside it.
#[test]
fn the_number_of_samples_makes_no_difference_to_the_number_of_allocations() {
    let body = |samples: usize, end: &str| {
        let line = |i| format!("a_total{{code=\"{i}\",route=\"/users\",zone=\"eu-1\"}} {i}.5\n");
        format!("# TYPE a counter\n{}{end}", (0..samples).map(line).collect::<String>())
    };
    for (format, end) in [(Format::Text, ""), (Format::OpenMetrics, "# EOF\n")] {
        let allocations = |samples: usize| {
            let body = body(samples, end);
            let once = || {
                let mut known = Known::default();
                let region = Region::new(ALLOCATOR);
                Parser::new(format).read(body.as_bytes(), &mut known).expect("it is right");
                let allocations = region.change().allocations;
                assert_eq!(known.samples, samples);
                assert!(known.bytes > 10 * samples && known.sum > 0.0);
                allocations
            };
            // The test's harness has a thread of its own, which can only add some.
            (0..10).map(|_| once()).min()
        };
        // The first one makes room for labels.
        assert_eq!(allocations(1), allocations(10_000), "{format}");
    }
}
