use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    __shard: u8,
}

fn main() {}
