use prom_client::LabelValue;

#[derive(LabelValue)]
enum Backend {
    Postgres(u8),
    Redis { port: u16 },
}

fn main() {}
