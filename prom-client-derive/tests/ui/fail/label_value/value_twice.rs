use prom_client::LabelValue;

#[derive(LabelValue)]
enum Backend {
    Postgres,
    #[label(rename = "postgres")]
    Redis,
}

fn main() {}
