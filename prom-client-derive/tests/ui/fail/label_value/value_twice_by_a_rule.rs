use prom_client::LabelValue;

#[derive(LabelValue)]
#[label(rename_all = "lowercase")]
enum Backend {
    ReadOnly,
    Readonly,
}

fn main() {}
