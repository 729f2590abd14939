use prom_client::{Counter, Family, Gauge, LabelSet, LabelValue, Metrics};

#[derive(LabelValue)]
#[allow(non_camel_case_types)]
enum Keyword {
    r#type,
}

#[derive(LabelSet)]
struct Labels {
    r#type: Keyword,
    r#final: bool,
}

#[derive(Metrics)]
#[metrics(namespace = "shop", const_labels(r#in = "x"))]
struct Metered {
    /// Loops.
    r#loop: Gauge,
    /// Matches.
    r#match: Family<Labels, Counter>,
}

fn main() {
    let registry = prom_client::Registry::new();
    let metered = Metered::register(&registry).unwrap();
    metered.r#loop.set(1);
    metered.r#match.with(&Labels { r#type: Keyword::r#type, r#final: true }).inc();
    let text = registry.to_text();
    assert!(text.contains("shop_loop{in=\"x\"} 1\n"));
    assert!(text.contains("shop_match_total{in=\"x\",type=\"type\",final=\"true\"} 1\n"));
}
