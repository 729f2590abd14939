//! `#[derive(LabelSet)]`.

use std::borrow::Cow;

use prom_client::{Counter, Family, LabelSet, LabelValue, Registry};

use crate::support::samples;

#[derive(LabelValue, Clone, Copy, Debug, PartialEq)]
enum Backend {
    Postgres,
    Redis,
}

fn family<L: LabelSet + 'static>() -> (Registry, Family<L, Counter>) {
    let registry = Registry::new();
    let family = registry.register("queries", "Queries run.").expect("a family");
    (registry, family)
}

#[derive(LabelSet)]
struct Query<'a> {
    backend: Backend,
    #[label(rename = "table")]
    table_name: &'a str,
    shard: Option<u16>,
    #[label(flatten)]
    tenant: Tenant<'a>,
    r#final: bool,
}

#[derive(LabelSet)]
struct Tenant<'a> {
    tenant: &'a str,
    plan: Cow<'a, str>,
}

#[test]
fn fields_are_labels_in_their_order_and_flattened_ones_in_their_place() {
    assert_eq!(
        <Query<'_> as LabelSet>::NAMES,
        ["backend", "table", "shard", "tenant", "plan", "final"]
    );
    let (registry, family) = family::<Query<'static>>();
    // Nothing that it borrows has to live longer than the look-up.
    let with = |shard, backend| {
        let (table_name, plan) = (String::from("users"), String::from("free"));
        let tenant = Tenant { tenant: "acme", plan: Cow::Borrowed(&plan) };
        let query = Query { backend, table_name: &table_name, shard, tenant, r#final: true };
        family.with(&query).inc();
    };
    with(Some(7), Backend::Postgres);
    with(None, Backend::Redis);
    with(None, Backend::Redis);
    assert_eq!(
        samples(&registry),
        [
            "queries_total{backend=\"postgres\",table=\"users\",shard=\"7\",tenant=\"acme\",plan=\"free\",final=\"true\"} 1",
            "queries_total{backend=\"redis\",table=\"users\",shard=\"\",tenant=\"acme\",plan=\"free\",final=\"true\"} 2",
        ],
        "an absent option has the empty value, as an absent label has"
    );
}

#[test]
fn sets_read_back_as_they_were() {
    let (_registry, family) = family::<Query<'static>>();
    for shard in [None, Some(3)] {
        let tenant = Tenant { tenant: "acme", plan: Cow::Borrowed("free") };
        let query =
            Query { backend: Backend::Redis, table_name: "users", shard, tenant, r#final: false };
        family.with(&query).inc();
    }
    let mut seen = Vec::new();
    family.retain(|query, _| {
        assert_eq!((query.backend, query.table_name), (Backend::Redis, "users"));
        assert_eq!((query.tenant.tenant, &*query.tenant.plan), ("acme", "free"));
        assert!(!query.r#final);
        seen.push(query.shard);
        query.shard.is_some()
    });
    seen.sort();
    assert_eq!(seen, [None, Some(3)]);
    assert_eq!(family.len(), 1);
}

#[derive(LabelSet)]
struct Owned {
    name: String,
    code: u16,
    host: Option<String>,
}

#[test]
fn fields_may_own_what_they_show() {
    let (registry, family) = family::<Owned>();
    let host = Some("b".to_owned());
    family.with(&Owned { name: "a".to_owned(), code: 1, host }).inc();
    family.with(&Owned { name: "a".to_owned(), code: 2, host: None }).inc();
    assert_eq!(
        samples(&registry),
        [
            "queries_total{name=\"a\",code=\"1\",host=\"b\"} 1",
            "queries_total{name=\"a\",code=\"2\",host=\"\"} 1",
        ]
    );
    family.retain(|set, _| set.name != "a" || set.host.as_deref() != Some("b"));
    assert_eq!(family.len(), 1);
    family.retain(|set, _| set.host.is_some());
    assert!(family.is_empty());
}

#[derive(LabelSet)]
struct Generic<A, B: LabelValue, const N: usize> {
    a: A,
    b: Option<B>,
}

#[test]
fn parameters_are_label_values_that_may_borrow() {
    let (registry, family) = family::<Generic<&'static str, Backend, 1>>();
    let name = String::from("x");
    family.with(&Generic { a: &name, b: Some(Backend::Redis) }).inc();
    family.with(&Generic { a: &name, b: None }).inc();
    family.retain(|set, _| set.b.is_some() && set.a == "x");
    assert_eq!(samples(&registry), ["queries_total{a=\"x\",b=\"redis\"} 1"]);
}

#[derive(LabelSet, Clone, Copy)]
struct Small {
    backend: Backend,
    #[label(flatten)]
    rest: Rest,
}

#[derive(LabelSet, Clone, Copy)]
struct Rest {
    write: bool,
    replica: Option<Backend>,
}

#[test]
fn sets_of_enums_have_a_number_each() {
    assert_eq!(Small::COUNT, 12);
    assert_eq!(<Query<'_> as LabelSet>::COUNT, 0);
    let mut seen = [false; Small::COUNT];
    let (_registry, family) = family::<Small>();
    for backend in [Backend::Postgres, Backend::Redis] {
        for write in [false, true] {
            for replica in [None, Some(Backend::Postgres), Some(Backend::Redis)] {
                let set = Small { backend, rest: Rest { write, replica } };
                assert!(!std::mem::replace(&mut seen[set.index()], true));
                family.with(&set).inc_by(set.index() as u64);
            }
        }
    }
    assert_eq!(seen, [true; Small::COUNT]);
    assert_eq!(family.len(), Small::COUNT);
    family.retain(|set, counter| {
        assert_eq!(counter.value(), set.index() as u64);
        true
    });
}

#[test]
fn values_that_are_too_few_or_too_many_are_no_set() {
    for (values, fits) in [
        (&["postgres", "true", ""][..], true),
        (&["postgres", "true"], false),
        (&["postgres", "true", "", "x"], false),
        (&["mysql", "true", ""], false),
        (&[], false),
    ] {
        assert_eq!(Small::read(&[], values, |_| ()).is_some(), fits, "{values:?}");
    }
}

macro_rules! set {
    ($name:ident { $($field:ident: $ty:tt),* }) => {
        #[derive(LabelSet)]
        struct $name {
            $($field: $ty),*
        }
    };
}
set!(OfAMacro { fine: bool, code: u16 });

#[test]
fn a_set_is_derived_wherever_its_tokens_come_from() {
    let (registry, family) = family::<OfAMacro>();
    family.with(&OfAMacro { fine: true, code: 7 }).inc();
    assert_eq!(samples(&registry), ["queries_total{fine=\"true\",code=\"7\"} 1"]);
    family.retain(|set, _| !set.fine);
    assert!(family.is_empty());
}

#[derive(LabelSet)]
struct Many {
    kind: Backend,
    w: Wide,
    x: Wide,
    y: Wide,
    z: Wide,
}

/// As many values as it takes.
struct Wide(u32);

impl LabelValue for Wide {
    type Of<'a> = Self;
    const COUNT: usize = 1 << (usize::BITS / 4);
    fn visit(&self, visitor: &mut impl prom_client::LabelVisitor) {
        self.0.visit(visitor);
    }
    fn parse(text: &str) -> Option<Self> {
        u32::parse(text).map(Self)
    }
    fn index(&self) -> usize {
        self.0 as usize
    }
}

#[test]
fn more_sets_than_can_be_numbered_have_no_numbers() {
    assert_eq!((Many::COUNT, <(Wide, Wide, Wide, Wide)>::COUNT), (0, 0));
    assert_eq!(<(Wide, Wide, Wide)>::COUNT, Wide::COUNT.pow(3));
    let (registry, family) = family::<Many>();
    let many = Many { kind: Backend::Redis, w: Wide(7), x: Wide(1), y: Wide(0), z: Wide(9) };
    family.with(&many).inc();
    let sample = "queries_total{kind=\"redis\",w=\"7\",x=\"1\",y=\"0\",z=\"9\"} 1";
    assert_eq!(samples(&registry), [sample]);
}
