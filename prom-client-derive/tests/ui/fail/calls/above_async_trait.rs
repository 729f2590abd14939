use async_trait::async_trait;
use prom_client::{Histogram, timed};

struct Run {
    time: Histogram,
}

#[async_trait]
trait Task {
    async fn run(&self);
}

#[timed(self.time)]
#[async_trait]
impl Task for Run {
    async fn run(&self) {}
}

fn main() {}
