//! A program at full speed: threads that do nothing but count, and remember how often they did.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use prom_client::{
    Buckets, Counter, Family, Gauge, Histogram, RegisterError, Registry, Snapshot, Unit,
};

use crate::Failure;

/// What a worker does between two looks at whether to stop.
const ROUND: u64 = 1_000;
/// What a job counts, in one life of its metrics.
pub(crate) const LIFE: u64 = 100;
/// What is counted on handles whose metrics were removed: much, so that any of it would stand out.
const STRAY: u64 = 1_000_000_000;
/// Jobs at a time.
const ALIVE: u64 = 50;

const ROUTES: [&str; 4] = ["/", "/search", "/checkout", "a \"quoted\\route\"\nin two lines: 😀"];

/// Halves of halves, which add up exactly in any order.
fn latency(i: u64) -> f64 {
    i as f64 / 64.0
}

/// The metrics under load. What begins with `load_` is never removed; what begins with `churn_`
/// always is.
#[derive(Clone, Debug)]
struct Metrics {
    operations: Counter,
    bytes: Counter,
    busy: Counter<f64>,
    threads: Counter,
    in_flight: Gauge,
    balance: Gauge,
    level: Gauge<f64>,
    ones: Histogram,
    latency: Histogram,
    requests: Family<(&'static str, u16), Counter>,
    request_ones: Family<(&'static str,), Histogram>,
    jobs: Family<(u64,), Counter>,
    job_ones: Family<(u64,), Histogram>,
}

impl Metrics {
    fn register(registry: &Registry) -> Result<Self, RegisterError> {
        let load = registry.with_prefix("load")?;
        let churn = registry.with_prefix("churn")?;
        let buckets = Buckets::new([0.1, 1.0, 10.0, 1e6]).expect("the bounds increase");
        Ok(Self {
            operations: load.register("operations", "Steps of the workers.")?,
            bytes: load
                .metric("moved", "Added in steps of all sizes.")
                .unit(Unit::BYTES)
                .register()?,
            busy: load.metric("busy", "Added in fractions.").unit(Unit::SECONDS).register()?,
            threads: load.register("threads", "Counted by threads that live for a moment.")?,
            in_flight: load.register("in_flight", "Held by guards.")?,
            balance: load.register("balance", "Up on one thread, down on others.")?,
            level: load.register("level", "Set by every thread.")?,
            ones: load.register("ones", "Nothing but ones.")?,
            latency: load.metric("latency", "Values of all sizes.").buckets(buckets).register()?,
            requests: load
                .metric("requests", "By route and status.")
                .labels(["route", "status"])
                .register()?,
            request_ones: load
                .metric("request_ones", "Ones by route.")
                .labels(["route"])
                .register()?,
            jobs: churn.metric("jobs", "At most a life's.").labels(["number"]).register()?,
            job_ones: churn.metric("job_ones", "Ones of a job.").labels(["number"]).register()?,
        })
    }

    /// A round of a worker.
    fn work(&self, worker: usize) {
        for i in 0..ROUND {
            let _in_flight = self.in_flight.track();
            self.operations.inc();
            self.bytes.inc_by(i);
            self.busy.inc_by(0.25);
            self.balance.add(if worker % 2 == 0 { 3 } else { -3 });
            self.level.set(i as f64 / 4.0);
            self.ones.observe(1.0);
            self.latency.observe(latency(i));
            let route = ROUTES[i as usize % ROUTES.len()];
            self.requests.with(&(route, 200)).inc();
            self.request_ones.with(&(route,)).observe(1.0);
        }
    }

    /// The metrics of a job.
    fn job(&self, job: u64) -> (Counter, Histogram) {
        (self.jobs.with(&(job,)), self.job_ones.with(&(job,)))
    }

    /// A round of the churner: jobs, each of which ends the one that had its label set.
    fn churn(&self, held: &mut [(Counter, Histogram)]) {
        for i in 0..ROUND {
            let job = i % ALIVE;
            self.jobs.remove(&(job,));
            self.job_ones.remove(&(job,));
            let metrics = self.job(job);
            let removed = std::mem::replace(&mut held[job as usize], metrics);
            removed.0.inc_by(STRAY);
            removed.1.observe(STRAY as f64);
            for _ in 0..LIFE {
                metrics.0.inc();
                metrics.1.observe(1.0);
            }
        }
    }

    /// A thread that counts three times, the last time when its thread-locals are being dropped.
    fn short_thread(&self) {
        struct Last(Counter);
        impl Drop for Last {
            fn drop(&mut self) {
                self.0.inc();
            }
        }
        thread_local! {
            static LAST: Cell<Option<Last>> = const { Cell::new(None) };
        }
        let threads = self.threads;
        let thread = std::thread::spawn(move || {
            LAST.set(Some(Last(threads)));
            threads.inc_by(2);
        });
        thread.join().expect("it does not panic");
    }
}

/// Threads under way.
#[derive(Debug)]
pub(crate) struct Load {
    registry: Registry,
    finished: Gauge,
    stop: Stop,
    workers: Vec<JoinHandle<u64>>,
    churner: JoinHandle<u64>,
    spawner: JoinHandle<u64>,
}

impl Load {
    /// Starts three workers, a churner, and a thread that starts others.
    pub(crate) fn start(registry: &Registry) -> Result<Self, RegisterError> {
        let metrics = Metrics::register(registry)?;
        let finished = registry.register("finished", "1 when nothing moves any more.")?;
        let stop = Stop::default();
        let workers =
            (0..3).map(|worker| repeat(&metrics, &stop, move |metrics| metrics.work(worker)));
        let workers = workers.collect();
        let mut held: Vec<_> = (0..ALIVE).map(|job| metrics.job(job)).collect();
        let churner = repeat(&metrics, &stop, move |metrics| metrics.churn(&mut held));
        let spawner = repeat(&metrics, &stop, Metrics::short_thread);
        Ok(Self { registry: registry.clone(), finished, stop, workers, churner, spawner })
    }

    /// Stops all threads, and sees to it that nothing that they counted is lost. What is returned
    /// is what there will be from now on.
    pub(crate) fn finish(self) -> Result<Snapshot, Failure> {
        drop(self.stop);
        let join = |thread: JoinHandle<u64>| thread.join().map_err(|_| "a thread panicked");
        let rounds = self.workers.into_iter().map(join).collect::<Result<Vec<u64>, _>>()?;
        let (lives, threads) = (join(self.churner)? * ROUND, join(self.spawner)?);
        self.finished.set(1);

        let steps = rounds.iter().sum::<u64>() * ROUND;
        eprintln!("{steps} steps, {lives} lives of jobs, {threads} short threads");
        let snapshot = self.registry.snapshot();
        let counter = |name: &str| snapshot.counter(name, &[]);
        assert_eq!(counter("load_operations"), Some(steps));
        assert_eq!(counter("load_moved_bytes"), Some(steps * (ROUND - 1) / 2));
        assert_eq!(counter("load_threads"), Some(threads * 3));
        assert_eq!(snapshot.float("load_busy_seconds", &[]), Some(steps as f64 / 4.0));
        assert_eq!(snapshot.gauge("load_in_flight", &[]), Some(0));
        let balance = (rounds[0] + rounds[2]) as i64 - rounds[1] as i64;
        assert_eq!(snapshot.gauge("load_balance", &[]), Some(balance * 3 * ROUND as i64));

        let histogram = |name: &str, labels: &[(&str, &str)]| {
            snapshot.histogram(name, labels).map(|histogram| (histogram.count(), histogram.sum()))
        };
        let per_round: f64 = (0..ROUND).map(latency).sum();
        assert_eq!(histogram("load_ones", &[]), Some((steps, steps as f64)));
        assert_eq!(
            histogram("load_latency", &[]),
            Some((steps, per_round * (steps / ROUND) as f64))
        );
        for route in ROUTES {
            let share = steps / ROUTES.len() as u64;
            let labels = [("route", route), ("status", "200")];
            assert_eq!(snapshot.counter("load_requests", &labels), Some(share));
            assert_eq!(histogram("load_request_ones", &labels[..1]), Some((share, share as f64)));
        }
        for job in (0..ALIVE).map(|job| job.to_string()) {
            assert_eq!(snapshot.counter("churn_jobs", &[("number", &job)]), Some(LIFE));
            assert_eq!(histogram("churn_job_ones", &[("number", &job)]), Some((LIFE, LIFE as f64)));
        }
        Ok(snapshot)
    }
}

/// Stops the threads when it is dropped, also when a test fails while they run.
#[derive(Debug, Default)]
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Starts a thread that does this until it is to stop, and returns how often it did.
fn repeat(
    metrics: &Metrics,
    stop: &Stop,
    mut round: impl FnMut(&Metrics) + Send + 'static,
) -> JoinHandle<u64> {
    let (metrics, stop) = (metrics.clone(), Arc::clone(&stop.0));
    std::thread::spawn(move || {
        let mut rounds = 0;
        while !stop.load(Ordering::Relaxed) {
            round(&metrics);
            rounds += 1;
        }
        rounds
    })
}
