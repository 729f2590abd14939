use prom_client::{Metrics, Registry};

#[derive(Metrics)]
struct Nothing {}

fn main() {
    let Nothing {} = Nothing::register(&Registry::new()).unwrap();
}
