use prom_client::{Counter, Family, LabelSet, Outcome, counted};

#[derive(LabelSet)]
struct Call<'a> {
    name: &'a str,
    outcome: Outcome,
}

#[counted(|outcome| calls.with(&Call { outcome }))]
fn run(calls: &Family<Call<'static>, Counter>) {
    let _ = calls;
}

fn main() {}
