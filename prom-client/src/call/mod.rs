//! Calls of functions as metrics see them: what `#[timed]`, `#[counted]` and `#[in_flight]` expand to.
//!
//! ```text
//!  #[timed(histogram)]            start(&histogram) ── guard at the top of the body ──► dropped at the end
//!  #[counted(|outcome| counter)]  body ──► outcome ──► closure ──► counter
//! ```
//!
//! An argument that gives a metric is evaluated on entry, and what is left is a guard. A closure is called
//! at the end, with how it ended. In a function it is called when the body is over, so that it may use
//! what the body used. In a future it is kept by an [`Ending`], which also notices when the future is dropped.

mod ending;
mod named;
mod outcome;
mod record;

pub use ending::{Ending, caught};
pub use named::Named;
pub use outcome::{AnyOutcome, Outcome, ResultOutcome, Returned};
pub use record::{Counting, Tracking, begin, count, ended, ended_timed, start, track};
