use prom_client::counted;

#[counted(calls)]
struct Run;

fn main() {}
