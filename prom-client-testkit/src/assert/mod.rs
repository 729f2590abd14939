//! Claims about expositions, and what is said when one does not hold.

mod diff;

use crate::model::{Exposition, Family, Kind, Sample};
use crate::parse::{Format, Parser};
pub(crate) use diff::{Diff, same_number};

/// Panics unless an exposition says just this, in text format, in any order.
///
/// Types and help texts are compared where the expected text has them. Of labels their order does not
/// matter, nor does the spelling of a number.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Format, Parser, assert_exposition};
///
/// let body = b"# TYPE jobs gauge\njobs{queue=\"mail\"} 3\njobs{queue=\"sms\"} 0\n";
/// let exposition = Parser::new(Format::Text).parse(body)?;
/// assert_exposition(&exposition, r#"
/// ## TYPE jobs gauge
/// jobs{queue="sms"} 0
/// jobs{queue="mail"} 3
/// "#);
/// // Only some of it.
/// assert_exposition(&exposition.only(["jobs"]), r#"
/// jobs{queue="mail"} 3
/// jobs{queue="sms"} 0
/// "#);
/// # Ok::<(), prom_client_testkit::ParseError>(())
/// ```
///
/// # Panics
/// If it says something else, with the lines that are missing and those that are too many; and if the
/// expected text is no exposition.
#[track_caller]
pub fn assert_exposition(actual: &Exposition, expected: &str) {
    // Indented as the code around it, and as a raw string with a line to itself.
    let lines: String = expected.lines().map(|line| format!("{}\n", line.trim())).collect();
    let wanted = match Parser::new(Format::Text).parse(lines.as_bytes()) {
        Ok(wanted) => wanted,
        Err(error) => panic!("the expected exposition cannot be read: {error}"),
    };
    let mut diff = Diff::default();
    diff.compare(lines_of(&wanted, None), lines_of(actual, Some(&wanted)));
    assert!(diff.is_empty(), "the exposition is not as expected\n{diff}");
}

/// What an exposition says, a line for each thing. Of its metadata only what the other one speaks of.
fn lines_of(exposition: &Exposition, as_in: Option<&Exposition>) -> Vec<String> {
    let spoken_of = |family: &Family| match as_in {
        None => (family.kind != Kind::Unknown, family.help.is_some()),
        Some(other) => other
            .family(&family.name)
            .map_or((false, false), |family| (family.kind != Kind::Unknown, family.help.is_some())),
    };
    let mut lines = Vec::new();
    for family in exposition.families() {
        let (kind, help) = spoken_of(family);
        if kind {
            lines.push(format!("# TYPE {} {}", family.name, family.kind));
        }
        if help {
            let text = family.help.as_deref().unwrap_or_default();
            lines.push(format!("# HELP {} {}", family.name, text.replace('\n', "\\n")));
        }
        lines.extend(family.samples.iter().map(Sample::to_string));
    }
    lines
}
