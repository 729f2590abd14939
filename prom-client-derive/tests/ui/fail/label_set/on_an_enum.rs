use prom_client::LabelSet;

#[derive(LabelSet)]
enum Query {
    Read,
    Write,
}

fn main() {}
