use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    #[label(name = "x")]
    shard: u8,
}

fn main() {}
