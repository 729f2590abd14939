//! The table as Markdown.

use std::fmt::{self, Display, Write};

use super::{Measurement, Target};

/// Our columns begin like this; a row may have several of them.
const OURS: &str = "ours";
const MEASURED: &str = "measured";

/// The results beside the targets, one line for each of our columns.
#[must_use]
pub fn markdown(targets: &[Target], measurements: &[Measurement]) -> String {
    let mut text = String::from(
        "| row | threads | ours | best rival | | ratio | `measured` | ratio | target | met |\n\
         |---|--:|--:|---|--:|--:|--:|--:|---|---|\n",
    );
    for target in targets {
        let cells = Cells::new(target, measurements);
        if cells.ours.is_empty() {
            text += &Line { cells: &cells, ours: None }.to_string();
        }
        for ours in &cells.ours {
            text += &Line { cells: &cells, ours: Some(ours) }.to_string();
        }
    }
    text
}

/// The measurements of one row.
struct Cells<'a> {
    target: &'a Target,
    ours: Vec<&'a Measurement>,
    best: Option<&'a Measurement>,
    measured: Option<&'a Measurement>,
}

impl<'a> Cells<'a> {
    fn new(target: &'a Target, measurements: &'a [Measurement]) -> Self {
        let of_row = |m: &&Measurement| m.row == target.row && m.threads == target.threads;
        let (ours, rivals): (Vec<_>, Vec<_>) =
            measurements.iter().filter(of_row).partition(|m| m.library.starts_with(OURS));
        let measured = rivals.iter().copied().find(|m| m.library == MEASURED);
        // A target of its own takes it out of the competition.
        let competes = |m: &&Measurement| target.of_measured.is_none() || m.library != MEASURED;
        let best = rivals.into_iter().filter(competes).min_by(|a, b| a.value.total_cmp(&b.value));
        Self { target, ours, best, measured }
    }

    /// Whether this result is good enough; `None` if what it is compared with is missing.
    fn met(&self, ours: f64) -> Option<bool> {
        let within =
            |ratio: Option<f64>, rival: Option<&Measurement>| Some(ours <= ratio? * rival?.value);
        let of_best = within(self.target.of_best, self.best);
        let of_measured = within(self.target.of_measured, self.measured);
        let limit = self.target.at_most.map(|limit| ours <= limit);
        let needs_rival = self.target.of_best.is_some();
        match (limit, of_best.into_iter().chain(of_measured).reduce(|a, b| a || b)) {
            (Some(false), _) => Some(false),
            (_, None) if needs_rival => None,
            (limit, ratio) => Some(limit.unwrap_or(true) && ratio.unwrap_or(true)),
        }
    }
}

struct Line<'a> {
    cells: &'a Cells<'a>,
    ours: Option<&'a Measurement>,
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cells { target, best, measured, .. } = self.cells;
        let ours = self.ours.map(|ours| ours.value);
        write!(f, "| {}", target.row)?;
        if let Some(variant) =
            self.ours.and_then(|ours| ours.library.strip_prefix(OURS)?.strip_prefix('-'))
        {
            write!(f, " ({variant})")?;
        }
        write!(f, " | {} | {} | ", target.threads, number(ours))?;
        write!(
            f,
            "{} | {} | ",
            best.map_or("", |best| &best.library),
            number(best.map(|best| best.value))
        )?;
        write!(f, "{} | ", ratio(ours, *best))?;
        write!(
            f,
            "{} | {} | ",
            number(measured.map(|measured| measured.value)),
            ratio(ours, *measured)
        )?;
        let met = match ours.and_then(|ours| self.cells.met(ours)) {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        writeln!(f, "{} | {met} |", describe(target))
    }
}

/// Three digits are more than the measurement is good for.
fn number(value: Option<f64>) -> String {
    match value {
        None => String::new(),
        Some(value) if value < 10.0 => format!("{value:.2}"),
        Some(value) if value < 100.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
    }
}

fn ratio(ours: Option<f64>, rival: Option<&Measurement>) -> String {
    let ratio = |(ours, rival): (f64, &Measurement)| format!("{:.2}", ours / rival.value);
    ours.zip(rival).map(ratio).unwrap_or_default()
}

fn describe(target: &Target) -> String {
    let mut text = String::new();
    if let Some(limit) = target.at_most {
        write!(text, "{limit} {}", target.unit.as_str()).expect("a String takes all");
    }
    if let Some(ratio) = target.of_best {
        let and = if text.is_empty() { "" } else { " and " };
        write!(text, "{and}{ratio:.2}").expect("a String takes all");
    }
    if let Some(ratio) = target.of_measured {
        write!(text, " or {ratio:.2} of `measured`").expect("a String takes all");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{TARGETS, Unit};

    fn line(target: Target, values: &[(&str, f64)]) -> String {
        let measure = |(library, value): &(&str, f64)| {
            Measurement::new(target.row, target.threads, library, *value)
        };
        let measurements: Vec<_> = values.iter().map(measure).collect();
        markdown(&[target], &measurements).lines().skip(2).collect::<Vec<_>>().join("\n")
    }

    const TARGET: Target = Target {
        row: "row",
        threads: 2,
        unit: Unit::Ns,
        at_most: Some(4.0),
        of_best: Some(0.5),
        of_measured: Some(1.0),
    };

    #[test]
    fn the_best_rival_is_named() {
        assert_eq!(
            line(TARGET, &[("ours", 3.0), ("slow", 11.0), ("quick", 10.0), ("measured", 2.0)]),
            "| row | 2 | 3.00 | quick | 10.0 | 0.30 | 2.00 | 1.50 | 4 ns and 0.50 or 1.00 of `measured` | yes |",
        );
    }

    #[test]
    fn the_limit_holds_in_any_case() {
        let met = |ours, best| line(TARGET, &[("ours", ours), ("best", best)]).contains("yes");
        assert!(met(4.0, 8.0));
        assert!(!met(4.1, 100.0));
        assert!(!met(4.0, 7.9));
    }

    #[test]
    fn either_ratio_will_do() {
        let met = |measured| {
            line(TARGET, &[("ours", 4.0), ("best", 1.0), ("measured", measured)]).contains("yes")
        };
        assert!(met(4.0));
        assert!(!met(3.0));
    }

    #[test]
    fn nothing_is_met_without_results() {
        assert!(!markdown(TARGETS, &[]).contains("yes"));
        assert!(!line(TARGET, &[("ours", 1.0)]).contains("yes"));
        assert!(!line(TARGET, &[("best", 1.0)]).contains("yes"));
    }

    #[test]
    fn each_of_our_columns_has_a_line() {
        let lines = line(TARGET, &[("ours", 1.0), ("ours-owned", 3.0), ("best", 4.0)]);
        let mut lines = lines.lines();
        assert!(
            lines
                .next()
                .is_some_and(|line| line.starts_with("| row | 2 | 1.00 ") && line.contains("yes"))
        );
        assert!(lines.next().is_some_and(
            |line| line.starts_with("| row (owned) | 2 | 3.00 ") && line.contains("no")
        ));
    }
}
