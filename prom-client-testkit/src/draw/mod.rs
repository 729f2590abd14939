//! Numbers over time, drawn with text: what a terminal shows of a range.
//!
//! ```text
//!  line(name, points) ──► columns ──► rows of blocks, names, last values, and the time below
//! ```
//!
//! The same points and the same width are the same text: nothing here asks for the time or for the terminal.

mod columns;
mod number;

use std::fmt;
use std::time::Duration;

use crate::model::{Timestamp, format_duration};
use columns::Columns;
use number::short;

/// A column that is filled by so many eighths, from none to all.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A width below this has no room for the scale, whatever its numbers.
const NARROWEST: usize = 24;

/// Lines over time, one below the other and to one scale, each with its name and its last value.
///
/// Where a line has no point there is a gap; zero is the lowest block. Bars begin at 0, or at the lowest value if
/// that is below. Where a column has several points, the highest is drawn, so that no peak is hidden.
///
/// # Examples
/// ```
/// use prom_client_testkit::{Chart, Timestamp};
///
/// let minute = |i: u32| Timestamp::from_seconds(f64::from(i) * 60.0);
/// let chart = Chart::new(46)
///     .title("requests per second")
///     .line("/search", (0..8).map(|i| (minute(i), f64::from(i))))
///     .line("/checkout", (4..8).map(|i| (minute(i), 0.25)));
/// assert_eq!(chart.to_string(), "\
/// requests per second                     0 to 7
/// /search   ▁▁▁▁▁▁▁▁▂▂▂▂▃▃▃▃▅▅▅▅▆▆▆▆▇▇▇▇███    7
/// /checkout                 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁ 0.25
///           00:00:00 ──── 7m ───── 00:07:00");
/// ```
///
/// # Cost
/// Linear in the number of points, and in the size of the text.
#[derive(Clone, Debug)]
#[must_use]
pub struct Chart {
    width: usize,
    height: usize,
    title: String,
    range: Option<(Timestamp, Timestamp)>,
    step: Option<Duration>,
    bounds: Option<(f64, f64)>,
    lines: Vec<Line>,
}

/// A series to draw.
#[derive(Clone, Debug)]
struct Line {
    name: String,
    points: Vec<(Timestamp, f64)>,
}

/// How the width is divided among names, bars and values, with a blank between.
struct Layout {
    names: usize,
    bars: usize,
    values: usize,
}

impl Chart {
    /// A chart so many characters wide, 24 at least, whose lines are one row high.
    pub fn new(width: usize) -> Self {
        Self {
            width: width.max(NARROWEST),
            height: 1,
            title: String::new(),
            range: None,
            step: None,
            bounds: None,
            lines: Vec::new(),
        }
    }

    /// What stands above, beside the scale.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// How many rows each line has, one at least. Lines of several rows have an empty one between them.
    pub fn height(mut self, rows: usize) -> Self {
        self.height = rows.max(1);
        self
    }

    /// Draws the time between these moments, both included; otherwise that from the first point to the last.
    pub fn between(mut self, from: Timestamp, to: Timestamp) -> Self {
        self.range = Some((from, to.max(from)));
        self
    }

    /// For how long each point counts: the step of a range query, or the interval of scrapes. Otherwise it is what
    /// most often lies between neighbours.
    pub fn step(mut self, step: Duration) -> Self {
        self.step = Some(step);
        self
    }

    /// The values at the bottom and at the top; what lies beyond is cut off there.
    pub fn bounds(mut self, low: f64, high: f64) -> Self {
        self.bounds = Some((low, high));
        self
    }

    /// Adds a line, its points in any order. NaN, which staleness markers are too, is a gap.
    pub fn line(
        mut self,
        name: impl Into<String>,
        points: impl IntoIterator<Item = (Timestamp, f64)>,
    ) -> Self {
        let mut points: Vec<_> = points.into_iter().collect();
        points.sort_by_key(|(at, _)| *at);
        self.lines.push(Line { name: name.into(), points });
        self
    }

    /// All points with a number, of those that are drawn.
    fn points<'a>(&'a self, line: &'a Line) -> impl Iterator<Item = (Timestamp, f64)> + 'a {
        let inside = |at| self.range.is_none_or(|(from, to)| from <= at && at <= to);
        line.points.iter().copied().filter(move |(at, value)| inside(*at) && !value.is_nan())
    }

    /// The first moment and the last, if anything is drawn.
    fn range(&self) -> Option<(Timestamp, Timestamp)> {
        let times = || self.lines.iter().flat_map(|line| self.points(line)).map(|(at, _)| at);
        self.range.or_else(|| Some((times().min()?, times().max()?)))
    }

    /// The values at the bottom and at the top.
    fn scale(&self) -> (f64, f64) {
        let values = self.lines.iter().flat_map(|line| self.points(line)).map(|(_, value)| value);
        let finite = values.filter(|value| value.is_finite());
        self.bounds.unwrap_or_else(|| {
            finite.fold((0.0, 0.0), |(low, high), value| (value.min(low), value.max(high)))
        })
    }

    /// The last value of a line, as it is shown.
    fn last(&self, line: &Line) -> String {
        self.points(line).last().map(|(_, value)| short(value)).unwrap_or_default()
    }

    fn layout(&self) -> Layout {
        let longest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
        let names = longest(&mut self.lines.iter().map(|line| line.name.chars().count()));
        let names = names.min(self.width / 3);
        let values = longest(&mut self.lines.iter().map(|line| self.last(line).chars().count()));
        Layout { names, values, bars: self.width - names - values - 2 }
    }

    fn write_line(
        &self,
        line: &Line,
        columns: &Columns,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let Layout { names, bars, values } = self.layout();
        let eighths = columns.eighths(self.points(line), self.scale(), 8 * self.height);
        for row in (0..self.height).rev() {
            let top = row + 1 == self.height;
            let (name, value) =
                if top { (cut(&line.name, names), self.last(line)) } else { Default::default() };
            let blocks: String =
                eighths.iter().map(|level| BLOCKS[level.saturating_sub(8 * row).min(8)]).collect();
            let text = format!("{name:names$} {blocks:bars$} {value:>values$}");
            write!(f, "\n{}", text.trim_end())?;
        }
        Ok(())
    }
}

impl fmt::Display for Chart {
    /// The title with the scale, the lines, and the time; in UTC, and without a line break at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((from, to)) = self.range() else {
            let title = cut(&self.title, self.width.saturating_sub(11));
            return write!(f, "{title:0$}no points", self.width.saturating_sub(9));
        };
        let (low, high) = self.scale();
        let scale = format!("{} to {}", short(low), short(high));
        let room = self.width.saturating_sub(scale.chars().count());
        write!(f, "{:room$}{scale}", cut(&self.title, room.saturating_sub(2)))?;
        let Layout { names, bars, .. } = self.layout();
        let all = self.lines.iter().map(|line| &line.points[..]);
        let step = self.step.unwrap_or_else(|| columns::usual_step(all));
        let columns = Columns::new(from, to, step, bars);
        for (i, line) in self.lines.iter().enumerate() {
            if i > 0 && self.height > 1 {
                writeln!(f)?;
            }
            self.write_line(line, &columns, f)?;
        }
        let axis = axis(from, to, bars);
        if axis.is_empty() { Ok(()) } else { write!(f, "\n{:names$} {axis}", "") }
    }
}

/// The first moment, how long it is to the last one, and that; as much as there is room for.
fn axis(from: Timestamp, to: Timestamp, width: usize) -> String {
    let (left, right) = (clock(from), clock(to));
    let between = Duration::from_millis(to.as_millis().abs_diff(from.as_millis()));
    let middle = format!(" {} ", format_duration(between));
    let Some(room) = width.checked_sub(left.len() + right.len() + 2) else {
        return if width < left.len() { String::new() } else { left };
    };
    let middle = if room < middle.len() + 2 { String::new() } else { middle };
    format!("{left} {middle:─^room$} {right}")
}

/// The time of the day, in UTC.
fn clock(at: Timestamp) -> String {
    let second = at.as_millis().div_euclid(1_000).rem_euclid(24 * 60 * 60);
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

/// A name in so many characters, with a mark where the rest is missing.
fn cut(name: &str, width: usize) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if name.chars().count() <= width {
        return name;
    }
    name.chars().take(width.saturating_sub(1)).chain(['…']).take(width).collect()
}
