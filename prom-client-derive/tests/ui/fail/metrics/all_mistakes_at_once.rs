use prom_client::{Counter, Family, Histogram, Metrics};

#[derive(Metrics)]
#[metrics(namespace = "my shop", prefix = "x")]
struct Jobs {
    jobs: Counter,
    /// Time per job.
    #[metric(unit = ms, buckets = [2.0, 1.0])]
    time: Histogram,
    /// Jobs by shard.
    #[metric(labels = ["le", "__shard"], ttl = "soon", max = 7)]
    by_shard: Family<(u8, u8), Counter>,
    /// Jobs again.
    #[metric(name = "jobs")]
    again: Counter,
}

fn main() {}
