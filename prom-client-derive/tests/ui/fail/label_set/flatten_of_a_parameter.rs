use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query<T> {
    #[label(flatten)]
    tenant: T,
}

fn main() {}
