use prom_client::LabelValue;

#[derive(LabelValue)]
#[label(numeric)]
enum Status {
    Ok = 200,
    #[label(rename = "200")]
    Fine = 201,
}

fn main() {}
