//! The end of a call, and who notices it.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Outcome;

/// Runs the body of a function. A panic of it is handed back, to go on when it is recorded.
///
/// # Errors
/// The panic.
// Nothing that the body leaves behind is looked at: the panic goes on.
#[inline(always)]
pub fn caught<T>(body: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(body))
}

/// Calls a closure once, at the end of a future: when it is ready, or when it is dropped before.
pub struct Ending<F: FnOnce(Outcome)> {
    /// Until it was called.
    closure: Option<F>,
    /// Whether the future is being polled. One that is dropped then panics: the thread may be panicking for
    /// other reasons when a future is dropped, and no longer be panicking when one that has panicked is.
    polling: bool,
}

impl<F: FnOnce(Outcome)> Ending<F> {
    /// The end that is to come.
    pub const fn new(closure: F) -> Self {
        Self { closure: Some(closure), polling: false }
    }

    /// Polls the future.
    #[inline(always)]
    pub fn poll<B: Future>(
        &mut self,
        body: Pin<&mut B>,
        context: &mut Context<'_>,
    ) -> Poll<B::Output> {
        self.polling = true;
        let ready = body.poll(context);
        self.polling = false;
        ready
    }

    /// It is ready.
    #[inline(always)]
    pub fn end(mut self, outcome: Outcome) {
        self.call(outcome);
    }

    #[inline(always)]
    fn call(&mut self, outcome: Outcome) {
        if let Some(closure) = self.closure.take() {
            closure(outcome);
        }
    }
}

impl<F: FnOnce(Outcome)> Drop for Ending<F> {
    #[inline(always)]
    fn drop(&mut self) {
        self.call(if self.polling { Outcome::Panic } else { Outcome::Cancelled });
    }
}

impl<F: FnOnce(Outcome)> fmt::Debug for Ending<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ending").field("polling", &self.polling).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::task::Waker;

    use super::*;

    #[test]
    fn an_ending_is_called_once_however_the_future_ends() {
        let mut context = Context::from_waker(Waker::noop());
        let seen = Cell::new(Vec::new());
        let note = |outcome| {
            let mut all = seen.take();
            all.push(outcome);
            seen.set(all);
        };

        let mut ending = Ending::new(note);
        assert!(ending.poll(pin!(ready(())), &mut context).is_ready());
        ending.end(Outcome::Error);

        let mut ending = Ending::new(note);
        assert!(ending.poll(pin!(pending::<()>()), &mut context).is_pending());
        drop(ending);

        let mut ending = Ending::new(note);
        let panicked = caught(|| {
            let _ready = ending.poll(pin!(async { panic!("expected") }), &mut context);
        });
        assert!(panicked.is_err());
        drop(ending);

        assert_eq!(seen.take(), [Outcome::Error, Outcome::Cancelled, Outcome::Panic]);
    }
}
