//! A row of the table: one operation, in every library.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};

use super::{Operation, Pool, Turn};
use crate::data::Inputs;

/// A row; its columns are added one by one. In criterion's words a group, called `<id>/<threads>t`.
pub struct Row<'a> {
    group: BenchmarkGroup<'a, WallTime>,
    pool: Pool,
}

impl<'a> Row<'a> {
    /// A row whose operations run on so many threads, all of them on the same metric.
    #[must_use]
    pub fn new(criterion: &'a mut Criterion, id: &str, threads: usize) -> Self {
        Self {
            group: criterion.benchmark_group(format!("{id}/{threads}t")),
            pool: Pool::new(threads),
        }
    }

    /// The same row on one thread, and on two.
    pub fn each(criterion: &mut Criterion, id: &str, mut columns: impl FnMut(&mut Row<'_>)) {
        for threads in [1, 2] {
            columns(&mut Row::new(criterion, id, threads));
        }
    }

    /// An operation on a metric that is at hand.
    pub fn held<M: Send + Sync + 'static>(
        &mut self,
        library: &str,
        metric: impl FnOnce() -> M,
        operation: impl Fn(&M) + Copy + Send + Sync + 'static,
    ) {
        self.column(
            library,
            metric,
            |_| (),
            move |metric, turn| {
                for _ in 0..turn.operations {
                    operation(black_box(metric));
                }
            },
        );
    }

    /// An operation that is given something else each time.
    pub fn given<I: Inputs, M: Send + Sync + 'static>(
        &mut self,
        library: &str,
        inputs: I,
        metric: impl FnOnce() -> M,
        operation: impl Fn(&M, I::Item) + Copy + Send + Sync + 'static,
    ) {
        self.settled(library, inputs, metric, |_| (), operation);
    }

    /// An operation that leaves something for later; `settle` does it after each round, untimed.
    pub fn settled<I: Inputs, M: Send + Sync + 'static>(
        &mut self,
        library: &str,
        inputs: I,
        metric: impl FnOnce() -> M,
        settle: impl Fn(&M),
        operation: impl Fn(&M, I::Item) + Copy + Send + Sync + 'static,
    ) {
        self.column(library, metric, settle, move |metric, turn| {
            for position in turn.positions() {
                operation(black_box(metric), inputs.at(position));
            }
        });
    }

    /// The same as [`given`](Self::given), on metrics of which each sees few operations: when `lifetime`
    /// operations are done, new metrics take their place, untimed.
    pub fn renewed<I: Inputs, M: Send + Sync + 'static>(
        &mut self,
        library: &str,
        inputs: I,
        lifetime: u64,
        metrics: impl Fn() -> M,
        operation: impl Fn(&M, I::Item) + Copy + Send + Sync + 'static,
    ) {
        let pool = &self.pool;
        let begin = || {
            let metrics = metrics();
            let operation = move |turn: Turn| {
                for position in turn.positions() {
                    operation(black_box(&metrics), inputs.at(position));
                }
            };
            Life { operation: Arc::new(operation), left: lifetime / pool.threads() as u64 }
        };
        let mut life = None;
        self.group.bench_function(library, |bencher| {
            // Not only below: criterion looks at the clock there, to find out how much it can ask for.
            Life::get(&mut life, begin);
            bencher.iter_custom(|mut operations| {
                let mut time = Duration::ZERO;
                while operations > 0 {
                    let Life { operation, left } = Life::get(&mut life, begin);
                    let slice = operations.min(*left);
                    time += pool.time(slice, operation);
                    *left -= slice;
                    operations -= slice;
                }
                time
            });
        });
    }

    fn column<M: Send + Sync + 'static>(
        &mut self,
        library: &str,
        metric: impl FnOnce() -> M,
        settle: impl Fn(&M),
        turn: impl Fn(&M, Turn) + Send + Sync + 'static,
    ) {
        // Criterion calls the closure again and again, and not at all if the column is filtered out.
        let mut parts = Some((metric, turn));
        let mut made = None;
        let pool = &self.pool;
        self.group.bench_function(library, |bencher| {
            let (metric, operation) = made.get_or_insert_with(|| {
                let (metric, turn) = parts.take().expect("made only once");
                let metric = Arc::new(metric());
                let shared = metric.clone();
                let operation: Operation = Arc::new(move |share| turn(&shared, share));
                (metric, operation)
            });
            bencher.iter_custom(|operations| {
                let time = pool.time(operations, operation);
                settle(metric);
                time
            });
        });
    }
}

/// Metrics that are used for a while.
struct Life {
    operation: Operation,
    /// How many operations each thread may still do.
    left: u64,
}

impl Life {
    fn get(life: &mut Option<Self>, begin: impl FnOnce() -> Self) -> &mut Self {
        if life.as_ref().is_some_and(|life| life.left == 0) {
            *life = None; // before the next one begins, which may want the memory
        }
        life.get_or_insert_with(begin)
    }
}
