use prom_client::LabelValue;

#[derive(LabelValue)]
enum Backend {}

fn main() {}
