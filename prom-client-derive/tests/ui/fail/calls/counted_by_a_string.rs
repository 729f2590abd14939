use prom_client::counted;

#[counted("calls")]
fn run() {}

fn main() {}
