//! Claims about what a lab has seen. One that does not hold panics, and shows the series that are there.

use super::{Lab, LabError, Scheduled};
use crate::assert::{Diff, same_number};
use crate::model::{IntoDuration, Labels, Selector, Value};

impl Lab {
    /// Claims that the only series that a selector means has this value now, to one part in a billion.
    ///
    /// # Panics
    /// If it has another one, and if there is no such series, or several.
    #[track_caller]
    pub fn assert_value(&self, selector: &str, expected: f64) {
        let value = self.check(self.value(selector));
        if !same_number(value, expected) {
            let now = self.now;
            self.fail(&format!("{selector} is not as expected at {now}\n- {expected}\n+ {value}"));
        }
    }

    /// Claims that a series is higher by this much than it was so long ago; see [`delta`](Self::delta).
    ///
    /// # Panics
    /// If it is not, and if there is no such series, or several.
    #[track_caller]
    pub fn assert_delta(&self, selector: &str, over: impl IntoDuration, expected: f64) {
        let over = self.check(over.into_duration().map_err(LabError::Duration));
        let from = self.now - over;
        let delta = self.check(self.delta(selector, from, self.now));
        if !same_number(delta, expected) {
            let value = self.check(self.value(selector));
            self.fail(&format!(
                "{selector} did not change as expected from {from} to {}\n- {expected}\n+ {delta}, to {value}",
                self.now
            ));
        }
    }

    /// Claims that no series is there that a selector means.
    ///
    /// # Panics
    /// If there is one, and if the lab was never advanced: then nothing could be there.
    #[track_caller]
    pub fn assert_absent(&self, selector: &str) {
        let found = self.check(self.select(selector));
        self.assert_lines(selector, Vec::new(), found.iter().map(line).collect());
    }

    /// Claims that the series that a selector means are just these: for each of the expected selectors one.
    ///
    /// ```
    /// # use prom_client_testkit::Lab;
    /// # let body = b"jobs{queue=\"mail\"} 3\njobs{queue=\"sms\"} 0\n".to_vec();
    /// # let mut lab = Lab::new().target("shop", move |_: &str| ("text/plain".to_owned(), body.clone()));
    /// # lab.advance_blocking("0s")?;
    /// lab.assert_series("jobs", [r#"jobs{queue="mail"}"#, r#"jobs{queue="sms"}"#]);
    /// # Ok::<(), prom_client_testkit::LabError>(())
    /// ```
    ///
    /// # Panics
    /// If there are others, or not all of them, and if the lab was never advanced.
    #[track_caller]
    pub fn assert_series<'a>(&self, selector: &str, expected: impl IntoIterator<Item = &'a str>) {
        let mut found = self.check(self.select(selector));
        let mut expected_lines = Vec::new();
        let mut found_lines = Vec::new();
        for text in expected {
            let wanted: Selector = self.check(text.parse().map_err(LabError::Selector));
            match found.iter().position(|(labels, _)| wanted.matches(labels)) {
                Some(at) => {
                    let line = line(&found.remove(at));
                    expected_lines.push(line.clone());
                    found_lines.push(line);
                }
                None => expected_lines.push(text.to_owned()),
            }
        }
        found_lines.extend(found.iter().map(line));
        self.assert_lines(selector, expected_lines, found_lines);
    }

    /// Claims that there are targets, that the latest scrape of each went well, and that there was one; and of jobs,
    /// that their targets could be found.
    ///
    /// # Panics
    /// If a target is down, or may be missing, with the reason; and if there is none.
    #[track_caller]
    pub fn assert_up(&self) {
        let down = self.targets.iter().filter_map(Scheduled::down);
        #[cfg(feature = "yaml")]
        let down =
            down.chain(self.job_errors().map(|(job, error)| format!("job {job:?}: {error}")));
        let down: Vec<String> = down.collect();
        assert!(down.is_empty(), "targets are down at {}\n{}", self.now, down.join("\n"));
        assert!(!self.targets.is_empty(), "there is no target at {}", self.now);
    }

    #[track_caller]
    fn assert_lines(&self, selector: &str, expected: Vec<String>, found: Vec<String>) {
        if !self.started {
            self.fail(&format!("no series {selector} yet; a lab scrapes as it is advanced"));
        }
        let mut diff = Diff::default();
        diff.compare(expected, found);
        if !diff.is_empty() {
            let now = self.now;
            self.fail(&format!("the series {selector} are not as expected at {now}\n{diff}"));
        }
    }

    /// The answer, or a panic that says why there is none.
    #[track_caller]
    fn check<T>(&self, answer: Result<T, LabError>) -> T {
        match answer {
            Ok(answer) => answer,
            Err(error) => self.fail(&error.to_string()),
        }
    }

    /// Says what is wrong, and which targets are down, since that may be why.
    #[track_caller]
    fn fail(&self, message: &str) -> ! {
        match &self.down()[..] {
            [] => panic!("{message}"),
            down => panic!("{message}\n\ntargets are down\n{}", down.join("\n")),
        }
    }

    /// Which targets were scraped and are down, and why.
    pub(super) fn down(&self) -> Vec<String> {
        let scraped = self.targets.iter().filter(|target| target.last.is_some());
        scraped.filter_map(Scheduled::down).collect()
    }

    /// Which targets are not up, also because they were not scraped yet, and why.
    #[cfg(feature = "promql")]
    pub(super) fn not_up(&self) -> Vec<String> {
        self.targets.iter().filter_map(Scheduled::down).collect()
    }
}

impl Scheduled {
    /// Why it is not up, if it is not.
    fn down(&self) -> Option<String> {
        let labels = self.scraper.target().target_labels();
        match &self.last {
            None => Some(format!("{labels}: not scraped yet")),
            Some(scrape) => scrape.error.as_ref().map(|error| format!("{labels}: {error}")),
        }
    }
}

fn line((labels, value): &(Labels, Value)) -> String {
    format!("{labels} {value}")
}
