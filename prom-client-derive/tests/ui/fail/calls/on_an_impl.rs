use prom_client::timed;

struct Run;

#[timed(self.time)]
impl Run {
    fn run(&self) {}
}

fn main() {}
