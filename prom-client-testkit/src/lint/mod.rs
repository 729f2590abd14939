//! The advice of `promtool check metrics`, in its words.
//!
//! ```
//! use prom_client_testkit::{Format, Parser, lint};
//!
//! let exposition = Parser::new(Format::Text).parse(b"# TYPE jobs counter\njobs 1\n")?;
//! let problems: Vec<String> = lint(&exposition).iter().map(ToString::to_string).collect();
//! assert_eq!(problems, [
//!     "jobs counter metrics should have \"_total\" suffix",
//!     "jobs no help text",
//! ]);
//! # Ok::<(), prom_client_testkit::ParseError>(())
//! ```

mod metric;
mod rules;
mod units;

use std::fmt;

use crate::model::Exposition;
use metric::Metric;

/// Something that should be otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Problem {
    /// The metric.
    pub metric: String,
    /// What is wrong with it.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.metric, self.text)
    }
}

/// Looks for what conventions advise against, sorted by metric and text.
///
/// The rules are those of `promlint`, as promtool 3.5 applies them. They speak of the text format; families
/// of other formats are seen as the text format would show them: a counter with its `_total`, info and
/// statesets as gauges.
#[must_use]
pub fn lint(exposition: &Exposition) -> Vec<Problem> {
    let mut problems = Vec::new();
    for family in exposition.families() {
        // A family that is only spoken of is none.
        let Some(metric) = Metric::of(family) else { continue };
        rules::check(&metric, &mut |text| {
            problems.push(Problem { metric: metric.name.to_string(), text });
        });
    }
    problems.sort();
    problems
}
