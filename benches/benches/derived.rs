//! What the macros write beside what is written by hand: labels, a counter per call, a timer per call.

use criterion::{Criterion, criterion_group, criterion_main};
use prom_client::{Counter, Family, Histogram, LabelSet, LabelValue, Registry};
use prom_client_benches::data::{Draws, label_sets};
use prom_client_benches::harness::{Row, config};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = derived_strings_100, derived_enums_20, derived_call
}

/// By the macros.
mod derived {
    use prom_client::{Counter, Histogram, LabelSet, LabelValue, counted, timed};

    #[derive(LabelValue, Clone, Copy)]
    pub(crate) enum Method {
        Get,
        Post,
        Put,
        Delete,
        Patch,
    }

    #[derive(LabelSet, Clone, Copy)]
    pub(crate) struct Strings<'a> {
        pub(crate) method: &'a str,
        pub(crate) route: &'a str,
        pub(crate) status: &'a str,
    }

    #[derive(LabelSet, Clone, Copy)]
    pub(crate) struct Enums {
        pub(crate) method: Method,
        pub(crate) write: bool,
        pub(crate) cached: bool,
    }

    #[counted(metrics.0)]
    #[timed(metrics.1)]
    pub(crate) fn call(metrics: &(Counter, Histogram)) {}
}

/// By hand, as well as we can.
mod by_hand {
    use std::convert::Infallible;

    use prom_client::{Counter, Histogram, LabelName, LabelSet, LabelValue, LabelVisitor};

    #[derive(Clone, Copy)]
    pub(crate) enum Method {
        Get,
        Post,
        Put,
        Delete,
        Patch,
    }

    impl LabelValue for Method {
        type Of<'a> = Self;
        const COUNT: usize = 5;

        #[inline(always)]
        fn visit(&self, visitor: &mut impl LabelVisitor) {
            visitor.value(["get", "post", "put", "delete", "patch"][*self as usize]);
        }

        fn parse(text: &str) -> Option<Self> {
            Some(match text {
                "get" => Self::Get,
                "post" => Self::Post,
                "put" => Self::Put,
                "delete" => Self::Delete,
                "patch" => Self::Patch,
                _ => return None,
            })
        }

        #[inline(always)]
        fn index(&self) -> usize {
            *self as usize
        }
    }

    #[derive(Clone, Copy)]
    pub(crate) struct Strings<'a> {
        pub(crate) method: &'a str,
        pub(crate) route: &'a str,
        pub(crate) status: &'a str,
    }

    impl LabelSet for Strings<'_> {
        type Of<'a> = Strings<'a>;
        type Error = Infallible;
        const NAMES: &'static [&'static str] = &["method", "route", "status"];

        #[inline(always)]
        fn visit(
            &self,
            _: &[LabelName],
            visitor: &mut impl LabelVisitor,
        ) -> Result<(), Infallible> {
            visitor.value(self.method);
            visitor.value(self.route);
            visitor.value(self.status);
            Ok(())
        }

        fn read<R>(
            _: &[LabelName],
            values: &[&str],
            f: impl FnOnce(&Strings<'_>) -> R,
        ) -> Option<R> {
            let [method, route, status] = *values else { return None };
            Some(f(&Strings { method, route, status }))
        }
    }

    #[derive(Clone, Copy)]
    pub(crate) struct Enums {
        pub(crate) method: Method,
        pub(crate) write: bool,
        pub(crate) cached: bool,
    }

    impl LabelSet for Enums {
        type Of<'a> = Self;
        type Error = Infallible;
        const NAMES: &'static [&'static str] = &["method", "write", "cached"];
        const COUNT: usize = 20;

        #[inline(always)]
        fn visit(
            &self,
            _: &[LabelName],
            visitor: &mut impl LabelVisitor,
        ) -> Result<(), Infallible> {
            self.method.visit(visitor);
            self.write.visit(visitor);
            self.cached.visit(visitor);
            Ok(())
        }

        fn read<R>(_: &[LabelName], values: &[&str], f: impl FnOnce(&Self) -> R) -> Option<R> {
            let [method, write, cached] = values else { return None };
            let (method, write) = (Method::parse(method)?, write.parse().ok()?);
            Some(f(&Self { method, write, cached: cached.parse().ok()? }))
        }

        #[inline(always)]
        fn index(&self) -> usize {
            (self.method as usize * 2 + usize::from(self.write)) * 2 + usize::from(self.cached)
        }
    }

    pub(crate) fn call(metrics: &(Counter, Histogram)) {
        metrics.0.inc();
        let _timer = metrics.1.start_timer();
    }
}

/// A family of counters, and its registry, which keeps it alive.
fn family<L: LabelSet + 'static>() -> (Registry, Family<L, Counter>) {
    let registry = Registry::new();
    let family = registry.register("requests", "Requests.").expect("the first metric");
    (registry, family)
}

fn derived_strings_100(criterion: &mut Criterion) {
    let sets = label_sets(100);
    let derived = sets.iter().map(|set| derived::Strings {
        method: set.method,
        route: set.route,
        status: set.status,
    });
    let derived = Draws::new(&derived.collect::<Vec<_>>());
    let by_hand = sets.iter().map(|set| by_hand::Strings {
        method: set.method,
        route: set.route,
        status: set.status,
    });
    let by_hand = Draws::new(&by_hand.collect::<Vec<_>>());
    Row::each(criterion, "derived_strings_100", |row| {
        row.given("ours", derived, family::<derived::Strings<'static>>, |(_, family), set| {
            family.with(&set).inc();
        });
        row.given("by hand", by_hand, family::<by_hand::Strings<'static>>, |(_, family), set| {
            family.with(&set).inc();
        });
    });
}

/// All sets of enums of one of the modules.
macro_rules! enums {
    ($module:ident) => {{
        let mut sets = Vec::new();
        for text in ["get", "post", "put", "delete", "patch"] {
            for (write, cached) in [(false, false), (false, true), (true, false), (true, true)] {
                let method = $module::Method::parse(text).expect("a method");
                sets.push($module::Enums { method, write, cached });
            }
        }
        Draws::new(&sets)
    }};
}

fn derived_enums_20(criterion: &mut Criterion) {
    let (derived, by_hand) = (enums!(derived), enums!(by_hand));
    Row::each(criterion, "derived_enums_20", |row| {
        row.given("ours", derived, family::<derived::Enums>, |(_, family), set| {
            family.with(&set).inc();
        });
        row.given("by hand", by_hand, family::<by_hand::Enums>, |(_, family), set| {
            family.with(&set).inc();
        });
    });
}

/// The two metrics of a call, and their registry.
fn call_metrics() -> (Registry, (Counter, Histogram)) {
    let registry = Registry::new();
    let calls = registry.register("calls", "Calls.").expect("the first metric");
    let time = registry.register("call_seconds", "Time per call.").expect("another metric");
    (registry, (calls, time))
}

fn derived_call(criterion: &mut Criterion) {
    Row::each(criterion, "derived_call", |row| {
        row.held("ours", call_metrics, |(_, metrics)| derived::call(metrics));
        row.held("by hand", call_metrics, |(_, metrics)| by_hand::call(metrics));
    });
}
