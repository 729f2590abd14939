use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    größe: u8,
}

fn main() {}
