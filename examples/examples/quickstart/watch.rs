//! The shop as a Prometheus beside it sees it: scraped once a second, and drawn.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{IsTerminal, stdout};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prom_client::Registry;
use prom_client_testkit::{Chart, Lab, LabError, Selector, Timestamp};

/// Rates are those of the last seconds.
const WINDOW: Duration = Duration::from_secs(5);

/// So much is drawn.
const SHOWN: Duration = Duration::from_secs(60);

/// What was scraped so far. Of its clock, a second goes by with each scrape.
pub(crate) struct Watch {
    lab: Lab,
    start: Timestamp,
    /// How many lines stand on the terminal.
    drawn: usize,
}

impl Watch {
    /// Scrapes for the first time.
    pub(crate) fn new(registry: &Registry) -> Result<Self, LabError> {
        let registry = registry.clone();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut lab = Lab::new()
            .starting_at(Timestamp::from(now))
            .every("1s")
            .target("shop", move |accept: &str| registry.render(accept));
        lab.advance_blocking("0s")?;
        Ok(Self { start: lab.now(), lab, drawn: 0 })
    }

    pub(crate) async fn scrape(&mut self) -> Result<(), LabError> {
        self.lab.advance("1s").await
    }

    /// Draws in place of what was drawn before, with a line below. Where there is no terminal, it is the line alone.
    pub(crate) fn show(&mut self, line: &str) {
        if !stdout().is_terminal() {
            return println!("{line}");
        }
        let text = format!("{self}{line}");
        let back = match self.drawn {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\x1b[J"),
        };
        self.drawn = text.lines().count();
        println!("{back}{text}");
    }

    /// Writes the last line, below what was drawn.
    pub(crate) fn close(&self, line: &str) {
        if self.drawn == 0 {
            print!("{self}");
        }
        println!("{line}");
    }

    /// By how much the series of a metric grew in the window before each scrape, by route.
    fn growth(&self, metric: &str) -> BTreeMap<String, Vec<(Timestamp, f64)>> {
        let selector: Selector = metric.parse().expect("a metric is a selector");
        let up = self.lab.store().select(&"up".parse().expect("a metric is a selector"));
        let mut routes: BTreeMap<String, Vec<(Timestamp, f64)>> = BTreeMap::new();
        for series in self.lab.store().select(&selector) {
            let value = |at| {
                let sample = series.at(at, WINDOW);
                sample.and_then(|(_, value)| value.as_float()).unwrap_or_default()
            };
            let points = routes.entry(series.label("route").unwrap_or_default().to_owned());
            let points = points.or_default();
            for (i, at) in up.iter().flat_map(|up| up.times()).enumerate() {
                let grown = value(*at) - value(*at - WINDOW);
                match points.get_mut(i) {
                    Some((_, sum)) => *sum += grown,
                    None => points.push((*at, grown)),
                }
            }
        }
        routes
    }

    /// How many seconds of the window before a scrape there are.
    fn window(&self, at: Timestamp) -> f64 {
        (at.since_epoch() - self.start.since_epoch()).min(WINDOW).as_secs_f64()
    }

    fn chart(&self, title: &str) -> Chart {
        let now = self.lab.now();
        Chart::new(72).title(title).between(self.start.max(now - SHOWN), now)
    }
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = self.growth("shop_request_duration_seconds_count");
        let seconds = self.growth("shop_request_duration_seconds_sum");
        let mut rate = self.chart("requests per second");
        let mut latency = self.chart("milliseconds per request");
        for (route, counts) in requests {
            let sums = seconds.get(&route).into_iter().flatten();
            // Without requests there is no average, which is a gap.
            let means = counts.iter().zip(sums).map(|((at, n), (_, sum))| (*at, 1_000.0 * sum / n));
            latency = latency.line(&*route, means);
            let rates = counts.iter().map(|(at, n)| (*at, n / self.window(*at)));
            rate = rate.line(&*route, rates.skip(1));
        }
        writeln!(f, "\n{rate}\n\n{latency}\n")
    }
}
