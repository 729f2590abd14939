use prom_client::LabelValue;

#[derive(LabelValue)]
#[label(rename_all = snake_case)]
enum Backend {
    Postgres,
}

fn main() {}
