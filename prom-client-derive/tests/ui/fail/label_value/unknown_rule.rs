use prom_client::LabelValue;

#[derive(LabelValue)]
#[label(rename_all = "snake")]
enum Backend {
    Postgres,
}

fn main() {}
