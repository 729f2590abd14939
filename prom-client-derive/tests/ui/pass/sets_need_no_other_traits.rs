use prom_client::{Counter, Family, LabelSet, LabelValue, Registry};

#[derive(LabelValue)]
enum Kind {
    A,
}

#[derive(LabelSet)]
struct Labels<'a> {
    kind: Kind,
    name: Option<&'a str>,
}

fn main() {
    let registry = Registry::new();
    let family: Family<Labels, Counter> = registry.register("calls", "Calls.").unwrap();
    family.with(&Labels { kind: Kind::A, name: None }).inc();
    family.retain(|labels, _| labels.name.is_some());
    assert!(family.is_empty());
}
