//! `check`: read an exposition, and say what is to be said.

use std::io::{self, Write};
use std::process::ExitCode;

use prom_client_testkit::{Format, Parser, Problem, lint};

use crate::arguments::Check;
use crate::input::{Body, read};

/// The exposition, or something on the way to it, is unreadable.
const UNREADABLE: u8 = 1;
/// There is advice.
const ADVICE: u8 = 3;

/// Does what it is told, and says how it went.
pub(crate) fn run(check: &Check) -> ExitCode {
    let name = check.input.to_string_lossy();
    match problems(check) {
        Ok(problems) if problems.is_empty() => ExitCode::SUCCESS,
        Ok(problems) => {
            let lines: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
            // Whoever reads them may have had enough.
            let _ = io::stdout().write_all(lines.as_bytes());
            ExitCode::from(ADVICE)
        }
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::from(UNREADABLE)
        }
    }
}

fn problems(check: &Check) -> Result<Vec<Problem>, Box<dyn std::error::Error>> {
    let Body { bytes, content_type } = read(&check.input, check.format, check.bearer.as_deref())?;
    let format = match (check.format, content_type) {
        (Some(format), _) => format,
        (None, None) => Format::Text,
        (None, Some(content_type)) => Format::from_content_type(&content_type)
            .ok_or_else(|| format!("unknown Content-Type `{content_type}`; say which --format"))?,
    };
    let parser = Parser::new(format);
    let parser = if check.strict { parser.strict() } else { parser };
    let exposition = parser.parse(&bytes)?;
    Ok(if check.lint { lint(&exposition) } else { Vec::new() })
}
