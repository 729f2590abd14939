//! A day of a program, in milliseconds: quantiles of the last minutes, series that go when nobody updates them any
//! more, and exemplars that lead to a trace, all by a clock that the program moves itself.

use std::cell::Cell;
use std::time::Duration;

use prom_client::{
    Buckets, Clock, Counter, Family, Histogram, Quantiles, Registry, Summary, Unit,
    set_exemplar_source,
};

const MINUTE: Duration = Duration::from_secs(60);

thread_local! {
    /// The trace that this thread works for, as a tracing library would know it.
    static TRACE: Cell<Option<u128>> = const { Cell::new(None) };
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    set_exemplar_source(|labels| {
        TRACE.get().is_some_and(|id| {
            labels.push("trace_id", format_args!("{id:032x}"));
            true
        })
    })?;

    let (clock, hand) = Clock::manual(Duration::from_secs(1_700_000_000));
    let registry = Registry::with_clock(clock);
    let waiting: Summary = registry
        .metric("shop_waiting", "Time in the queue, of the last ten minutes.")
        .unit(Unit::SECONDS)
        .quantiles(Quantiles::new([0.5, 0.99])?.window(10 * MINUTE, 5)?)
        .register()?;
    let packing: Histogram = registry
        .metric("shop_packing", "Time to pack an order.")
        .unit(Unit::SECONDS)
        .buckets(Buckets::exponential(1.0, 4.0, 5)?)
        .exemplars()
        .register()?;
    let visits: Family<(&str,), Counter> = registry
        .metric("shop_visits", "Visits by campaign.")
        .labels(["campaign"])
        .ttl(6 * 60 * MINUTE)
        .register()?;

    for minute in 0..24 * 60_u32 {
        // In the evening there is a queue.
        let queue = if (18 * 60..21 * 60).contains(&minute) { 40.0 } else { 2.0 };
        for customer in 0..20 {
            waiting.observe(queue + f64::from(customer) / 10.0);
        }
        if minute < 8 * 60 {
            visits.with(&("night",)).inc();
        }
        visits.with(&("always",)).inc();
        TRACE.set((minute % 100 == 0).then_some(u128::from(minute) + 1));
        packing.observe(f64::from(minute % 60) * 4.0);
        hand.advance(MINUTE);

        // What a server would do now and then.
        let reading = registry.snapshot();
        let slow = reading.summary("shop_waiting_seconds", &[]).and_then(|s| s.quantile(0.99));
        if minute == 19 * 60 {
            assert!(slow.is_some_and(|slow| slow > 40.0), "{slow:?}");
        }
        if minute == 22 * 60 {
            assert!(slow.is_some_and(|slow| slow < 5.0), "an hour later it is forgotten: {slow:?}");
        }
    }

    assert!(visits.find(&("night",)).is_none(), "nobody came by it for half a day");
    assert_eq!(visits.with(&("always",)).value(), 24 * 60);
    let reading = registry.snapshot();
    let exemplar = reading.bucket_exemplar("shop_packing_seconds", &[], 200.0);
    assert!(exemplar.is_some_and(|exemplar| exemplar.labels().value("trace_id").is_some()));
    print!("{}", registry.to_text());
    Ok(())
}
