//! Text expositions on their way into the store, per sample; and a day of scrapes in virtual time.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use prom_client_benches::data::{exposition, label_sets};
use prom_client_benches::harness::config;
use prom_client_testkit::{Lab, ScrapeResponse, Scraper, Store, Target, Timestamp};

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config();
    targets = scrape_1k, select, day
}

const SERIES: usize = 1_000;
const INTERVAL: Duration = Duration::from_secs(15);

fn scraper() -> Scraper {
    Scraper::new(Target::new("shop", |_: &str| (String::new(), Vec::new())))
}

fn answer(from: usize) -> ScrapeResponse {
    ScrapeResponse::new("text/plain", exposition(&label_sets(SERIES), from))
}

/// 1,000 counters with three labels each, and the target's two.
fn scrape_1k(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kit_scrape_1k/1t");
    group.throughput(Throughput::Elements(SERIES as u64));
    group.bench_function("ours", |bencher| {
        let (mut store, mut scraper) = (Store::new(), scraper());
        let mut at = Timestamp::from_millis(0);
        let answer = answer(1_000);
        bencher.iter_batched(
            || answer.clone(),
            |answer| {
                at = at + INTERVAL;
                let scrape = scraper.append(&mut store, at, Ok(black_box(answer)));
                assert_eq!(scrape.kept, SERIES);
            },
            BatchSize::SmallInput,
        );
        assert_eq!(store.len(), SERIES + 5);
    });
    group.finish();
    let mut group = criterion.benchmark_group("kit_scrape_new_1k/1t");
    group.throughput(Throughput::Elements(SERIES as u64));
    group.bench_function("ours", |bencher| {
        let answer = answer(1_000);
        bencher.iter_batched(
            || (Store::new(), scraper(), answer.clone()),
            |(mut store, mut scraper, answer)| {
                let scrape = scraper.append(&mut store, Timestamp::from_millis(0), Ok(answer));
                assert_eq!(scrape.added, SERIES);
                (store, scraper)
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// 10,000 of 100,000 series, by their labels.
fn select(criterion: &mut Criterion) {
    let mut store = Store::new();
    let lines = (0..100_000).map(|i| format!("a{{shard=\"{}\",id=\"{i}\"}} {i}\n", i % 10));
    let body: String = lines.collect();
    let answer = ScrapeResponse::new("text/plain", body);
    scraper().append(&mut store, Timestamp::from_millis(0), Ok(answer));
    let selector = r#"a{shard="3",id!="3"}"#.parse().expect("a selector");
    criterion.benchmark_group("kit_select_10k_of_100k/1t").bench_function("ours", |bencher| {
        bencher.iter(|| assert_eq!(store.select(black_box(&selector)).len(), 9_999));
    });
}

/// A day of 100 series, scraped every 15 seconds.
fn day(criterion: &mut Criterion) {
    let body = exposition(&label_sets(100), 1_000).into_bytes();
    criterion.benchmark_group("kit_day_of_100_series/1t").bench_function("ours", |bencher| {
        bencher.iter(|| {
            let body = body.clone();
            let target = move |_: &str| ("text/plain".to_owned(), body.clone());
            let mut lab = Lab::new().target("shop", target).every(INTERVAL);
            lab.advance_blocking("1d").expect("a span of time");
            assert_eq!(lab.store().len(), 105);
        });
    });
}
