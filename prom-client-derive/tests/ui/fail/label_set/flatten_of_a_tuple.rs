use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    #[label(flatten)]
    tenant: (u8, u8),
}

fn main() {}
