//! Structs of metrics in statics.

use prom_client::{
    Buckets, Counter, Family, Gauge, Metrics, RegisterError, default_registry, statics,
};

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

/// What can be registered nowhere, whatever else is.
#[derive(Metrics)]
struct Impossible {
    /// It is first, and stays nowhere either.
    impossible_first: Gauge,
    /// As many series as it is allowed, which is never said.
    #[metric(labels = ["reason"], max_series = limit()?)]
    impossible: Family<(&'static str,), Counter>,
}

fn limit() -> Result<usize, RegisterError> {
    Err(Buckets::new([1.0, 1.0]).expect_err("they do not increase").into())
}

/// What `init` makes, where something else is taken.
#[derive(Metrics)]
struct Made {
    /// A name that is taken.
    #[metric(name = "post_accepted")]
    accepted: Gauge,
    #[metric(init = |registry| registry.register("made_by_init", "Made."))]
    made: Counter,
}

statics! {
    /// The post.
    static POST: Post;

    /// Both want the same name: whoever comes second counts for nobody.
    static TAKEN: Taken;

    /// A metric beside them.
    static BESIDE: Counter = "beside";

    static IMPOSSIBLE: Impossible;

    static MADE: Made;

    /// Named like what the macro declares.
    static REGISTER: Counter = "registers";
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

#[test]
fn a_struct_that_is_impossible_panics_only_for_who_uses_its_metrics() {
    let text = default_registry().to_text();
    assert!(!text.contains("impossible"), "{text}");
    let error = IMPOSSIBLE.error().expect("it has no limit");
    assert!(error.to_string().contains("is not above"), "{error}");
    for _ in 0..2 {
        let panic = std::panic::catch_unwind(|| {
            IMPOSSIBLE.impossible.with(&("any",)).inc();
            IMPOSSIBLE.impossible_first.set(1);
        });
        let panic = panic.expect_err("there are no metrics");
        let message = panic.downcast_ref::<String>().expect("a message");
        assert!(message.contains("is not above"), "{message}");
    }
    assert!(!default_registry().to_text().contains("impossible"));
}

#[test]
fn what_init_makes_counts_also_where_it_is_not_exposed() {
    POST.accepted.inc();
    let error = MADE.error().expect("the name is taken");
    assert!(error.to_string().contains("`post_accepted`"), "{error}");
    MADE.made.inc();
    MADE.accepted.set(3);
    assert_eq!((MADE.made.value(), MADE.accepted.value()), (1, 3), "they count");
    REGISTER.inc();
    let text = default_registry().to_text();
    assert!(!text.contains("made_by_init"), "{text}");
    assert!(text.contains("registers_total 1\n"), "{text}");
}
