use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {}

fn main() {}
