//! Any rule on any labels. Lines are the action, the expression, the replacement, the target label,
//! the source labels, and then values.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prom_client_testkit::{Action, Labels, RelabelBuilder, RelabelRule, relabel};

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let Ok(action) = line().parse::<Action>() else { return };
    let mut rule = RelabelRule::new(action);
    // What is empty is not said.
    let parts: [fn(RelabelBuilder, &str) -> RelabelBuilder; 4] = [
        |rule, text| rule.regex(text),
        |rule, text| rule.replacement(text),
        |rule, text| rule.target_label(text),
        |rule, text| rule.source_labels(text.split(',')),
    ];
    for part in parts {
        let text = line();
        rule = if text.is_empty() { rule } else { part(rule, text) };
    }
    if action == Action::HashMod {
        rule = rule.modulus(7);
    }
    let Ok(rule) = rule.build() else { return };
    let labels: Labels = ["a", "b", "c"].into_iter().zip(lines).collect();
    let once = relabel(&labels, std::slice::from_ref(&rule));
    assert_eq!(once, relabel(&labels, &[rule]), "it depends on nothing else");
});
