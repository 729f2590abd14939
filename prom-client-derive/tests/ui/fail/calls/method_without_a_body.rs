use prom_client::timed;

trait Task {
    #[timed(self.time())]
    fn run(&self);
}

fn main() {}
