use prom_client::LabelSet;

#[derive(LabelSet)]
#[label(rename_all = "camelCase")]
struct Query {
    shard: u8,
}

fn main() {}
