//! The linter beside promtool.

use prom_client_testkit::{Format, Parser, lint};

use super::corpus::{Tally, array, cases, input, string};

#[test]
fn conformance_lint_of_promtool() {
    let set = "derived-cases/promlint.json";
    let Some(cases) = cases(set) else { return };
    let mut tally = Tally::new(set);
    for case in &cases {
        let outcome =
            Parser::new(Format::Text).strict().parse(&input(case)).map_err(|e| e.to_string());
        let outcome = outcome.and_then(|exposition| {
            let ours: Vec<String> = lint(&exposition).iter().map(ToString::to_string).collect();
            let expected: Vec<&str> = array(&case["promtool"]).iter().map(string).collect();
            let exit = if ours.is_empty() { 0 } else { 3 };
            if ours == expected && case["exit"].as_u64() == Some(exit) {
                Ok(())
            } else {
                Err(format!("{ours:?}, expected {expected:?} and {}", case["exit"]))
            }
        });
        tally.case(string(&case["name"]), outcome);
    }
    tally.finish();
}
