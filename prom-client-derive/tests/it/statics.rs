//! Structs of metrics in statics.

use prom_client::{Counter, Family, Gauge, Metrics, default_registry, statics};

#[derive(Metrics)]
#[metrics(namespace = "post")]
struct Post {
    /// Letters accepted.
    accepted: Counter,
    /// Letters returned, by reason.
    #[metric(labels = ["reason"])]
    returned: Family<(&'static str,), Counter>,
}

#[derive(Metrics)]
struct Taken {
    /// One of its own.
    taken_alone: Gauge,
    /// A name that is taken.
    #[metric(name = "post_accepted")]
    accepted: Gauge,
}

statics! {
    /// The post.
    static POST: Post;

    /// Both want the same name: whoever comes second counts for nobody.
    static TAKEN: Taken;

    /// A metric beside them.
    static BESIDE: Counter = "beside";
}

#[test]
fn a_struct_can_be_a_static() {
    POST.accepted.inc();
    POST.returned.with(&("no_stamp",)).inc();
    assert_eq!(POST.error(), None);
    BESIDE.inc();

    let error = TAKEN.error().expect("the name is taken");
    assert!(error.to_string().contains("`post_accepted`"), "{error}");
    assert!(error.to_string().contains(file!()), "{error}");
    TAKEN.taken_alone.set(7);
    TAKEN.accepted.set(8);
    assert_eq!((TAKEN.taken_alone.value(), TAKEN.accepted.value()), (7, 8), "they count");

    let text = default_registry().to_text();
    assert!(text.contains("post_accepted_total 1\n"), "{text}");
    assert!(text.contains("post_returned_total{reason=\"no_stamp\"} 1\n"), "{text}");
    assert!(text.contains("beside_total 1\n"), "{text}");
    assert!(!text.contains("taken_alone"), "all or none are exposed: {text}");
}
