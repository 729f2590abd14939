use prom_client::LabelValue;

#[derive(LabelValue)]
enum Backend {
    #[label(other)]
    Other,
    #[label(other)]
    Another,
}

fn main() {}
