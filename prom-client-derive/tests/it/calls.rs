//! `#[timed]`, `#[counted]` and `#[in_flight]` on functions that are not `async`.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::time::Duration;

use prom_client::{
    Clock, Counter, Family, Gauge, Histogram, LabelSet, ManualClock, Metrics, Outcome, Owned,
    Registry, Summary, counted, in_flight, statics, timed,
};

#[derive(LabelSet)]
pub(crate) struct Call<'a> {
    pub(crate) name: &'a str,
    pub(crate) outcome: Outcome,
}

#[derive(Metrics)]
pub(crate) struct Calls {
    /// Time per call.
    #[metric(buckets = [1.0])]
    pub(crate) time: Histogram,
    /// Time per call, by outcome.
    pub(crate) times: Family<Call<'static>, Summary>,
    /// Calls begun.
    pub(crate) begun: Counter,
    /// Calls ended, by outcome.
    pub(crate) ended: Family<Call<'static>, Counter>,
    /// Calls under way.
    pub(crate) under_way: Gauge,
    /// What keeps them alive.
    #[metric(skip)]
    pub(crate) _registry: Option<Registry>,
}

impl Calls {
    pub(crate) fn new() -> (Self, ManualClock) {
        let (clock, hand) = Clock::manual(Duration::ZERO);
        (Self::on(clock), hand)
    }

    pub(crate) fn on(clock: Clock) -> Self {
        let registry = Registry::with_clock(clock);
        let calls = Self::register(&registry).expect("names");
        Self { _registry: Some(registry), ..calls }
    }

    pub(crate) fn ended(&self, name: &str, outcome: Outcome) -> u64 {
        self.ended.find(&Call { name, outcome }).map_or(0, Counter::value)
    }

    pub(crate) fn time(&self) -> (u64, f64) {
        let reading = self.time.snapshot().expect("it lives");
        (reading.count(), reading.sum())
    }

    /// The time of calls with this outcome.
    pub(crate) fn time_of(&self, name: &str, outcome: Outcome) -> Option<(u64, f64)> {
        let reading = self.times.find(&Call { name, outcome })?.snapshot()?;
        Some((reading.count(), reading.sum()))
    }
}

type Mine = Result<u8, String>;

#[timed(calls.time)]
#[counted(calls.begun)]
#[in_flight(calls.under_way)]
#[counted(|outcome| calls.ended.with(&Call { name: "parse", outcome }))]
fn parse(calls: &Calls, hand: &ManualClock, text: &str) -> Mine {
    assert_eq!(calls.under_way.value(), 1);
    hand.advance(Duration::from_secs(2));
    if text == "early" {
        return Err(text.to_owned());
    }
    let number = text.parse::<u8>().map_err(|error| error.to_string())?;
    assert!(number != 0, "expected");
    Ok(number)
}

#[test]
fn all_ways_to_end_are_recorded() {
    let (calls, hand) = Calls::new();
    assert_eq!(parse(&calls, &hand, "7"), Ok(7));
    assert_eq!(parse(&calls, &hand, "early"), Err("early".to_owned()));
    assert!(parse(&calls, &hand, "x").is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| parse(&calls, &hand, "0"))).is_err());
    assert_eq!(calls.ended("parse", Outcome::Ok), 1);
    assert_eq!(calls.ended("parse", Outcome::Error), 2);
    assert_eq!(calls.ended("parse", Outcome::Panic), 1);
    assert_eq!(calls.begun.value(), 4);
    assert_eq!(calls.time(), (4, 8.0));
    assert_eq!(calls.under_way.value(), 0);
}

#[timed(|outcome| calls.times.with(&Call { name: "sleep", outcome }), clock = clock)]
fn sleep(calls: &Calls, clock: &Clock, hand: &ManualClock, seconds: u64) -> Result<(), ()> {
    hand.advance(Duration::from_secs(seconds));
    if seconds > 5 { Err(()) } else { Ok(()) }
}

#[test]
fn times_can_depend_on_the_outcome() {
    let (clock, hand) = Clock::manual(Duration::ZERO);
    let calls = Calls::on(clock.clone());
    for seconds in [1, 2, 10] {
        let _ = sleep(&calls, &clock, &hand, seconds);
    }
    assert_eq!(calls.time_of("sleep", Outcome::Ok), Some((2, 3.0)));
    assert_eq!(calls.time_of("sleep", Outcome::Error), Some((1, 10.0)));
    assert_eq!(calls.time_of("sleep", Outcome::Panic), None);
}

#[test]
fn without_a_clock_times_by_outcome_are_the_systems() {
    #[timed(|outcome| calls.times.with(&Call { name: "quick", outcome }))]
    fn quick(calls: &Calls) {}

    let (calls, _hand) = Calls::new();
    quick(&calls);
    let (count, sum) = calls.time_of("quick", Outcome::Ok).expect("it was recorded");
    assert!(count == 1 && sum >= 0.0);
}

/// What the argument of an attribute has a look at is evaluated so many times.
fn evaluated(times: &Owned<Counter>, metric: Counter) -> Counter {
    times.inc();
    metric
}

#[test]
fn the_argument_is_evaluated_once() {
    #[counted(evaluated(times, **calls))]
    fn on_entry(times: &Owned<Counter>, calls: &Owned<Counter>) {
        assert_eq!((times.value(), calls.value()), (1, 1), "before the body");
    }

    #[counted(|_| evaluated(times, **calls))]
    fn at_the_end(times: &Owned<Counter>, calls: &Owned<Counter>) {
        assert_eq!((times.value(), calls.value()), (1, 1), "after the body");
    }

    #[counted({ let metric = evaluated(times, **calls); move |_| metric })]
    fn by_a_block(times: &Owned<Counter>, calls: &Owned<Counter>) {
        assert_eq!((times.value(), calls.value()), (3, 2), "the block before, the closure after");
    }

    let (times, calls) = (Owned::new(), Owned::new());
    on_entry(&times, &calls);
    at_the_end(&times, &calls);
    assert_eq!((times.value(), calls.value()), (2, 2));
    by_a_block(&times, &calls);
    assert_eq!((times.value(), calls.value()), (3, 3));
}

struct Machine {
    calls: Calls,
    hand: ManualClock,
    log: Vec<String>,
}

impl Machine {
    #[timed(self.calls.time)]
    #[in_flight(&self.calls.under_way)]
    fn exclusive(&mut self, line: &str) -> &mut String {
        self.hand.advance(Duration::from_secs(1));
        self.log.push(line.to_owned());
        self.log.last_mut().expect("a line")
    }

    #[counted(|outcome| self.calls.ended.with(&Call { name, outcome }))]
    fn by_name<'a>(&mut self, name: &'a str) -> Option<&'a str> {
        self.log.push(name.to_owned());
        self.log.sort();
        name.strip_prefix("a")
    }

    #[counted(|outcome| machine.ended.with(&Call { name: "borrow", outcome }))]
    fn borrow<'m>(machine: &Calls, log: &'m mut Vec<String>) -> &'m mut String {
        log.push(String::new());
        let _ = &machine;
        log.last_mut().expect("a line")
    }

    #[counted(self.calls.begun)]
    fn consumed(self) -> Calls {
        self.calls
    }

    #[counted(self.calls.begun)]
    fn pinned(self: Pin<&mut Self>, (a, b): (u8, u8), [c, ..]: [u8; 2]) -> u8 {
        a + b + c
    }
}

#[test]
fn methods_may_use_all_of_self() {
    let (calls, hand) = Calls::new();
    let mut machine = Machine { calls, hand, log: Vec::new() };
    machine.exclusive("b").push('!');
    assert_eq!(machine.by_name("ab"), Some("b"));
    assert_eq!(Pin::new(&mut machine).pinned((1, 2), [3, 4]), 6);
    let mut log = Vec::new();
    Machine::borrow(&machine.calls, &mut log).push('x');
    assert_eq!(log, ["x"]);
    assert_eq!(machine.log, ["ab", "b!"]);
    let calls = machine.consumed();
    assert_eq!((calls.time(), calls.begun.value()), ((1, 1.0), 2));
    assert_eq!(calls.ended("ab", Outcome::Ok), 1, "an option is no error");
    assert_eq!(calls.ended("borrow", Outcome::Ok), 1);
}

trait Shape {
    fn calls(&self) -> &Calls;

    #[counted(self.calls().begun)]
    fn area(&self) -> f64 {
        1.0
    }
}

impl Shape for Calls {
    fn calls(&self) -> &Calls {
        self
    }
}

#[counted(|outcome| calls.ended.with(&Call { name: "generic", outcome }))]
fn generic<T, const N: usize>(calls: &Calls, value: T) -> impl Iterator<Item = String> + use<T, N>
where
    T: Display + Clone,
{
    vec![value.to_string(); N].into_iter()
}

#[counted(|outcome| calls.ended.with(&Call { name: "nested", outcome }))]
fn nested(calls: &Calls, fail: bool) -> Result<impl Display, Box<dyn std::error::Error>> {
    if fail {
        Err("failed")?;
    }
    Ok(7)
}

#[counted(|outcome| calls.ended.with(&Call { name: "boxed", outcome }))]
fn boxed(calls: &Calls) -> Box<dyn Display> {
    Box::new(7)
}

#[timed(calls.time)]
#[counted(|outcome| calls.ended.with(&Call { name: "never", outcome }))]
fn never(calls: &Calls) -> ! {
    panic!("expected")
}

#[counted(calls.begun)]
extern "C" fn foreign(calls: &Calls) -> u8 {
    7
}

#[test]
fn functions_of_all_kinds_keep_their_types() {
    let (calls, _hand) = Calls::new();
    assert!((calls.area() - 1.0).abs() < f64::EPSILON);
    assert_eq!(generic::<_, 2>(&calls, 7).collect::<Vec<_>>(), ["7", "7"]);
    assert_eq!(nested(&calls, false).expect("it succeeds").to_string(), "7");
    assert!(nested(&calls, true).is_err());
    assert_eq!(boxed(&calls).to_string(), "7");
    assert!(catch_unwind(AssertUnwindSafe(|| never(&calls))).is_err());
    assert_eq!(foreign(&calls), 7);
    assert_eq!(calls.begun.value(), 2);
    assert_eq!(calls.time().0, 1);
    for (name, outcome) in [
        ("generic", Outcome::Ok),
        ("nested", Outcome::Ok),
        ("nested", Outcome::Error),
        ("boxed", Outcome::Ok),
        ("never", Outcome::Panic),
    ] {
        assert_eq!(calls.ended(name, outcome), 1, "{name}: {outcome:?}");
    }
}

statics! {
    /// Visits.
    static VISITS: Counter = "visits";

    /// Calls.
    static CALLS: Calls;
}

#[counted(VISITS)]
#[timed(CALLS.time)]
#[counted(|outcome| CALLS.ended.with(&Call { name: "static", outcome }))]
fn of_statics() {}

#[test]
fn statics_are_metrics() {
    of_statics();
    assert_eq!(VISITS.value(), 1);
    assert_eq!(CALLS.ended("static", Outcome::Ok), 1);
    assert_eq!(CALLS.time().0, 1);
}

trait Ending {
    fn outcome(&self) -> u8 {
        7
    }
}

impl<T> Ending for T {}

#[counted(|outcome| calls.ended.with(&Call { name: "named", outcome }))]
fn named_like_a_trait_of_its_own(calls: &Calls) -> Result<u8, u8> {
    Err(calls.outcome())
}

#[counted(|outcome| calls.ended.with(&Call { name: "dynamic", outcome }))]
fn dynamic(calls: &Calls) -> Box<dyn Iterator<Item = impl std::fmt::Display>> {
    Box::new([calls.outcome()].into_iter())
}

#[test]
fn what_is_in_scope_and_hidden_types_change_nothing() {
    let (calls, _hand) = Calls::new();
    assert_eq!(named_like_a_trait_of_its_own(&calls), Err(7));
    assert_eq!(calls.ended("named", Outcome::Error), 1);
    assert_eq!(dynamic(&calls).map(|item| item.to_string()).collect::<String>(), "7");
    assert_eq!(calls.ended("dynamic", Outcome::Ok), 1);
}
