use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    shard: u8,
    #[label(flatten)]
    tenant: Tenant,
}

#[derive(LabelSet)]
struct Tenant {
    shard: u8,
}

fn main() {}
