//! Names that a program may have for other things.

#[allow(
    dead_code,
    non_camel_case_types,
    non_upper_case_globals,
    unused_macros,
    reason = "to be in the way"
)]
mod shadowed {
    type Result<T> = ::std::result::Result<T, ()>;
    struct Option;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct String;
    struct Box;
    struct Vec;
    trait Into {}
    trait Default {}
    trait FnOnce {}
    trait Iterator {}
    trait Future {}
    trait LabelValue {}
    trait LabelSet {}
    struct Registry;
    struct Outcome;
    mod core {}
    mod std {}
    mod prom_client {}
    type usize = ();
    type str = ();
    macro_rules! panic {
        () => {};
    }
    fn registry() -> ::core::primitive::usize {
        10
    }
    fn metric() -> ::core::primitive::usize {
        registry()
    }
    fn enrolment() -> ::std::time::Duration {
        ::std::time::Duration::from_secs(metric() as u64)
    }

    fn _uses() -> Result<()> {
        ::std::unreachable!()
    }

    #[derive(::prom_client::LabelValue, Clone, Copy, PartialEq)]
    enum Kind {
        A,
        #[label(other)]
        Other,
    }

    #[derive(::prom_client::LabelSet)]
    struct Labels<'a> {
        kind: Kind,
        names: ::std::option::Option<&'a ::core::primitive::str>,
        outcome: ::prom_client::Outcome,
    }

    #[derive(::prom_client::State, Clone, Copy, PartialEq)]
    enum Door {
        Shut,
    }

    #[derive(::prom_client::Metrics)]
    pub(super) struct Metrics {
        #[metric(help = "", max_series = metric() + registry(), ttl = enrolment())]
        registry: ::prom_client::Family<Labels<'static>, ::prom_client::Counter>,
        #[metric(help = "", buckets = [1.0])]
        enrolment: ::prom_client::Histogram,
        #[metric(help = "")]
        field_0: ::prom_client::StateSet<Door>,
    }

    #[::prom_client::timed(metrics.enrolment)]
    #[::prom_client::counted(|outcome| metrics.registry.with(&Labels { kind: Kind::A, names: ::std::option::Option::Some("x"), outcome }))]
    pub(super) fn call(metrics: &Metrics) -> u8 {
        metrics.field_0.set(Door::Shut);
        7
    }

    #[::prom_client::timed(metrics.enrolment)]
    #[::prom_client::counted(|outcome| metrics.registry.with(&Labels { kind: Kind::Other, names: ::std::option::Option::None, outcome }))]
    pub(super) async fn wait(metrics: &Metrics) -> u8 {
        call(metrics)
    }
}

#[test]
fn what_a_program_calls_its_own_things_does_not_matter() {
    let registry = prom_client::Registry::new();
    let metrics = <shadowed::Metrics as prom_client::Metrics>::register(&registry).expect("names");
    assert_eq!(crate::support::now(shadowed::wait(&metrics)), 7);
    let samples = crate::support::samples(&registry);
    for line in [
        "registry_total{kind=\"a\",names=\"x\",outcome=\"ok\"} 1",
        "registry_total{kind=\"other\",names=\"\",outcome=\"ok\"} 1",
        "enrolment_count 2",
    ] {
        assert!(samples.iter().any(|sample| sample == line), "{line}\n{samples:#?}");
    }
}

/// A variable that is bound where a constant has its name would be compared with the constant.
#[allow(dead_code, non_upper_case_globals, reason = "to be in the way")]
mod constants {
    macro_rules! constants {
        ($($name:ident)*) => { $(const $name: () = ();)* };
    }
    constants! {
        names visitor values value these set read index text label_0 registry enrolment metric field_0 quantiles
        result panic end outcome future context ending start guard
    }

    #[derive(prom_client::LabelValue, Clone, Copy)]
    enum Kind {
        A,
    }

    #[derive(prom_client::LabelSet)]
    struct Flat<'a> {
        host: &'a str,
    }

    #[derive(prom_client::LabelSet)]
    struct Labels<'a> {
        kind: Kind,
        shard: Option<u16>,
        ending: prom_client::Outcome,
        #[label(flatten)]
        flat: Flat<'a>,
    }

    #[derive(prom_client::Metrics)]
    #[metrics(const_labels(zone = "z"))]
    pub(super) struct Metrics {
        /// Calls.
        #[metric(max_series = 10)]
        calls: prom_client::Family<Labels<'static>, prom_client::Counter>,
        /// Time.
        #[metric(unit = seconds, buckets = [1.0])]
        time: prom_client::Histogram,
        /// Waiting.
        #[metric(quantiles = [0.5], window = "1m")]
        waiting: prom_client::Summary,
        /// Open.
        open: prom_client::Gauge,
    }

    impl Metrics {
        #[prom_client::timed(|_| self.time)]
        #[prom_client::in_flight(self.open)]
        #[prom_client::counted(|how| self.calls.with(&labels(how)))]
        pub(super) fn refuse(&self) -> Result<u8, u8> {
            Err(7)
        }

        #[prom_client::timed(|_| self.waiting)]
        #[prom_client::counted(|how| self.calls.with(&labels(how)))]
        pub(super) async fn wait(&self) -> Result<u8, u8> {
            self.refuse()
        }
    }

    fn labels(how: prom_client::Outcome) -> Labels<'static> {
        Labels { kind: Kind::A, shard: None, ending: how, flat: Flat { host: "h" } }
    }
}

#[test]
fn a_program_may_have_constants_that_are_named_like_our_variables() {
    let registry = prom_client::Registry::new();
    let metrics = <constants::Metrics as prom_client::Metrics>::register(&registry).expect("names");
    assert_eq!(crate::support::now(metrics.wait()), Err(7));
    let samples = crate::support::samples(&registry);
    let line = "calls_total{zone=\"z\",kind=\"a\",shard=\"\",ending=\"error\",host=\"h\"} 2";
    assert!(samples.iter().any(|sample| sample == line), "{line}\n{samples:#?}");
}

/// A crate that has the library under another name, and exports it.
mod facade {
    pub(crate) mod inner {
        pub(crate) use prom_client as metrics;
    }
}

#[derive(facade::inner::metrics::LabelValue, Clone, Copy)]
#[label(crate = facade::inner::metrics)]
enum Renamed {
    A,
}

#[derive(facade::inner::metrics::LabelSet)]
#[label(crate = facade::inner::metrics)]
struct RenamedLabels {
    renamed: Renamed,
    #[label(flatten)]
    more: More,
}

#[derive(facade::inner::metrics::LabelSet)]
#[label(crate = crate::names::facade::inner::metrics)]
struct More {
    more: u8,
}

#[derive(facade::inner::metrics::Metrics)]
#[metrics(crate = facade::inner::metrics)]
struct RenamedMetrics {
    /// Calls.
    calls: facade::inner::metrics::Family<RenamedLabels, facade::inner::metrics::Counter>,
}

#[facade::inner::metrics::counted(
    metrics.calls.with(&RenamedLabels { renamed: Renamed::A, more: More { more: 1 } }),
    crate = facade::inner::metrics
)]
fn renamed(metrics: &RenamedMetrics) {}

#[test]
fn the_library_may_have_another_name() {
    let registry = prom_client::Registry::new();
    let metrics = <RenamedMetrics as prom_client::Metrics>::register(&registry).expect("names");
    renamed(&metrics);
    let samples = crate::support::samples(&registry);
    assert_eq!(samples, ["calls_total{renamed=\"a\",more=\"1\"} 1"]);
}
