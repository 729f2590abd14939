//! Metrics in statics: for programs that want to count anywhere and pass nothing around.
//!
//! They belong to the default registry, and are in its exposition from the first scrape on, touched
//! or not. Nothing runs before `main`. A library takes a `&Registry` instead: see the example
//! `library`.

use prom_client::{
    Counter, Family, Gauge, Histogram, LabelSet, LabelValue, Metrics, default_registry, in_flight,
    statics,
};

statics! {
    /// Letters accepted.
    static ACCEPTED: Counter = "post_letters_accepted_total";

    /// Parcels accepted, of which there are none yet.
    static PARCELS: Counter = "post_parcels_accepted_total";

    static POST: Post;
}

/// All that belongs together can be one static.
#[derive(Metrics)]
#[metrics(namespace = "post")]
struct Post {
    /// Letters returned to the sender, by reason.
    letters_returned: Family<Return, Counter>,
    /// Letters waiting to be sorted.
    letters_waiting: Gauge,
    /// Letters being looked at.
    letters_in_hand: Gauge,
    /// Weight of the letters accepted.
    #[metric(unit = grams, buckets = [20, 50, 500, 1_000])]
    letter_weight: Histogram,
}

#[derive(LabelSet)]
struct Return {
    reason: Reason,
}

#[derive(LabelValue)]
enum Reason {
    NoStamp,
    TooHeavy,
}

fn main() {
    for (weight, stamped) in
        [(18.0, true), (75.0, false), (480.0, true), (990.0, true), (5e3, true)]
    {
        if accept(weight, stamped) {
            sort();
        }
    }
    POST.letters_waiting.add(2);

    let text = default_registry().to_text();
    assert!(text.contains("post_letters_accepted_total 3\n"));
    assert!(text.contains("post_parcels_accepted_total 0\n"), "nothing has touched it");
    assert!(text.contains("post_letters_returned_total{reason=\"no_stamp\"} 1\n"));
    assert!(PARCELS.error().is_none() && POST.error().is_none(), "their names were free");
    print!("{text}");
}

#[in_flight(POST.letters_in_hand)]
fn accept(weight: f64, stamped: bool) -> bool {
    let reason = match (stamped, weight) {
        (false, _) => Reason::NoStamp,
        (true, 1_000.0..) => Reason::TooHeavy,
        (true, _) => {
            ACCEPTED.inc();
            POST.letter_weight.observe(weight);
            POST.letters_waiting.inc();
            return true;
        }
    };
    POST.letters_returned.with(&Return { reason }).inc();
    false
}

fn sort() {
    POST.letters_waiting.dec();
}
