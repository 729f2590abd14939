//! The attributes on `async` functions, and on functions that return futures.

use std::cell::Cell;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::time::Duration;

use async_trait::async_trait;
use prom_client::{Clock, ManualClock, Outcome, counted, in_flight, timed};

use crate::calls::{Call, Calls};
use crate::support::{now, pause, poll};

#[timed(calls.time)]
#[counted(calls.begun)]
#[in_flight(calls.under_way)]
#[counted(|outcome| calls.ended.with(&Call { name: "load", outcome }))]
async fn load(
    calls: &Calls,
    hand: &ManualClock,
    key: String,
) -> Result<String, Box<dyn std::error::Error>> {
    hand.advance(Duration::from_secs(1));
    pause().await;
    if key == "early" {
        return Err("early".into());
    }
    let number: u8 = key.parse()?;
    assert!(number != 0, "expected");
    Ok(key)
}

#[test]
fn all_ways_to_end_a_future_are_recorded() {
    let (calls, hand) = Calls::new();
    for (key, ready) in [("7", Some(true)), ("early", Some(false)), ("x", Some(false)), ("0", None)]
    {
        let mut future = Box::pin(load(&calls, &hand, key.to_owned()));
        assert_eq!(calls.under_way.value(), 0, "nothing begins before the first poll");
        assert!(poll(future.as_mut()).is_pending());
        assert_eq!(calls.under_way.value(), 1);
        let ended = catch_unwind(AssertUnwindSafe(|| poll(future.as_mut())));
        match (ended, ready) {
            (Ok(std::task::Poll::Ready(result)), Some(fine)) => assert_eq!(result.is_ok(), fine),
            (Err(_), None) => {}
            (ended, _) => panic!("{key}: {ended:?}"),
        }
        assert_eq!(calls.under_way.value(), 0);
    }
    assert_eq!(calls.ended("load", Outcome::Ok), 1);
    assert_eq!(calls.ended("load", Outcome::Error), 2);
    assert_eq!(calls.ended("load", Outcome::Panic), 1);
    assert_eq!((calls.begun.value(), calls.time()), (4, (4, 4.0)));

    let mut dropped = Box::pin(load(&calls, &hand, "7".to_owned()));
    assert!(poll(dropped.as_mut()).is_pending());
    hand.advance(Duration::from_secs(5));
    drop(dropped);
    assert_eq!(calls.ended("load", Outcome::Cancelled), 1);
    assert_eq!((calls.begun.value(), calls.time()), (5, (5, 10.0)));
    assert_eq!(calls.under_way.value(), 0);

    drop(load(&calls, &hand, "7".to_owned()));
    assert_eq!((calls.begun.value(), calls.time().0), (5, 5), "a future never polled is no call");
}

#[test]
fn a_future_dropped_by_a_panic_of_something_else_is_cancelled() {
    let (calls, hand) = Calls::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut future = Box::pin(load(&calls, &hand, "7".to_owned()));
        assert!(poll(future.as_mut()).is_pending());
        panic!("expected");
    }));
    assert!(panicked.is_err());
    assert_eq!(calls.ended("load", Outcome::Cancelled), 1);
    assert_eq!(calls.ended("load", Outcome::Panic), 0);
}

#[timed(|outcome| calls.times.with(&Call { name: "wait", outcome }), clock = clock)]
async fn wait(calls: &Calls, clock: &Clock, hand: &ManualClock) {
    hand.advance(Duration::from_secs(3));
    pause().await;
}

#[test]
fn times_of_futures_can_depend_on_the_outcome() {
    let (clock, hand) = Clock::manual(Duration::ZERO);
    let calls = Calls::on(clock.clone());
    let mut ready = pin!(wait(&calls, &clock, &hand));
    assert!(poll(ready.as_mut()).is_pending());
    assert!(poll(ready.as_mut()).is_ready());
    let mut dropped = Box::pin(wait(&calls, &clock, &hand));
    assert!(poll(dropped.as_mut()).is_pending());
    hand.advance(Duration::from_secs(1));
    drop(dropped);
    assert_eq!(calls.time_of("wait", Outcome::Ok), Some((1, 3.0)));
    assert_eq!(calls.time_of("wait", Outcome::Cancelled), Some((1, 4.0)));
}

struct Machine {
    calls: Calls,
    log: Vec<String>,
}

impl Machine {
    #[timed(self.calls.time)]
    async fn exclusive(&mut self, line: &str) -> &mut String {
        self.log.push(line.to_owned());
        pause().await;
        self.log.last_mut().expect("a line")
    }

    #[counted({ let ended = self.calls.ended.clone(); move |outcome| ended.with(&Call { name, outcome }) })]
    async fn by_name<'a>(&mut self, name: &'a str) -> Option<&'a str> {
        self.log.push(name.to_owned());
        self.log.sort();
        name.strip_prefix("a")
    }

    #[counted(|outcome| calls.ended.with(&Call { name: "borrow", outcome }))]
    async fn borrow<'m>(calls: &Calls, log: &'m mut Vec<String>) -> &'m mut String {
        log.push(String::new());
        log.last_mut().expect("a line")
    }
}

#[test]
fn async_methods_may_use_self() {
    let (calls, _hand) = Calls::new();
    let mut machine = Machine { calls, log: Vec::new() };
    {
        let mut future = pin!(machine.exclusive("b"));
        assert!(poll(future.as_mut()).is_pending());
        assert!(poll(future.as_mut()).is_ready());
    }
    assert_eq!(now(machine.by_name("ab")), Some("b"));
    let mut log = Vec::new();
    now(Machine::borrow(&machine.calls, &mut log)).push('x');
    assert_eq!(log, ["x"]);
    assert_eq!(machine.log, ["ab", "b"]);
    assert_eq!(machine.calls.time().0, 1);
    assert_eq!(machine.calls.ended("ab", Outcome::Ok), 1);
    assert_eq!(machine.calls.ended("borrow", Outcome::Ok), 1);
}

#[counted(|outcome| calls.ended.with(&Call { name: "generic", outcome }))]
async fn generic<T: Display + Clone>(
    calls: &Calls,
    value: T,
) -> impl Iterator<Item = String> + use<T> {
    pause().await;
    vec![value.to_string(); 2].into_iter()
}

#[timed(calls.time)]
#[counted(|outcome| calls.ended.with(&Call { name: "never", outcome }))]
async fn never(calls: &Calls) -> ! {
    loop {
        pause().await;
        pause().await;
    }
}

type Shown = Result<u8, Box<dyn Display>>;

#[counted(|outcome| calls.ended.with(&Call { name: "boxed", outcome }))]
fn boxed<'a>(calls: &'a Calls, fail: bool) -> Pin<Box<dyn Future<Output = Shown> + Send + 'a>> {
    let failed = fail;
    Box::pin(async move {
        pause().await;
        if failed { Err(Box::new("failed")) } else { Ok(7) }
    })
}

#[timed(calls.time)]
fn block(calls: &Calls) -> impl Future<Output = u8> {
    async move {
        pause().await;
        7
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn futures_of_all_kinds_keep_their_types() {
    let (calls, _hand) = Calls::new();
    {
        let mut future = pin!(assert_send(generic(&calls, 7)));
        assert!(poll(future.as_mut()).is_pending());
        let std::task::Poll::Ready(items) = poll(future.as_mut()) else { panic!("it waits") };
        assert_eq!(items.collect::<Vec<_>>(), ["7", "7"]);

        let mut future = pin!(never(&calls));
        assert!(poll(future.as_mut()).is_pending());
        assert!(poll(future.as_mut()).is_pending());

        for fail in [false, true] {
            let mut future = assert_send(boxed(&calls, fail));
            assert_eq!(calls.ended("boxed", Outcome::Ok), u64::from(fail));
            assert!(poll(future.as_mut()).is_pending());
            let std::task::Poll::Ready(result) = poll(future.as_mut()) else { panic!("it waits") };
            assert_eq!(result.is_err(), fail);
        }

        let mut future = pin!(block(&calls));
        assert!(poll(future.as_mut()).is_pending());
        assert!(poll(future.as_mut()).is_ready());
    }
    assert_eq!(calls.time().0, 2, "one that never returned, and one that did");
    for (name, outcome) in [
        ("generic", Outcome::Ok),
        ("never", Outcome::Cancelled),
        ("boxed", Outcome::Ok),
        ("boxed", Outcome::Error),
    ] {
        assert_eq!(calls.ended(name, outcome), 1, "{name}: {outcome:?}");
    }
}

#[async_trait]
trait Store {
    async fn get(&self, key: &str) -> Result<u8, String>;

    async fn put(&mut self, key: String);
}

#[async_trait]
impl Store for Machine {
    #[timed(self.calls.time)]
    #[counted(|outcome| self.calls.ended.with(&Call { name: key, outcome }))]
    async fn get(&self, key: &str) -> Result<u8, String> {
        pause().await;
        key.parse::<u8>().map_err(|error| error.to_string())
    }

    #[counted(self.calls.begun)]
    #[in_flight(self.calls.under_way)]
    async fn put(&mut self, key: String) {
        assert_eq!(self.calls.under_way.value(), 1);
        self.log.push(key);
    }
}

#[test]
fn methods_of_async_traits_are_measured_as_async_functions() {
    let (calls, _hand) = Calls::new();
    let mut machine = Machine { calls, log: Vec::new() };
    for (key, fine) in [("7", true), ("x", false)] {
        let mut future = machine.get(key);
        assert_eq!(
            machine.calls.time().0,
            u64::from(!fine),
            "nothing begins before the first poll"
        );
        assert!(poll(future.as_mut()).is_pending());
        let std::task::Poll::Ready(result) = poll(future.as_mut()) else { panic!("it waits") };
        assert_eq!(result.is_ok(), fine);
    }
    let mut dropped = machine.get("y");
    assert!(poll(dropped.as_mut()).is_pending());
    drop(dropped);
    assert_eq!(machine.calls.ended("7", Outcome::Ok), 1);
    assert_eq!(machine.calls.ended("x", Outcome::Error), 1);
    assert_eq!(machine.calls.ended("y", Outcome::Cancelled), 1);
    assert_eq!(machine.calls.time().0, 3);
    now(machine.put("z".to_owned()));
    assert_eq!((machine.log.as_slice(), machine.calls.begun.value()), (&["z".to_owned()][..], 1));
}

#[counted({ let ended = calls.ended.clone(); move |outcome| ended.with(&Call { name: "cell", outcome }) })]
async fn cell(calls: &Calls, value: Cell<u8>) {
    pause().await;
    value.set(1);
}

#[timed({ let time = calls.time; move |_| time })]
async fn shown<T: Display>(calls: &Calls, value: T) -> String {
    pause().await;
    value.to_string()
}

#[test]
fn a_future_that_owns_its_arguments_is_send_though_they_are_not_sync() {
    fn of<T: Send + Display>(calls: &Calls, value: T) -> impl Future<Output = String> + Send {
        shown(calls, value)
    }
    let (calls, _hand) = Calls::new();
    let mut future = Box::pin(assert_send(cell(&calls, Cell::new(0))));
    assert!(poll(future.as_mut()).is_pending());
    assert!(poll(future.as_mut()).is_ready());
    assert_eq!(calls.ended("cell", Outcome::Ok), 1);
    let mut future = Box::pin(of(&calls, 7));
    assert!(poll(future.as_mut()).is_pending());
    assert_eq!(poll(future.as_mut()), std::task::Poll::Ready("7".to_owned()));
}
