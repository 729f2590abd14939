//! `prom-testkit`: the kit as a command.

mod arguments;
mod check;
#[cfg(feature = "http")]
mod fetch;
mod input;
#[cfg(all(feature = "http", feature = "promql"))]
mod json;
#[cfg(all(feature = "http", feature = "promql"))]
mod moment;
#[cfg(feature = "promql")]
mod promql_test;
#[cfg(all(feature = "http", feature = "promql"))]
mod query;

use std::io::{self, Write};
use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Command::Check(check)) => check::run(&check),
        #[cfg(feature = "promql")]
        Ok(Command::PromqlTest(test)) => promql_test::run(&test),
        #[cfg(all(feature = "http", feature = "promql"))]
        Ok(Command::Query(query)) => query::run(&query),
        Ok(Command::Help) => say(arguments::HELP),
        Ok(Command::Version) => say(concat!("prom-testkit ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(error) => {
            eprintln!("prom-testkit: {error}\n\n{}", arguments::HELP);
            ExitCode::from(2)
        }
    }
}

/// Says what was asked for, if anybody listens.
fn say(text: &str) -> ExitCode {
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}
