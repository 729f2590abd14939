use prom_client::LabelValue;

#[derive(LabelValue)]
#[label(numeric, rename_all = "lowercase")]
enum Status {
    Ok = 200,
}

fn main() {}
