use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    shard: u8,
    #[label(rename = "shard")]
    other: u8,
}

fn main() {}
