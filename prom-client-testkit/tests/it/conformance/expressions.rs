//! Every query of the reference's test scripts is read, and printed as what is read as the same.

use std::fs;

use prom_client_testkit::promql::{Dialect, Expr};

use super::corpus::{Tally, find};

#[test]
fn conformance_of_expressions() {
    let set = "promqltest/INDEX.tsv";
    let Some(path) = find(set) else { return };
    let text = fs::read_to_string(path).expect("an index");
    let mut tally = Tally::new(set);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, number, _, _, tier, _, query] = cells[..] else { panic!("{line}") };
        let outcome = Expr::parse_as(query, Dialect::EXPERIMENTAL)
            .map_err(|error| error.to_string())
            .and_then(|expr| {
                let printed = expr.to_string();
                match Expr::parse_as(&printed, Dialect::EXPERIMENTAL) {
                    Ok(again) if again == expr => Ok(()),
                    Ok(_) => Err(format!("printed as another one: {printed}")),
                    Err(error) => Err(format!("printed as none: {error}")),
                }
            })
            .and_then(|()| match Expr::parse(query) {
                Err(error) if tier == "stable" => Err(format!("no stable query: {error}")),
                _ => Ok(()),
            });
        tally.case(&format!("{file}:{number} {query}"), outcome);
    }
    tally.finish();
}
