use async_trait::async_trait;
use prom_client::{Counter, Family, Outcome, counted};

#[async_trait]
trait Task {
    async fn run(&self, name: &str) -> Result<(), String>;

    async fn default(&self, calls: &Counter) -> u8;
}

struct Run(Family<(&'static str, Outcome), Counter>);

#[async_trait]
impl Task for Run {
    #[counted(|outcome| self.0.with(&(name, outcome)))]
    async fn run(&self, name: &str) -> Result<(), String> {
        Err(name.to_owned())?;
        Ok(())
    }

    #[counted(calls)]
    async fn default(&self, calls: &Counter) -> u8 {
        let _ = calls;
        7
    }
}

fn main() {}
