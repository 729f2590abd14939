use prom_client::LabelValue;

#[derive(LabelValue)]
#[label(numeric)]
enum Status {
    Ok = 100 + 100,
}

fn main() {}
