use prom_client::{Counter, Histogram, Metrics, Registry};

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    jobs_total: Counter,
    /// Time per job.
    #[metric(unit = seconds)]
    time_seconds: Histogram,
}

fn main() {
    let registry = Registry::new();
    let jobs = Jobs::register(&registry).unwrap();
    jobs.jobs_total.inc();
    jobs.time_seconds.observe(1.0);
    let text = registry.to_text();
    assert!(text.contains("jobs_total 1\n") && text.contains("time_seconds_count 1\n"), "{text}");
}
