//! A program on prom-client, in a lab: hours of its own clock, as a server would see them.

use std::time::Duration;

use prom_client::{Clock, Counter, Family, Gauge, Histogram, Registry, Unit};
use prom_client_testkit::Lab;

use crate::Failure;

#[tokio::test]
async fn a_program_is_seen_through_hours_of_its_own_clock() -> Result<(), Failure> {
    let (clock, hand) = Clock::manual(Duration::ZERO);
    let registry = Registry::with_clock(clock);
    let jobs: Family<(&'static str,), Counter> =
        registry.metric("jobs_done", "Jobs that came to an end.").labels(["outcome"]).register()?;
    let length: Histogram =
        registry.metric("job_length", "Time that jobs took.").unit(Unit::SECONDS).register()?;
    let waiting: Gauge = registry.register("jobs_waiting", "Jobs that have not begun.")?;

    let mut lab = Lab::new()
        .target("worker", {
            let registry = registry.clone();
            move |accept: &str| registry.render(accept)
        })
        .every("15s")
        .on_advance({
            let (jobs, length) = (jobs.clone(), length);
            move |now| {
                // A job that takes as long as it is to the next scrape, by the program's clock.
                let job = length.start_timer();
                hand.set(now.since_epoch());
                drop(job);
                jobs.with(&("ok",)).inc();
            }
        });

    jobs.with(&("error",)).inc();
    waiting.set(3);
    lab.advance("6h").await?;
    lab.assert_up();
    lab.assert_series(
        "jobs_done_total",
        [r#"{outcome="ok",job="worker"}"#, r#"{outcome="error",instance="worker"}"#],
    );
    lab.assert_delta(r#"jobs_done_total{outcome="ok"}"#, "1h", 240.0);
    lab.assert_delta(r#"jobs_done_total{outcome="error"}"#, "1h", 0.0);
    lab.assert_delta("job_length_seconds_sum", "1h", 3_600.0);
    lab.assert_delta("job_length_seconds_count", "1h", 240.0);
    lab.assert_value("jobs_waiting", 3.0);

    // As an alert or a dashboard would ask. A job takes 15 s, and 4 come to an end per minute.
    lab.assert_query(r#"sum by (outcome) (rate(jobs_done_total{outcome="error"}[1h])) == 0"#)
        .await?;
    lab.assert_query(r#"rate(jobs_done_total{outcome="ok"}[1h]) * 60 == 4"#).await?;
    lab.assert_query("rate(job_length_seconds_sum[1h]) / rate(job_length_seconds_count[1h]) == 15")
        .await?;
    lab.assert_query("histogram_quantile(0.9, rate(job_length_seconds_bucket[1h])) >= 10").await?;
    let late = lab.assert_query("jobs_waiting < 3").await.expect_err("three are waiting");
    assert!(late.to_string().contains("  - jobs_waiting{instance=\"worker\",job=\"worker\"} 3"));

    // A series that is removed ends at the next scrape, and begins at 0 when it comes again.
    jobs.remove(&("error",));
    lab.advance("15s").await?;
    lab.assert_absent(r#"jobs_done_total{outcome="error"}"#);
    jobs.with(&("error",)).inc();
    lab.advance("15s").await?;
    lab.assert_value(r#"jobs_done_total{outcome="error"}"#, 1.0);
    Ok(())
}
