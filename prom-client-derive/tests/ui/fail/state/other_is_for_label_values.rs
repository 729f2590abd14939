use prom_client::State;

#[derive(State, Clone, Copy, PartialEq)]
enum Door {
    #[label(other)]
    Open,
}

fn main() {}
