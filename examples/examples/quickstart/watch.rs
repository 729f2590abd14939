//! The shop as a Prometheus beside it sees it: scraped once a second, asked, and drawn.

use std::io::{IsTerminal, stdout};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prom_client::Registry;
use prom_client_testkit::promql::QueryValue;
use prom_client_testkit::{Chart, Lab, LabError, Timestamp};

/// What is drawn: a title, and a query. Where nobody asks, there is no average, which is a gap.
const DRAWN: [(&str, &str); 2] = [
    ("requests per second", "sum by (route) (rate(shop_request_duration_seconds_count[5s]))"),
    (
        "milliseconds per request",
        "1000 * sum by (route) (rate(shop_request_duration_seconds_sum[5s]))
            / sum by (route) (rate(shop_request_duration_seconds_count[5s]))",
    ),
];

/// What is asked at the end.
const ASKED: [&str; 3] = [
    "sum by (status) (shop_requests_total)",
    "histogram_quantile(0.95, sum by (le) (rate(shop_request_duration_seconds_bucket[1m])))",
    "topk(3, sum by (term) (shop_searches_total))",
];

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
    pub(crate) fn show(&mut self, line: &str) -> Result<(), LabError> {
        if !stdout().is_terminal() {
            println!("{line}");
            return Ok(());
        }
        let text = format!("{}{line}", self.charts()?);
        let back = match self.drawn {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\x1b[J"),
        };
        self.drawn = text.lines().count();
        println!("{back}{text}");
        Ok(())
    }

    /// Asks for the last time, and writes the last line.
    pub(crate) fn close(&self, line: &str) -> Result<(), LabError> {
        if self.drawn == 0 {
            print!("{}", self.charts()?);
        }
        for query in ASKED {
            println!("{query}");
            for line in self.lab.query_blocking(query)?.value.to_string().lines() {
                println!("    {line}");
            }
        }
        println!("{line}");
        Ok(())
    }

    fn charts(&self) -> Result<String, LabError> {
        let now = self.lab.now();
        let start = self.start.max(now - SHOWN);
        let mut text = String::from("\n");
        for (title, query) in DRAWN {
            let mut chart = Chart::new(72).title(title).between(start, now);
            let answer = self.lab.query_range_blocking(query, start, now, "1s")?;
            if let QueryValue::Matrix(series) = answer.value {
                for series in series {
                    let points = series.points.iter();
                    let points =
                        points.filter_map(|point| Some((point.at, point.value.as_float()?)));
                    chart = chart.line(series.labels.get("route").unwrap_or_default(), points);
                }
            }
            text += &format!("{chart}\n\n");
        }
        Ok(text)
    }
}
