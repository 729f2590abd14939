use prom_client::Metrics;

#[derive(Metrics)]
enum Jobs {
    Done,
}

fn main() {}
