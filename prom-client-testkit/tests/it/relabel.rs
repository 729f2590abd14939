//! Relabelling: a table of what rules do, and what holds for all labels.

use prom_client_testkit::{Action, Labels, RelabelBuilder, RelabelRule, relabel};
use proptest::prelude::*;

fn rule(action: Action) -> RelabelBuilder {
    RelabelRule::new(action)
}

fn labels(text: &str) -> Labels {
    text.split_whitespace().map(|pair| pair.split_once('=').expect("name=value")).collect()
}

/// The labels after these rules, in one line; `dropped` if they are.
fn after(before: &str, rules: impl IntoIterator<Item = RelabelBuilder>) -> String {
    let rules: Vec<_> = rules.into_iter().map(|rule| rule.build().expect("a rule")).collect();
    relabel(&labels(before), &rules).map_or("dropped".to_owned(), |labels| {
        let pairs: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join(" ")
    })
}

#[test]
fn replace_writes_what_the_expression_makes_of_the_text() {
    let replace = || rule(Action::Replace);
    for (before, rules, expected) in [
        ("a=x b=y", vec![replace().source_labels(["a"]).target_label("c")], "a=x b=y c=x"),
        // Two labels with the separator between them, an absent one is empty.
        (
            "a=x b=y",
            vec![replace().source_labels(["a", "b", "no"]).target_label("c")],
            "a=x b=y c=x;y;",
        ),
        (
            "a=x b=y",
            vec![replace().source_labels(["a", "b"]).separator("").target_label("c")],
            "a=x b=y c=xy",
        ),
        // All of the text has to match.
        ("a=xyz", vec![replace().source_labels(["a"]).regex("y").target_label("c")], "a=xyz"),
        (
            "a=x",
            vec![replace().source_labels(["a"]).regex("y|x").target_label("c").replacement("1")],
            "a=x c=1",
        ),
        // Groups by number, by name, in braces, and in the name of the target.
        (
            "a=k:v",
            vec![
                replace()
                    .source_labels(["a"])
                    .regex("(.*):(.*)")
                    .target_label("$1")
                    .replacement("${2}x"),
            ],
            "a=k:v k=vx",
        ),
        (
            "a=k:v",
            vec![
                replace()
                    .source_labels(["a"])
                    .regex("(?P<n>.*):.*")
                    .target_label("l_${n}")
                    .replacement("$n"),
            ],
            "a=k:v l_k=k",
        ),
        // An empty result removes the label.
        (
            "a=x b=y",
            vec![replace().source_labels(["a"]).regex("x").target_label("b").replacement("")],
            "a=x",
        ),
        ("a=x b=y", vec![replace().source_labels(["no"]).target_label("b")], "a=x"),
        ("b=y", vec![replace().source_labels(["a"]).target_label("b").regex("(.+)")], "b=y"),
        // An empty name is none.
        (
            "a=x",
            vec![replace().source_labels(["a"]).regex("x()").target_label("$1").replacement("v")],
            "a=x",
        ),
        // Without sources the text is empty, and matches.
        ("a=x", vec![replace().target_label("b").replacement("const")], "a=x b=const"),
        // A rule sees what those before it did.
        (
            "a=x",
            vec![
                replace().source_labels(["a"]).target_label("__tmp"),
                replace().source_labels(["__tmp"]).target_label("c").replacement("$1$1"),
                rule(Action::LabelDrop).regex("__tmp"),
            ],
            "a=x c=xx",
        ),
        // Names of UTF-8.
        ("a=x", vec![replace().source_labels(["a"]).target_label("c.d")], "a=x c.d=x"),
    ] {
        assert_eq!(after(before, rules.clone()), expected, "{before} {rules:?}");
    }
}

#[test]
fn keep_and_drop_look_at_all_of_the_text() {
    let by = |action, regex: &str| rule(action).source_labels(["a", "b"]).regex(regex);
    for (regex, matches) in [
        ("x;y", true),
        ("x", false),
        ("x;.*", true),
        (".*;z", false),
        ("", false),
        ("(?i)X;Y", true),
    ] {
        let (kept, dropped) = ("a=x b=y", "dropped");
        let (keep, drop) = if matches { (kept, dropped) } else { (dropped, kept) };
        assert_eq!(after("a=x b=y", [by(Action::Keep, regex)]), keep, "keep {regex}");
        assert_eq!(after("a=x b=y", [by(Action::Drop, regex)]), drop, "drop {regex}");
    }
    // What is dropped stays dropped, whatever follows.
    let rules = [by(Action::Drop, ".*"), rule(Action::Replace).target_label("c").replacement("1")];
    assert_eq!(after("a=x", rules), "dropped");
}

#[test]
fn equality_is_of_the_whole_text_and_of_absent_labels() {
    for (before, equal) in
        [("a=x t=x", true), ("a=x t=y", false), ("a=x", false), ("t=x", false), ("b=1", true)]
    {
        let by = |action| [rule(action).source_labels(["a"]).target_label("t")];
        assert_eq!(after(before, by(Action::KeepEqual)) != "dropped", equal, "{before}");
        assert_eq!(after(before, by(Action::DropEqual)) == "dropped", equal, "{before}");
    }
    let two = rule(Action::KeepEqual).source_labels(["a", "b"]).target_label("t");
    assert_eq!(after("a=x b=y t=x;y", [two]), "a=x b=y t=x;y");
}

#[test]
fn a_hash_is_the_end_of_an_md5() {
    // By `printf TEXT | md5sum`, the last 16 digits.
    for (text, modulus, share) in [
        ("", u64::MAX, 0xe980_0998_ecf8_427e),
        ("foo", u64::MAX, 0xedef_654f_ccc4_a4d8),
        ("foo", 10, 0xedef_654f_ccc4_a4d8_u64 % 10),
        ("foo", 1, 0),
    ] {
        let hash = rule(Action::HashMod).source_labels(["a"]).target_label("h").modulus(modulus);
        let labels: Labels = [("a", text)].into();
        let hashed = relabel(&labels, &[hash.build().expect("a rule")]).expect("it stays");
        assert_eq!(hashed.get("h"), Some(&*share.to_string()), "{text} {modulus}");
    }
}

#[test]
fn names_are_mapped_dropped_and_kept() {
    for (before, rules, expected) in [
        (
            "__meta_x=1 __meta_y=2 z=3",
            vec![rule(Action::LabelMap).regex("__meta_(.+)")],
            "__meta_x=1 __meta_y=2 x=1 y=2 z=3",
        ),
        (
            "a1=x b=y",
            vec![rule(Action::LabelMap).regex("a(?P<n>.)").replacement("n_${n}")],
            "a1=x b=y n_1=x",
        ),
        // Of two that become one, the later one wins.
        ("a1=x a2=y", vec![rule(Action::LabelMap).regex("a.").replacement("a")], "a=y a1=x a2=y"),
        // What a rule set before comes last, whatever its name.
        (
            "b=old",
            vec![
                rule(Action::Replace).target_label("a").replacement("new"),
                rule(Action::LabelMap).regex("[ab]").replacement("c"),
            ],
            "a=new b=old c=new",
        ),
        ("a=x ab=y b=z", vec![rule(Action::LabelDrop).regex("a.*")], "b=z"),
        ("a=x ab=y b=z", vec![rule(Action::LabelKeep).regex("a.*")], "a=x ab=y"),
        ("a=x ab=y", vec![rule(Action::LabelDrop).regex("b")], "a=x ab=y"),
    ] {
        assert_eq!(after(before, rules.clone()), expected, "{before} {rules:?}");
    }
}

#[test]
fn letters_change_their_case_one_by_one() {
    let by = |action| [rule(action).source_labels(["a", "b"]).target_label("c")];
    assert_eq!(after("a=Xy b=ÉZ", by(Action::Lowercase)), "a=Xy b=ÉZ c=xy;éz");
    assert_eq!(after("a=Xy b=éß", by(Action::Uppercase)), "a=Xy b=éß c=XY;Éß");
    assert_eq!(after("a=ΑΣ b=İ", by(Action::Lowercase)), "a=ΑΣ b=İ c=ασ;i");
}

#[test]
fn what_the_reference_refuses_is_refused_in_its_words() {
    use Action::{
        DropEqual, HashMod, KeepEqual, LabelDrop, LabelKeep, LabelMap, Lowercase, Replace,
        Uppercase,
    };
    for (rule, field, message) in [
        (
            rule(Replace),
            "target_label",
            "relabel configuration for replace action requires 'target_label' value",
        ),
        (
            rule(HashMod).target_label("a"),
            "modulus",
            "relabel configuration for hashmod requires non-zero modulus",
        ),
        (
            rule(HashMod).modulus(1),
            "target_label",
            "relabel configuration for hashmod action requires 'target_label' value",
        ),
        (
            rule(Lowercase).target_label("a").replacement("x"),
            "replacement",
            "'replacement' can not be set for lowercase action",
        ),
        (
            rule(Uppercase),
            "target_label",
            "relabel configuration for uppercase action requires 'target_label' value",
        ),
        (
            rule(KeepEqual).target_label("a").regex("(.*)"),
            "action",
            "keepequal action requires only 'source_labels' and `target_label`, and no other fields",
        ),
        (
            rule(DropEqual).target_label("a").modulus(1),
            "action",
            "dropequal action requires only 'source_labels' and `target_label`, and no other fields",
        ),
        (
            rule(LabelMap).replacement(""),
            "replacement",
            "\"\" is invalid 'replacement' for labelmap action",
        ),
        (
            rule(LabelDrop).source_labels(["a"]),
            "action",
            "labeldrop action requires only 'regex', and no other fields",
        ),
        (
            rule(LabelKeep).separator(","),
            "action",
            "labelkeep action requires only 'regex', and no other fields",
        ),
        (rule(Action::Keep).regex("a("), "regex", "not a regular expression: `a(`: unclosed group"),
    ] {
        let error = rule.clone().build().expect_err(message);
        assert_eq!((error.field(), error.to_string()), (field, message.to_owned()), "{rule:?}");
    }
    // What is said as the default has it is as if it were not said.
    rule(KeepEqual).target_label("a").separator(";").replacement("$1").build().expect("defaults");
    let error = "frob".parse::<Action>().expect_err("no action");
    assert_eq!(error.to_string(), "unknown relabel action \"frob\"");
    assert_eq!("LabelMap".parse(), Ok(LabelMap));
}

fn any_labels() -> impl Strategy<Value = Labels> {
    prop::collection::vec(("[abc_]{1,3}", "[xyz]{0,3}"), 0..6)
        .prop_map(|pairs| pairs.into_iter().collect())
}

proptest! {
    #[test]
    fn what_keep_keeps_drop_drops(labels in any_labels(), regex in "[xyz.*;|]{0,5}") {
        let build = |action| rule(action).source_labels(["a", "b"]).regex(&*regex).build();
        let (Ok(keep), Ok(drop)) = (build(Action::Keep), build(Action::Drop)) else { return Ok(()) };
        let (kept, left) = (relabel(&labels, &[keep]), relabel(&labels, &[drop]));
        prop_assert!(kept.is_some() != left.is_some());
        prop_assert_eq!(kept.or(left), Some(labels));
    }

    #[test]
    fn kept_and_dropped_labels_make_the_whole(labels in any_labels(), regex in "[abc_.]{1,3}") {
        let by = |action| relabel(&labels, &[rule(action).regex(&*regex).build().expect("a rule")]);
        let (kept, dropped) = (by(Action::LabelKeep), by(Action::LabelDrop));
        let (kept, dropped) = (kept.expect("it stays"), dropped.expect("it stays"));
        prop_assert_eq!(kept.len() + dropped.len(), labels.len());
        let both: Labels = kept.iter().chain(dropped.iter()).collect();
        prop_assert_eq!(both, labels);
    }

    #[test]
    fn a_hash_shares_everything_out_once(labels in any_labels(), modulus in 1u64..20) {
        let hash = rule(Action::HashMod).source_labels(["a", "b"]).target_label("h").modulus(modulus);
        let hash = hash.build().expect("a rule");
        let shares = (0..modulus).filter(|share| {
            let keep = rule(Action::Keep).source_labels(["h"]).regex(share.to_string());
            relabel(&labels, &[hash.clone(), keep.build().expect("a rule")]).is_some()
        });
        prop_assert_eq!(shares.count(), 1);
    }

    #[test]
    fn rules_in_one_list_are_rules_one_after_the_other(labels in any_labels(), a in "[a-c]", b in "[a-c]") {
        let first = rule(Action::Replace).source_labels([&*a]).target_label(&*b).replacement("$1$1");
        let second = rule(Action::Replace).source_labels([&*b, &*a]).target_label("d");
        let (first, second) = (first.build().expect("a rule"), second.build().expect("a rule"));
        let together = relabel(&labels, &[first.clone(), second.clone()]);
        let apart = relabel(&labels, &[first]).and_then(|labels| relabel(&labels, &[second]));
        prop_assert_eq!(together, apart);
    }

    #[test]
    fn no_text_makes_a_panic(labels in any_labels(), regex in ".{0,8}", target in ".{0,6}", replacement in ".{0,6}") {
        let rule = rule(Action::Replace).source_labels(["a"]);
        if let Ok(rule) = rule.regex(regex).target_label(target).replacement(replacement).build() {
            let _ = relabel(&labels, &[rule]);
        }
    }
}
