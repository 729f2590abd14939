//! The time at which a series begins, for less than a look at the clock.
//!
//! A look at the system's clock is 20 ns of the 80 that creating a series takes, and 50 where the processor's
//! counter is slow to read. Linux also keeps the time of its last tick, which is at most 10 ms ago (4 on most
//! systems) and never ahead, and which takes 5 ns to read: the standard library has no function for that.

#![allow(unsafe_code, reason = "the time of the last tick cannot be had in safe code; see above")]

use crate::clock::{Clock, nanos};

/// The time of the last tick, in nanoseconds since the Unix epoch; the time itself where a look costs nothing,
/// or where there are no ticks to be had.
#[inline]
pub(super) fn last(clock: &Clock) -> u64 {
    let tick = if clock.is_manual() { None } else { system() };
    tick.unwrap_or_else(|| nanos(clock.now()))
}

/// Of the system's clock. On 32 bits the libraries disagree about how long a second's number is.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[inline]
fn system() -> Option<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `clock_gettime` writes one `timespec` to where its second argument points, which is one that lives
    // and that nobody else has, and keeps no pointer.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_REALTIME_COARSE, &raw mut time) };
    let seconds = u64::try_from(time.tv_sec).ok().filter(|_| result == 0)?;
    seconds.checked_mul(1_000_000_000)?.checked_add(time.tv_nsec as u64)
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn system() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_last_tick_is_never_ahead_of_the_clock_and_never_goes_back() {
        let clock = Clock::system();
        let (mut before, mut wrong) = (0, 0);
        for _ in 0..100_000 {
            let tick = last(&clock);
            wrong += u32::from(before > tick || tick > nanos(clock.now()));
            before = tick;
        }
        // Somebody may set the clock back meanwhile, once.
        assert!(wrong <= 2, "{wrong}");
    }

    #[test]
    fn a_manual_clock_has_no_ticks() {
        let (clock, hand) = Clock::manual(Duration::from_nanos(5));
        assert_eq!(last(&clock), 5);
        hand.advance(Duration::from_nanos(1));
        assert_eq!(last(&clock), 6);
    }
}
