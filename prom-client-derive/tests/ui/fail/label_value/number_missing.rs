use prom_client::LabelValue;

#[derive(LabelValue)]
#[label(numeric)]
enum Status {
    Ok = 200,
    NotFound,
}

fn main() {}
