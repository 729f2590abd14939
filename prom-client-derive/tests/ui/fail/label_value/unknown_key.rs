use prom_client::LabelValue;

#[derive(LabelValue)]
enum Backend {
    #[label(name = "pg")]
    Postgres,
}

fn main() {}
