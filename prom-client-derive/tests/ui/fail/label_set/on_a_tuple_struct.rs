use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query(u8);

fn main() {}
