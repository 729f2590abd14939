use std::fmt::Display;
use std::pin::Pin;

use prom_client::{Counter, Histogram, counted, timed};

struct Machine<T> {
    calls: Counter,
    times: Histogram,
    value: T,
}

impl<T> Machine<T>
where
    T: Clone + Display,
{
    #[timed(self.times)]
    #[counted(|_| self.calls)]
    fn exclusive(&mut self) -> &mut T {
        &mut self.value
    }

    #[counted(self.calls)]
    fn pinned(self: Pin<&mut Self>) {}

    #[timed(self.times)]
    fn shared(self: &std::sync::Arc<Self>) -> impl Display + use<T> {
        self.value.clone()
    }

    #[counted(self.calls)]
    async fn consumed(self) -> T {
        self.value
    }

    #[counted(|_| calls)]
    fn patterns(calls: Counter, (a, mut b): (u8, u8), [c, ..]: [u8; 3], (Ok(d) | Err(d)): Result<u8, u8>) -> u8 {
        b += 1;
        a + b + c + d
    }
}

fn main() {}
