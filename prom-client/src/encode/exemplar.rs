//! What stands behind a number: where one of the updates in it came from.

use super::Dialect;
use super::cursor::BLOCK;
use super::escape::{Quotes, escape};
use super::number::write_seconds;
use super::output::Output;
use crate::snapshot::Exemplar;

/// Continues the line that was written last by ` # {trace_id="…"} 0.67 1520879607.789`, if the format has room
/// for exemplars.
#[cold]
pub(super) fn write_exemplar(exemplar: &Exemplar, dialect: &dyn Dialect, out: &mut Output<'_>) {
    if !dialect.shows_exemplars() {
        return;
    }
    out.reopen_line();
    out.texts(&[" # {"]);
    let mut before = "";
    for (name, value) in exemplar.labels().iter() {
        out.texts(&[before, name, "=\""]);
        escape(value, Quotes::Escape, |text| out.texts(&[text]));
        before = "\",";
    }
    out.texts(&[if before.is_empty() { "} " } else { "\"} " }]);
    out.write(2 * BLOCK, |to| {
        dialect.float(exemplar.value(), to);
        to.byte(b' ');
        write_seconds(exemplar.timestamp(), to);
        to.byte(b'\n');
    });
}
