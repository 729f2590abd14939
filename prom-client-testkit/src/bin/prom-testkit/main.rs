//! `prom-testkit`: the kit as a command.

mod arguments;
mod check;
#[cfg(feature = "http")]
mod fetch;
mod input;

use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Command::Check(check)) => check::run(&check),
        Ok(Command::Help) => {
            print!("{}", arguments::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Version) => {
            println!("prom-testkit {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("prom-testkit: {error}\n\n{}", arguments::HELP);
            ExitCode::from(2)
        }
    }
}
