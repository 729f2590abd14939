//! A server's view of programs, in virtual time.
//!
//! ```text
//!  advance("5m") ──► on_advance(t) ──► Scraper ──► Store ◄── value, delta, rate, assert_*
//!      at each interval    └ the program's clock
//! ```
//!
//! Nothing sleeps, and nothing reads the system's clock: hours take as long as their scrapes.

mod assert;
mod error;
#[cfg(feature = "yaml")]
mod jobs;
mod leave;
#[cfg(feature = "promql")]
mod promql;
mod query;
mod wait;

use std::fmt;
use std::time::Duration;

use crate::model::{IntoDuration, Timestamp};
use crate::scrape::{Fetch, Scrape, Scraper, Target};
use crate::store::Store;
use leave::Leaving;

pub use error::LabError;

/// When a lab begins unless it is told: the first second of 2024.
const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);

/// Targets that are scraped at an interval, and what came of it.
///
/// # Examples
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
/// use std::sync::Arc;
/// use prom_client_testkit::Lab;
///
/// let orders = Arc::new(AtomicU64::new(0));
/// let mut lab = Lab::new()
///     .target("shop", {
///         let orders = Arc::clone(&orders);
///         move |_accept: &str| {
///             let body = format!("orders_total {}\n", orders.load(Relaxed));
///             ("text/plain".to_owned(), body.into_bytes())
///         }
///     })
///     .every("15s")
///     // An order per second.
///     .on_advance(move |t| orders.store(t.as_millis() as u64 / 1000, Relaxed));
///
/// lab.advance_blocking("1h")?; // or, in an async test: lab.advance("1h").await?
/// lab.assert_delta("orders_total", "5m", 300.0);
/// lab.assert_value(r#"up{job="shop"}"#, 1.0);
/// # Ok::<(), prom_client_testkit::LabError>(())
/// ```
///
/// # Time
/// Scrapes are at the beginning and then at each interval, those of targets that are due together in the
/// order in which the targets were added. The hooks of [`on_advance`](Self::on_advance) run before.
///
/// A server spreads its targets over the interval, each by a hash of its labels and of the server's name. Here all of
/// an interval are scraped together, so that a test knows when: those that are there from the beginning or are added
/// by hand from that moment on, and those that a job finds at multiples of their interval since the beginning.
///
/// # Targets that leave
/// As in a server, the series of a target that is no longer there end when it would have been scraped the next time,
/// but that is written only when an interval and a tenth more have gone by: the target may come back. If it does by
/// then, and has the series, they go on.
#[must_use]
pub struct Lab {
    store: Store,
    targets: Vec<Scheduled>,
    leaving: Vec<Leaving>,
    #[cfg(feature = "yaml")]
    jobs: Vec<jobs::Discovered>,
    hooks: Vec<Box<dyn FnMut(Timestamp) + Send>>,
    start: Timestamp,
    now: Timestamp,
    every: Duration,
    /// Whether the hooks know what time it is.
    started: bool,
}

/// A target, and when it is scraped again.
#[derive(Debug)]
struct Scheduled {
    scraper: Scraper,
    due: Timestamp,
    last: Option<Scrape>,
    /// Which of the jobs found it, and where.
    #[cfg(feature = "yaml")]
    found: Option<jobs::Found>,
}

impl Lab {
    /// A lab without targets, at the beginning of 2024, that scrapes every 15 seconds.
    pub fn new() -> Self {
        Self {
            store: Store::new(),
            targets: Vec::new(),
            leaving: Vec::new(),
            #[cfg(feature = "yaml")]
            jobs: Vec::new(),
            hooks: Vec::new(),
            start: START,
            now: START,
            every: Duration::from_secs(15),
            started: false,
        }
    }

    /// Begins at another moment.
    pub fn starting_at(mut self, start: Timestamp) -> Self {
        (self.start, self.now) = (start, start);
        for target in &mut self.targets {
            target.due = start;
        }
        self
    }

    /// Scrapes every so often the targets that do not say for themselves.
    ///
    /// # Panics
    /// If that is no span of time, or shorter than a millisecond.
    #[track_caller]
    pub fn every(mut self, interval: impl IntoDuration) -> Self {
        let interval = match interval.into_duration() {
            Ok(interval) => interval,
            Err(error) => panic!("{error}"),
        };
        assert!(interval >= Duration::from_millis(1), "an interval of {interval:?}");
        self.every = interval;
        self
    }

    /// Adds a target of a job: any `Fn(&str) -> (String, Vec<u8>)` that is handed the `Accept` header and
    /// returns the content type and the body, or whatever else [fetches](Fetch).
    ///
    /// Its `instance` is the job's name; for the second one of a job, `shop-2`, and so on.
    pub fn target(self, job: &str, fetch: impl Fetch + 'static) -> Self {
        let of_job =
            |target: &&Scheduled| target.scraper.target().target_labels().get("job") == Some(job);
        let before = self.targets.iter().filter(of_job).count();
        let target = Target::new(job, fetch);
        self.with_target(match before {
            0 => target,
            n => target.label("instance", &format!("{job}-{}", n + 1)),
        })
    }

    /// Adds a target with all that can be said about one.
    pub fn with_target(mut self, target: Target) -> Self {
        self.add_target(target);
        self
    }

    /// Adds a target while the lab is at work.
    pub fn add_target(&mut self, target: Target) {
        self.targets.push(Scheduled {
            scraper: Scraper::new(target),
            due: self.now,
            last: None,
            #[cfg(feature = "yaml")]
            found: None,
        });
    }

    /// Takes the targets of a job away, and the job; see [targets that leave](Self#targets-that-leave).
    pub fn remove_target(&mut self, job: &str) {
        #[cfg(feature = "yaml")]
        self.remove_job(job);
        self.leave(|target| target.scraper.target().target_labels().get("job") == Some(job));
    }

    /// Calls this with the time, whenever it moves and before anything is scraped: for the clock of the
    /// program that is tested, and for what the program does meanwhile.
    pub fn on_advance(mut self, hook: impl FnMut(Timestamp) + Send + 'static) -> Self {
        self.hooks.push(Box::new(hook));
        self
    }

    /// What time it is here.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// All that was scraped.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What came of the latest scrape of each target, with the target. Of one that is down it says why.
    pub fn scrapes(&self) -> impl Iterator<Item = (&Target, &Scrape)> {
        self.targets
            .iter()
            .filter_map(|target| Some((target.scraper.target(), target.last.as_ref()?)))
    }

    /// Moves the clock, and scrapes whatever is due on the way and at its end. A target that fails is down,
    /// which is no error.
    ///
    /// # Errors
    /// That is no span of time.
    pub async fn advance(&mut self, by: impl IntoDuration) -> Result<(), LabError> {
        let end = self.now + by.into_duration().map_err(LabError::Duration)?;
        while let Some(due) = self.due().filter(|due| *due <= end) {
            self.set_clock(due);
            #[cfg(feature = "yaml")]
            self.find_targets().await;
            self.scrape_due().await;
        }
        self.set_clock(end);
        self.end_series();
        Ok(())
    }

    /// When something is to be done.
    fn due(&self) -> Option<Timestamp> {
        let due = self.targets.iter().map(|target| target.due).min();
        #[cfg(feature = "yaml")]
        let due = due.into_iter().chain(self.next_refresh()).min();
        due
    }

    /// The same without a runtime, for targets in this process. It waits for an answer by putting the thread
    /// to sleep, so an answer that a runtime on the same thread has to bring never comes.
    ///
    /// # Errors
    /// That is no span of time.
    pub fn advance_blocking(&mut self, by: impl IntoDuration) -> Result<(), LabError> {
        wait::block_on(self.advance(by))
    }

    fn set_clock(&mut self, to: Timestamp) {
        if to > self.now || !self.started {
            (self.now, self.started) = (to, true);
            for hook in &mut self.hooks {
                hook(to);
            }
        }
    }

    async fn scrape_due(&mut self) {
        self.end_series();
        let now = self.now;
        for target in self.targets.iter_mut().filter(|target| target.due <= now) {
            target.last = Some(target.scrape(&mut self.store, now).await);
            target.due = now + target.interval(self.every);
        }
    }
}

impl Scheduled {
    /// Asks it, unless there are too many of its job, and keeps what came of it.
    async fn scrape(&mut self, store: &mut Store, now: Timestamp) -> Scrape {
        #[cfg(feature = "yaml")]
        if let Some(error) = self.refused() {
            return self.scraper.append(store, now, Err(error));
        }
        self.scraper.scrape(store, now).await
    }

    /// How often it is scraped.
    fn interval(&self, usual: Duration) -> Duration {
        self.scraper.target().interval().unwrap_or(usual)
    }
}

impl Default for Lab {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Lab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lab")
            .field("now", &self.now)
            .field("every", &self.every)
            .field("targets", &self.targets)
            .field("series", &self.store.len())
            .finish_non_exhaustive()
    }
}
