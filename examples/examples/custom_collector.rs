//! Values that are kept elsewhere, and read when a scrape asks for them.
//!
//! A collector is called at every scrape. If it fails, its families are left out of that scrape and
//! the failure is counted: here, that of `Process` on a system without `/proc`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::sync::{Arc, Mutex};

use prom_client::{CollectError, Collection, Collector, Desc, Kind, NameError, Registry, Unit};

/// A queue that knows its own numbers, and nothing about metrics.
#[derive(Debug, Default)]
struct Queue {
    jobs: BTreeMap<&'static str, Vec<String>>,
    taken: u64,
}

impl Queue {
    fn push(&mut self, priority: &'static str, job: &str) {
        self.jobs.entry(priority).or_default().push(job.to_owned());
    }

    fn pop(&mut self) -> Option<String> {
        let job = self.jobs.values_mut().find_map(Vec::pop)?;
        self.taken += 1;
        Some(job)
    }
}

/// Shows a [`Queue`] to Prometheus.
#[derive(Debug)]
struct QueueMetrics(Arc<Mutex<Queue>>);

impl Collector for QueueMetrics {
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        Ok(vec![
            Desc::new("queue_depth", "Jobs waiting.", Kind::Gauge)?,
            Desc::new("queue_taken_total", "Jobs taken out.", Kind::Counter)?,
        ])
    }

    fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
        // One look at the queue, so that what is exposed belongs together.
        let (depths, taken) = {
            let queue =
                self.0.lock().map_err(|_| CollectError::other("a user of the queue panicked"))?;
            let depth = |(priority, jobs): (&&'static str, &Vec<_>)| (*priority, jobs.len() as i64);
            (queue.jobs.iter().map(depth).collect::<Vec<_>>(), queue.taken)
        };
        for (priority, depth) in depths {
            out.family("queue_depth")?.gauge(&[("priority", priority)], depth)?;
        }
        out.family("queue_taken_total")?.counter(&[], taken)
    }
}

/// What Linux knows about this process.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn describe(&self) -> Result<Vec<Desc>, NameError> {
        Ok(vec![
            Desc::new("process_open_fds", "Open file descriptors.", Kind::Gauge)?,
            Desc::new("process_resident_memory", "Memory that is in RAM.", Kind::Gauge)?
                .unit(Unit::BYTES),
        ])
    }

    fn collect(&self, out: &mut Collection) -> Result<(), CollectError> {
        // The one that the reading itself opens does not count.
        let open = fs::read_dir("/proc/self/fd")?.count() as i64 - 1;
        out.family("process_open_fds")?.gauge(&[], open)?;

        let status = fs::read_to_string("/proc/self/status")?;
        let resident = status
            .lines()
            .find_map(|line| {
                line.strip_prefix("VmRSS:")?.strip_suffix(" kB")?.trim().parse::<i64>().ok()
            })
            .ok_or_else(|| CollectError::other("/proc/self/status has no VmRSS"))?;
        out.family("process_resident_memory_bytes")?.gauge(&[], resident * 1024)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let queue = Arc::new(Mutex::new(Queue::default()));
    let registry = Registry::new();
    registry.register_collector(Arc::new(QueueMetrics(Arc::clone(&queue))))?;
    registry.register_collector(Arc::new(Process))?;

    let mut jobs = queue.lock().map_err(|_| "poisoned")?;
    jobs.push("high", "send the invoice");
    jobs.push("low", "rotate the logs");
    jobs.push("low", "warm the cache");
    println!("# next: {}", jobs.pop().ok_or("there are three")?);
    drop(jobs);

    print!("{}", registry.to_text());
    Ok(())
}
