//! How to test that code counts what it should: a registry of the test's own, a reading of it as a
//! value, and a clock that the test moves.
//!
//! ```sh
//! cargo test --package prom-client-examples unit_test
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use prom_client::{
    Clock, Counter, Family, Gauge, Histogram, Instant, RegisterError, Registry, Unit,
};

/// The code under test: who is logged in, for half an hour each.
struct Sessions {
    since: HashMap<u32, Instant>,
    clock: Clock,
    metrics: Metrics,
}

struct Metrics {
    open: Gauge,
    checks: Family<(&'static str,), Counter>,
    length: Histogram,
}

impl Sessions {
    const LONGEST: Duration = Duration::from_secs(30 * 60);

    fn new(registry: &Registry) -> Result<Self, RegisterError> {
        let checks = registry.metric("sessions_checked", "Checks of a session.").labels(["result"]);
        let length =
            registry.metric("session_length", "Time from login to the end.").unit(Unit::SECONDS);
        let metrics = Metrics {
            open: registry.register("sessions_open", "Sessions that have not ended.")?,
            checks: checks.register()?,
            length: length.register()?,
        };
        // Whatever needs the time asks the registry's clock: a test can turn that.
        Ok(Self { since: HashMap::new(), clock: registry.clock().clone(), metrics })
    }

    fn log_in(&mut self, user: u32) {
        if self.since.insert(user, self.clock.instant()).is_none() {
            self.metrics.open.inc();
        }
    }

    fn is_logged_in(&mut self, user: u32) -> bool {
        let result = match self.since.get(&user).map(Instant::elapsed) {
            None => "unknown",
            Some(age) if age < Self::LONGEST => "valid",
            Some(age) => {
                self.since.remove(&user);
                self.metrics.open.dec();
                self.metrics.length.observe_duration(age);
                "expired"
            }
        };
        self.metrics.checks.with(&(result,)).inc();
        result == "valid"
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (clock, hand) = Clock::manual(Duration::ZERO);
    let registry = Registry::with_clock(clock);
    let mut sessions = Sessions::new(&registry)?;
    sessions.log_in(1);
    assert!(sessions.is_logged_in(1));
    hand.advance(Duration::from_secs(3_600));
    assert!(!sessions.is_logged_in(1));
    print!("{}", registry.to_text());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A registry with a session that just began, and the hand of its clock.
    fn session() -> (Registry, prom_client::ManualClock, Sessions) {
        let (clock, hand) = Clock::manual(Duration::from_secs(1_000_000));
        let registry = Registry::with_clock(clock);
        let mut sessions = Sessions::new(&registry).unwrap();
        sessions.log_in(7);
        (registry, hand, sessions)
    }

    #[test]
    fn a_session_ends_after_half_an_hour() {
        let (registry, hand, mut sessions) = session();
        // Minutes pass, in no time.
        hand.advance(Duration::from_secs(29 * 60));
        assert!(sessions.is_logged_in(7));
        hand.advance(Duration::from_secs(60));
        assert!(!sessions.is_logged_in(7));

        let snapshot = registry.snapshot();
        assert_eq!(snapshot.gauge("sessions_open", &[]), Some(0));
        assert_eq!(snapshot.counter("sessions_checked", &[("result", "valid")]), Some(1));
        assert_eq!(snapshot.counter("sessions_checked", &[("result", "expired")]), Some(1));
        let length = snapshot.histogram("session_length_seconds", &[]).unwrap();
        assert_eq!((length.count(), length.sum()), (1, 1_800.0));
    }

    #[test]
    fn a_stranger_changes_nothing_but_the_checks() {
        let (registry, _hand, mut sessions) = session();
        let before = registry.snapshot();
        assert!(!sessions.is_logged_in(8));

        // Readings are values: they can be compared, in whole or family by family.
        let after = registry.snapshot();
        assert_ne!(after, before);
        assert_eq!(after.family("sessions_open"), before.family("sessions_open"));
        assert_eq!(after.family("session_length_seconds"), before.family("session_length_seconds"));
        assert_eq!(after.counter("sessions_checked", &[("result", "unknown")]), Some(1));
    }
}
