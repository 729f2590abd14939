use prom_client::timed;

#[timed(calls)]
mod run {}

fn main() {}
