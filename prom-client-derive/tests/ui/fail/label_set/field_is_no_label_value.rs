use prom_client::LabelSet;

#[derive(LabelSet)]
struct Query {
    size: f64,
    tags: Vec<String>,
}

fn main() {}
