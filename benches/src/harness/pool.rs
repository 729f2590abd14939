//! Threads that stay, each on a processor of its own.

use std::hint;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::pin;
use super::round::Round;

/// Threads that did not meet say nothing about contention.
const OVERLAP: f64 = 0.85;

/// Very short rounds never overlap that much, so we give up at some point.
const TRIES: usize = 4;

/// One thread's share of a round.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The thread, from 0.
    pub thread: usize,
    /// How many operations it is to do.
    pub operations: u64,
}

impl Turn {
    /// The positions of this thread's inputs. The threads begin far from each other.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        let start = self.thread * 7_777;
        start
            ..start + usize::try_from(self.operations).expect("a round fits into the address space")
    }
}

/// What is timed: a loop over the operations of a turn.
pub type Operation = Arc<dyn Fn(Turn) + Send + Sync>;

/// A few threads that run the same operation at the same time.
///
/// They live as long as the pool: a library that keeps something per thread keeps it from round to round.
pub struct Pool(Vec<Worker>);

struct Worker {
    jobs: Sender<Job>,
    spans: Receiver<(Instant, Instant)>,
}

struct Job {
    operation: Operation,
    turn: Turn,
    ready: Arc<AtomicUsize>,
    threads: usize,
}

impl Pool {
    /// Starts the threads.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        Self((0..threads).map(Worker::start).collect())
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.0.len()
    }

    /// The mean time that the threads need for so many operations each.
    #[must_use]
    pub fn time(&self, operations: u64, operation: &Operation) -> Duration {
        let round = || self.round(operations, operation);
        let good = (1..TRIES).map(|_| round()).find(|round| round.overlap() >= OVERLAP);
        good.unwrap_or_else(round).mean()
    }

    fn round(&self, operations: u64, operation: &Operation) -> Round {
        let ready = Arc::new(AtomicUsize::new(0));
        for (thread, worker) in self.0.iter().enumerate() {
            worker.give(Job {
                operation: operation.clone(),
                turn: Turn { thread, operations },
                ready: ready.clone(),
                threads: self.threads(),
            });
        }
        Round::new(self.0.iter().map(Worker::wait).collect())
    }
}

impl Worker {
    fn start(thread: usize) -> Self {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let (outbox, spans) = mpsc::channel();
        thread::spawn(move || {
            pin(thread);
            for job in inbox {
                if outbox.send(job.run()).is_err() {
                    break;
                }
            }
        });
        Self { jobs, spans }
    }

    fn give(&self, job: Job) {
        self.jobs.send(job).expect("the thread waits for jobs");
    }

    fn wait(&self) -> (Instant, Instant) {
        self.spans.recv().expect("the operation does not panic")
    }
}

impl Job {
    /// Spins until all threads are here: to be woken takes longer than many a round.
    fn run(self) -> (Instant, Instant) {
        self.ready.fetch_add(1, Ordering::AcqRel);
        while self.ready.load(Ordering::Acquire) < self.threads {
            hint::spin_loop();
        }
        let start = Instant::now();
        (self.operation)(self.turn);
        (start, Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn every_thread_does_its_operations() {
        let done = Arc::new(AtomicU64::new(0));
        let operation: Operation = {
            let done = done.clone();
            Arc::new(move |turn| {
                done.fetch_add(turn.operations, Ordering::Relaxed);
            })
        };
        Pool::new(2).round(5, &operation);
        assert_eq!(done.load(Ordering::Relaxed), 10);
    }
}
