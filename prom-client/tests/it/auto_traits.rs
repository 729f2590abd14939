//! Handles are eight bytes and go anywhere; everything else goes to any thread. Checked by the compiler.

use std::fmt::Debug;

use prom_client::{
    Buckets, BucketsError, Clock, CollectError, Collection, ContentType, Counter, Desc, Encoder,
    Escaping, Family, FamilySnapshot, Format, Gauge, Histogram, HistogramSnapshot, InFlight, Info,
    Instant, Kind, LabelName, LabelValues, ManualClock, MetricName, NameError, Names, Naming,
    Native, NativeSnapshot, Number, Owned, Pairs, PairsError, RegisterError, Registry, Schema,
    SchemaError, Series, Snapshot, StateSet, StateSetSnapshot, Timed, Timer, Unit, Value,
};

const fn handle<T: Copy + Send + Sync + Debug + 'static>() {
    assert!(size_of::<T>() == 8);
}
const fn shared<T: Clone + Send + Sync + Debug + 'static>() {}
const fn sendable<T: Send + Sync + Debug + 'static>() {}
const fn error<T: std::error::Error + Send + Sync + 'static>() {}

const _: () = {
    handle::<Counter>();
    handle::<Counter<f64>>();
    handle::<Gauge>();
    handle::<Gauge<f64>>();
    handle::<Histogram>();
    handle::<StateSet<Day>>();

    shared::<Registry>();
    shared::<Family<(&str, u16), Counter>>();
    shared::<Family<Pairs, Histogram>>();
    shared::<Family<NotEvenSend, Gauge<f64>>>();
    shared::<Info>();
    shared::<StateSetSnapshot>();
    shared::<Clock>();
    shared::<ManualClock>();
    shared::<Instant>();
    shared::<Snapshot>();
    shared::<FamilySnapshot>();
    shared::<HistogramSnapshot>();
    shared::<Series>();
    shared::<Value>();
    shared::<Number>();
    shared::<Naming>();
    shared::<Format>();
    shared::<ContentType>();
    shared::<Escaping>();
    shared::<Names>();
    shared::<Kind>();
    shared::<Unit>();
    shared::<Desc>();
    shared::<MetricName>();
    shared::<LabelName>();
    shared::<LabelValues>();
    shared::<Schema>();
    shared::<Buckets>();
    shared::<Native>();
    shared::<NativeSnapshot>();

    sendable::<Owned<Counter>>();
    sendable::<Owned<Histogram>>();
    sendable::<Timer>();
    sendable::<InFlight>();
    sendable::<Timed<std::future::Ready<()>>>();
    sendable::<Collection>();
    sendable::<Encoder<'static>>();
    #[cfg(feature = "statics")]
    sendable::<prom_client::Static<Counter>>();

    error::<NameError>();
    error::<SchemaError>();
    error::<PairsError>();
    error::<BucketsError>();
    error::<RegisterError>();
    error::<CollectError>();
};

/// One state, that stays on its thread; its state set does not.
#[derive(Clone, Copy, PartialEq)]
struct Day(std::marker::PhantomData<*const ()>);

impl prom_client::State for Day {
    const ALL: &'static [Self] = &[Self(std::marker::PhantomData)];
    const NAMES: &'static [&'static str] = &["day"];
}

/// A label set that stays on its thread; its family does not.
#[derive(Debug)]
struct NotEvenSend(std::marker::PhantomData<*const ()>);

impl prom_client::LabelSet for NotEvenSend {
    type Of<'a> = (&'a str,);
    type Error = std::convert::Infallible;
    const NAMES: &'static [&'static str] = &["name"];

    fn visit(
        &self,
        _: &[LabelName],
        visitor: &mut impl prom_client::LabelVisitor,
    ) -> Result<(), Self::Error> {
        visitor.value("");
        Ok(())
    }

    fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&(&str,)) -> R) -> Option<R> {
        let [name] = values else { return None };
        Some(f(&(*name,)))
    }
}
