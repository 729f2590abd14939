use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    #[label(rename = "shard-id")]
    shard: u8,
}

fn main() {}
