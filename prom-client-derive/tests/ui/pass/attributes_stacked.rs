use prom_client::{Counter, Gauge, Histogram, Owned, counted, in_flight, timed};

#[counted(a)]
#[counted(a)]
#[counted(|_| **a)]
#[timed(time)]
#[timed(|_| **time)]
#[in_flight(gauge)]
#[inline(never)]
#[must_use]
fn call(a: &Owned<Counter>, time: &Owned<Histogram>, gauge: &Owned<Gauge>) -> u8 {
    #![allow(unused_mut)]
    let mut value = 7;
    value
}

fn main() {
    let (a, time, gauge) = (Owned::new(), Owned::new(), Owned::new());
    assert_eq!(call(&a, &time, &gauge), 7);
    assert_eq!(a.value(), 3);
    assert_eq!(time.snapshot().unwrap().count(), 2);
    assert_eq!(gauge.value(), 0);
}
