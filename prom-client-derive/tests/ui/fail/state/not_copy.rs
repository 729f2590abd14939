use prom_client::State;

#[derive(State, PartialEq)]
enum Door {
    Open,
    Shut,
}

fn main() {}
