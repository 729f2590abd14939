use prom_client::State;

#[derive(State, Clone, Copy, PartialEq)]
enum Door {
    Open(u8),
}

fn main() {}
