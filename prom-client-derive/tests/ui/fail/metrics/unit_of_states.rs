use prom_client::{Metrics, State, StateSet};

#[derive(State, Clone, Copy, PartialEq)]
enum Door {
    Open,
}

#[derive(Metrics)]
struct Jobs {
    /// Jobs done.
    #[metric(unit = seconds)]
    jobs: StateSet<Door>,
}

fn main() {}
