use prom_client::State;

#[derive(State, Clone, Copy, PartialEq)]
enum Door {
    #[label(rename = "")]
    Open,
}

fn main() {}
