use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    le: u8,
}

fn main() {}
