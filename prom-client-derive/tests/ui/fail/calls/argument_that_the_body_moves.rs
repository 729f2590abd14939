use prom_client::{Counter, Family, Outcome, counted};

#[counted(|outcome| calls.with(&(&key, outcome)))]
async fn run(calls: &Family<(&'static str, Outcome), Counter>, key: String) {
    drop(key);
}

fn main() {}
