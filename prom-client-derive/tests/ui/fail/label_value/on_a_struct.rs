use prom_client::LabelValue;

#[derive(LabelValue)]
struct Backend {
    name: String,
}

fn main() {}
