use prom_client::State;

#[derive(State, Clone, Copy, PartialEq)]
struct Door {
    open: bool,
}

fn main() {}
