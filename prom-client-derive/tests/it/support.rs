//! What several tests need.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use prom_client::Registry;

/// The samples that the registry exposes, without what it says about itself.
pub(crate) fn samples(registry: &Registry) -> Vec<String> {
    let text = registry.to_text();
    let own = |line: &&str| line.starts_with('#') || line.starts_with("prom_client_");
    text.lines().filter(|line| !own(line)).map(str::to_owned).collect()
}

/// Polls a future once.
pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// What a future gives that never waits.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match poll(pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

/// Waits once.
pub(crate) async fn pause() {
    let mut waited = false;
    std::future::poll_fn(|_| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        Poll::Pending
    })
    .await;
}
