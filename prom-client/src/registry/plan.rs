//! What a struct of metrics will register, as the compiler knows it: for `#[derive(Metrics)]`.
//!
//! Everything here runs in constants. A panic is a compile error, at the place that the macro chose.

use super::Instrument;
use super::builder::sealed::Sealed;
use crate::desc::Kind;
use crate::label::is_same;

/// What a field of a struct registers.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "macros make it, and nobody else reads it")]
pub enum Plan {
    /// A metric.
    Metric {
        /// The name, as given.
        name: &'static str,
        /// The name of its unit, or nothing.
        unit: &'static str,
        /// Its kind.
        kind: Kind,
        /// The names of its labels, if its type has them.
        labels: &'static [&'static str],
        /// The names that the struct gives them.
        given: &'static [&'static str],
        /// How many labels it has, if its type says so.
        values: Option<usize>,
    },
    /// The constant labels that all of the struct have.
    Constant(&'static [&'static str]),
    /// Another struct.
    Group {
        /// What its names begin with, without the underscore, or nothing.
        prefix: &'static str,
        /// What it registers.
        plan: &'static [Self],
    },
    /// What is not known: series told apart by constant labels, or a function's.
    Unknown,
}

impl Plan {
    /// A metric of this type.
    #[must_use]
    pub const fn metric<T: Instrument>(
        name: &'static str,
        unit: &'static str,
        given: &'static [&'static str],
    ) -> Self {
        let (labels, values) = (<T as Sealed>::LABELS, <T as Sealed>::VALUES);
        Self::Metric { name, unit, kind: <T as Sealed>::KIND, labels, given, values }
    }
}

/// Refuses a name that metrics of this kind cannot have.
///
/// # Panics
/// With what is wrong.
#[track_caller]
pub const fn check_name(plan: &[Plan], at: usize) {
    let Plan::Metric { name, kind, .. } = plan[at] else { return };
    let own = kind.suffix();
    let base = Text::new().push(name).without(own);
    if base.len == 0 {
        let text = Text::new().push("nothing is left of the name of a ").push(kind.as_str());
        refuse(text, ", whose suffix is added");
    }
    let suffixes = ["_total", "_bucket", "_created", own];
    let mut i = 0;
    while i < suffixes.len() {
        if !suffixes[i].is_empty() && base.ends_with(suffixes[i]) {
            let text = Text::new().push("the suffix `").push(suffixes[i]);
            refuse(text.push("` is not for the name of a "), kind.as_str());
        }
        i += 1;
    }
}

/// Refuses a unit of metrics that have no amount.
///
/// # Panics
/// With what is wrong.
#[track_caller]
pub const fn check_unit(plan: &[Plan], at: usize) {
    let Plan::Metric { unit, kind, .. } = plan[at] else { return };
    if !unit.is_empty() && !kind.has_unit() {
        refuse(Text::new().push("a metric of type ").push(kind.as_str()), " has no unit");
    }
}

/// Refuses labels that do not fit together, or not this type of metric. `given` are names for a label set
/// that has none, `constant` those of constant labels.
///
/// # Panics
/// With what is wrong.
#[track_caller]
pub const fn check_labels(plan: &[Plan], at: usize, given: Option<&[&str]>, constant: &[&str]) {
    let Plan::Metric { kind, labels, values, .. } = plan[at] else { return };
    let names = match given {
        Some(_) if !labels.is_empty() => panic!("the label set has its own names"),
        Some(names) => names,
        None => labels,
    };
    match values {
        Some(values) if values == names.len() => {}
        None if given.is_some() || !names.is_empty() => {}
        _ if given.is_none() => {
            panic!("the labels have no names: give them with `labels = [\"..\"]`")
        }
        // What has no labels at all says so itself.
        Some(0) | None => {}
        Some(_) => panic!("there are more names or fewer than the label set has values"),
    }
    let mut i = 0;
    while i < names.len() {
        if let Some(format) = kind.own_label() {
            if is_same(names[i], format) {
                let text = Text::new().push("a ").push(kind.as_str()).push(" uses the label `");
                refuse(text.push(format), "` itself");
            }
        }
        let mut other = 0;
        while other < constant.len() {
            if is_same(names[i], constant[other]) {
                refuse(Text::new().push("the label `").push(names[i]), "` is a constant label too");
            }
            other += 1;
        }
        i += 1;
    }
}

/// Refuses a struct within another if something in it has a label that the other makes constant.
///
/// # Panics
/// With the label.
#[track_caller]
pub const fn check_constant(plan: &[Plan], constant: &[&str]) {
    let mut i = 0;
    while i < plan.len() {
        match plan[i] {
            Plan::Metric { labels, given, .. } => {
                check_apart(labels, constant);
                check_apart(given, constant);
            }
            Plan::Constant(labels) => check_apart(labels, constant),
            Plan::Group { plan: group, .. } => check_constant(group, constant),
            Plan::Unknown => {}
        }
        i += 1;
    }
}

#[track_caller]
const fn check_apart(labels: &[&str], constant: &[&str]) {
    let mut i = 0;
    while i < labels.len() {
        let mut other = 0;
        while other < constant.len() {
            if is_same(labels[i], constant[other]) {
                let text = Text::new().push("what is in it has the label `").push(labels[i]);
                refuse(text, "`, which is a constant label of this struct");
            }
            other += 1;
        }
        i += 1;
    }
}

/// Refuses what is at this place if it exposes a name that something before it exposes.
///
/// # Panics
/// With the name.
#[track_caller]
pub const fn check_distinct(plan: &[Plan], at: usize) {
    check_each(&Text::new(), plan[at], plan, at);
}

/// Compares all that `one` registers with the first `most` of `plan`.
#[track_caller]
const fn check_each(prefix: &Text, one: Plan, plan: &[Plan], most: usize) {
    match one {
        Plan::Metric { name, unit, kind, .. } => {
            check_one(&prefix.named(name, unit, kind), kind, &Text::new(), plan, most);
        }
        Plan::Group { prefix: more, plan: group } => {
            let prefix = prefix.prefixed(more);
            let mut i = 0;
            while i < group.len() {
                check_each(&prefix, group[i], plan, most);
                i += 1;
            }
        }
        Plan::Constant(_) | Plan::Unknown => {}
    }
}

/// Compares one metric with the first `most` of `plan`.
#[track_caller]
const fn check_one(one: &Text, kind: Kind, prefix: &Text, plan: &[Plan], most: usize) {
    let mut i = 0;
    while i < most {
        match plan[i] {
            Plan::Metric { name, unit, kind: other, .. } => {
                if let Some(suffix) = shared(one, kind, &prefix.named(name, unit, other), other) {
                    let text = Text::new().push("`").push(one.as_str()).push(suffix);
                    refuse(text, "` is exposed by something before this too");
                }
            }
            Plan::Group { prefix: more, plan: group } => {
                let prefix = prefix.prefixed(more);
                // Most of a large tree is left out here: the compiler has only so much patience.
                if one.same(&prefix) == prefix.len || one.same(&prefix) == one.len {
                    check_one(one, kind, &prefix, group, group.len());
                }
            }
            Plan::Constant(_) | Plan::Unknown => {}
        }
        i += 1;
    }
}

/// What to put behind the first name for a name that samples of both have, if there is one.
const fn shared(a: &Text, a_kind: Kind, b: &Text, b_kind: Kind) -> Option<&'static str> {
    let same = a.same(b);
    if same < a.len && same < b.len {
        return None;
    }
    let (of_a, of_b) = (a_kind.sample_suffixes(), b_kind.sample_suffixes());
    let mut i = 0;
    while i < of_a.len() {
        let mut j = 0;
        while j < of_b.len() {
            if a.with(of_a[i]).is(&b.with(of_b[j])) {
                return Some(of_a[i]);
            }
            j += 1;
        }
        i += 1;
    }
    None
}

#[track_caller]
const fn refuse(text: Text, end: &str) -> ! {
    panic!("{}", text.push(end).as_str())
}

/// Names of more bytes are compared by their beginning.
const MOST: usize = 256;

/// A short string that constants can put together.
#[derive(Clone, Copy)]
struct Text {
    bytes: [u8; MOST],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; MOST], len: 0 }
    }

    const fn push(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() && self.len < MOST {
            self.bytes[self.len] = bytes[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    const fn with(&self, suffix: &str) -> Self {
        self.push(suffix)
    }

    /// With a part of a prefix and its underscore.
    const fn prefixed(&self, prefix: &str) -> Self {
        if prefix.is_empty() { *self } else { self.push(prefix).push("_") }
    }

    /// The name of a family. The unit is added to its own name, whatever the prefix ends with.
    const fn named(&self, name: &str, unit: &str, kind: Kind) -> Self {
        let name = self.push(name).without(kind.suffix());
        let rest = name.without(unit);
        let has_it = rest.len < name.len && rest.ends_with("_") && rest.len > self.len + 1;
        if unit.is_empty() || has_it { name } else { name.push("_").push(unit) }
    }

    /// How many bytes both begin with.
    const fn same(&self, other: &Self) -> usize {
        let mut same = 0;
        while same < self.len && same < other.len && self.bytes[same] == other.bytes[same] {
            same += 1;
        }
        same
    }

    const fn ends_with(&self, suffix: &str) -> bool {
        let suffix = suffix.as_bytes();
        if suffix.len() > self.len {
            return false;
        }
        let mut i = 0;
        while i < suffix.len() {
            if self.bytes[self.len - suffix.len() + i] != suffix[i] {
                return false;
            }
            i += 1;
        }
        true
    }

    const fn without(mut self, suffix: &str) -> Self {
        if self.ends_with(suffix) {
            self.len -= suffix.len();
        }
        self
    }

    const fn is(&self, other: &Self) -> bool {
        self.len == other.len && {
            let mut i = 0;
            while i < self.len && self.bytes[i] == other.bytes[i] {
                i += 1;
            }
            i == self.len
        }
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "a name that is no text",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn message(result: std::thread::Result<()>) -> Option<String> {
        let panic = result.err()?;
        Some(panic.downcast_ref::<String>().expect("a message").clone())
    }

    const fn metric(name: &'static str, unit: &'static str, kind: Kind) -> Plan {
        Plan::Metric { name, unit, kind, labels: &[], given: &[], values: Some(0) }
    }

    #[test]
    fn names_are_refused_as_the_registry_refuses_them() {
        for (name, unit, kind) in [
            ("jobs", "", Kind::Counter),
            ("jobs_total", "", Kind::Counter),
            ("jobs_total_total", "", Kind::Counter),
            ("_total", "", Kind::Counter),
            ("jobs_total", "", Kind::Gauge),
            ("size_bucket", "", Kind::Histogram),
            ("jobs_created", "", Kind::Counter),
            ("build_info", "", Kind::Info),
            ("a_info_info", "", Kind::Info),
            ("door", "seconds", Kind::StateSet),
            ("age", "seconds", Kind::Gauge),
        ] {
            let plan = [metric(name, unit, kind)];
            let checked = catch_unwind(|| {
                check_name(&plan, 0);
                check_unit(&plan, 0);
            });
            let parsed = crate::desc::MetricName::parse(name, kind);
            let fine = parsed.is_ok() && (unit.is_empty() || kind.has_unit());
            assert_eq!(checked.is_ok(), fine, "{name}: {:?}", message(checked));
        }
    }

    #[test]
    fn names_are_duplicates_exactly_if_the_table_says_so() {
        use super::super::{CollectError, Collection, Collector, Registry};
        use crate::desc::{Desc, NameError, Unit};

        #[derive(Debug)]
        struct Of(Desc);
        impl Collector for Of {
            fn describe(&self) -> Result<Vec<Desc>, NameError> {
                Ok(vec![self.0.clone()])
            }
            fn collect(&self, _: &mut Collection) -> Result<(), CollectError> {
                Ok(())
            }
        }

        let names = [
            "a",
            "a_total",
            "a_count",
            "a_sum",
            "a_info",
            "a_seconds",
            "b",
            "milliseconds",
            "seconds",
            "a_seconds_total",
            "seconds_seconds",
            "milliseconds_seconds",
            "_seconds",
        ];
        let kinds = [Kind::Counter, Kind::Gauge, Kind::Histogram, Kind::Summary, Kind::StateSet];
        let mut all = Vec::new();
        for name in names {
            for kind in kinds {
                for unit in ["", "seconds"] {
                    let plan = [metric(name, unit, kind)];
                    let checked = catch_unwind(|| {
                        check_name(&plan, 0);
                        check_unit(&plan, 0);
                    });
                    all.extend(checked.is_ok().then_some(plan[0]));
                }
            }
        }
        let desc = |plan: Plan| match plan {
            Plan::Metric { name, unit, kind, .. } => {
                let desc = Desc::new(name, "", kind).expect("it was checked");
                if unit.is_empty() { desc } else { desc.unit(Unit::SECONDS) }
            }
            _ => unreachable!("all are metrics"),
        };
        let mut clashes = 0;
        for one in &all {
            for other in &all {
                let registry = Registry::new();
                let register =
                    |plan| registry.register_collector(std::sync::Arc::new(Of(desc(plan))));
                register(*one).expect("it is the first");
                let distinct = catch_unwind(|| check_distinct(&[*one, *other], 1)).is_ok();
                assert_eq!(register(*other).is_ok(), distinct, "{one:?} {other:?}");
                clashes += usize::from(!distinct);
            }
        }
        assert!(clashes > all.len() && clashes < all.len() * all.len());
    }

    #[test]
    fn constant_labels_are_looked_for_in_all_that_is_nested() {
        const CONSTANT: Plan = Plan::Constant(&["region"]);
        const LABELLED: Plan = Plan::Metric {
            name: "a",
            unit: "",
            kind: Kind::Gauge,
            labels: &[],
            given: &["zone"],
            values: None,
        };
        const INNER: &[Plan] = &[LABELLED, Plan::Unknown, CONSTANT];
        const DEEP: &[Plan] = &[Plan::Group { prefix: "deep", plan: INNER }];
        for plan in [INNER, DEEP] {
            for (label, fits) in [("region", false), ("zone", false), ("shard", true)] {
                let checked = message(catch_unwind(|| check_constant(plan, &["x", label])));
                assert_eq!(checked.is_none(), fits, "{label}: {checked:?}");
            }
        }
    }

    #[test]
    fn groups_are_looked_into_by_their_prefixes() {
        const INNER: &[Plan] = &[metric("hits", "", Kind::Counter), metric("b_c", "", Kind::Gauge)];
        const GROUP: Plan = Plan::Group { prefix: "cache", plan: INNER };
        let check = |plan: &[Plan]| {
            let plan = plan.to_vec();
            message(catch_unwind(move || check_distinct(&plan, plan.len() - 1)))
        };
        let exposed = |name| Some(format!("`{name}` is exposed by something before this too"));
        assert_eq!(check(&[metric("cache_hits", "", Kind::Gauge), GROUP]), exposed("cache_hits"));
        assert_eq!(
            check(&[GROUP, metric("cache_hits_total", "", Kind::Counter)]),
            exposed("cache_hits")
        );
        assert_eq!(check(&[GROUP, GROUP]), exposed("cache_hits"));
        const DEEP: &[Plan] = &[metric("c", "", Kind::Gauge)];
        let deep = Plan::Group { prefix: "cache_b", plan: DEEP };
        assert_eq!(check(&[GROUP, deep]), exposed("cache_b_c"));
        const TIMES: &[Plan] = &[metric("seconds", "seconds", Kind::Gauge)];
        let times = Plan::Group { prefix: "latency", plan: TIMES };
        assert_eq!(check(&[times, metric("latency_seconds", "", Kind::Gauge)]), None);
        assert_eq!(
            check(&[times, metric("latency_seconds_seconds", "", Kind::Gauge)]),
            exposed("latency_seconds_seconds")
        );
        assert_eq!(check(&[GROUP, metric("hits", "", Kind::Counter)]), None);
        assert_eq!(check(&[GROUP, Plan::Unknown, metric("x", "", Kind::Gauge)]), None);
        assert_eq!(check(&[GROUP, Plan::Group { prefix: "", plan: INNER }]), None);
    }
}
