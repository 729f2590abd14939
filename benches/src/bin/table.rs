//! Prints all results so far beside the targets.

use std::io;

use prom_client_benches::report;

fn main() -> io::Result<()> {
    print!("{}", report::markdown(report::TARGETS, &report::read()?));
    Ok(())
}
