//! Values that are kept elsewhere, and read when a scrape asks for them.
//!
//! Collectors and callbacks are called at every scrape. If one fails, its families are left out of that
//! scrape and the failure is counted: here, that of the load average on a system without `/proc`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::sync::{Arc, Mutex};

use prom_client::{
    CollectError, Collection, Collector, Desc, Kind, NameError, Registry, process_collector,
};

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

/// How busy the machine is, as Linux has it.
fn load_average() -> Result<f64, Box<dyn Error + Send + Sync>> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().ok_or("/proc/loadavg is empty")?.parse()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let queue = Arc::new(Mutex::new(Queue::default()));
    let registry = Registry::new();
    registry.register_collector(Arc::new(QueueMetrics(Arc::clone(&queue))))?;
    // One value needs no type of its own, and the process has a collector in the box.
    registry.gauge_fn("machine_load_average", "Load average over a minute.", load_average)?;
    registry.register_collector(process_collector())?;

    let mut jobs = queue.lock().map_err(|_| "poisoned")?;
    jobs.push("high", "send the invoice");
    jobs.push("low", "rotate the logs");
    jobs.push("low", "warm the cache");
    println!("# next: {}", jobs.pop().ok_or("there are three")?);
    drop(jobs);

    print!("{}", registry.to_text());
    Ok(())
}
