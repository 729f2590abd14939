use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    #[label(flatten, rename = "x")]
    tenant: Tenant,
}

#[derive(LabelSet)]
struct Tenant {
    shard: u8,
}

fn main() {}
