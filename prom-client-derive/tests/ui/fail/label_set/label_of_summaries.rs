use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    quantile: u8,
}

fn main() {}
