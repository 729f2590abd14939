//! Programs that measure without criterion, and yet are started by `cargo bench`.

use std::env;

/// Whether one of these rows was asked for: by `cargo bench`, with no filter or with one that fits.
#[must_use]
pub fn wanted(rows: &[&str]) -> bool {
    let (flags, filters): (Vec<_>, Vec<_>) =
        env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let fits = |filter: &String| rows.iter().any(|row| row.contains(filter.as_str()));
    flags.iter().any(|flag| flag == "--bench") && (filters.is_empty() || filters.iter().any(fits))
}
