//! `#[derive(Metrics)]`.

use std::time::Duration;

use prom_client::{
    Buckets, Clock, Counter, Family, Gauge, Histogram, Info, LabelSet, LabelValue, Metrics, Native,
    Quantiles, RegisterError, Registry, State, StateSet, Summary,
};

use crate::support::samples;

#[derive(LabelValue, Clone, Copy)]
enum Backend {
    Postgres,
    #[label(rename = "redis")]
    RedisV7,
}

#[derive(LabelSet)]
struct Query<'a> {
    backend: Backend,
    table: &'a str,
}

#[derive(Metrics)]
#[metrics(namespace = "shop", subsystem = "db")]
struct DbMetrics {
    /// Queries executed, however
    /// they ended.
    ///
    /// This paragraph is for readers of the code.
    queries: Family<Query<'static>, Counter>,
    /// Query latency.
    #[metric(unit = seconds, buckets = exponential(0.001, 2.0, 14), max_series = 2_000)]
    query_duration: Family<Query<'static>, Histogram>,
    /// Connections in use.
    pool_connections: Gauge,
}

#[test]
fn a_struct_is_the_definition_of_its_metrics() -> Result<(), RegisterError> {
    let registry = Registry::new();
    let db = DbMetrics::register(&registry)?;
    let table = String::from("users");
    db.queries.with(&Query { backend: Backend::Postgres, table: &table }).inc();
    db.queries.with(&Query { backend: Backend::RedisV7, table: &table }).inc();
    db.query_duration.with(&Query { backend: Backend::Postgres, table: &table }).observe(0.25);
    let _open = db.pool_connections.track();
    let text = registry.to_text();
    for line in [
        "# HELP shop_db_queries_total Queries executed, however they ended.",
        "# HELP shop_db_query_duration_seconds Query latency.",
        "# TYPE shop_db_pool_connections gauge",
        "shop_db_queries_total{backend=\"postgres\",table=\"users\"} 1",
        "shop_db_queries_total{backend=\"redis\",table=\"users\"} 1",
        "shop_db_query_duration_seconds_bucket{backend=\"postgres\",table=\"users\",le=\"4.096\"} 1",
        "shop_db_query_duration_seconds_sum{backend=\"postgres\",table=\"users\"} 0.25",
        "shop_db_pool_connections 1",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    Ok(())
}

#[derive(State, Clone, Copy, Debug, PartialEq)]
enum Door {
    Shut,
    Open,
}

const SIZES: [f64; 2] = [10.0, 20.0];

#[derive(Metrics)]
struct Everything {
    #[metric(help = "Given.", name = "renamed", exemplars)]
    a: Counter,
    #[metric(help = "")]
    b: Counter<f64>,
    /// A list.
    #[metric(buckets = [1, 2.5, 1e3], unit = bytes)]
    list: Histogram,
    /// Linear.
    #[metric(buckets = linear(-1.0, 0.5, 4))]
    linear: Histogram,
    /// Default.
    #[metric(buckets = default)]
    default: Histogram,
    /// An expression.
    #[metric(buckets = Buckets::new(SIZES)?, unit = "euros")]
    expression: Histogram,
    /// Native.
    #[metric(buckets = native)]
    native: Histogram,
    /// Native, with options.
    #[metric(buckets = native(
        factor = 2,
        max_buckets = 100,
        zero_threshold = 1e-9,
        max_zero_threshold = 0.001,
        min_reset_duration = "1h"
    ))]
    coarse: Histogram,
    /// Both kinds of buckets.
    #[metric(buckets = Buckets::new(SIZES)?.and_native(Native::default())?)]
    both: Histogram,
    /// Native by an expression.
    #[metric(buckets = Native::factor(1.5)?)]
    fine: Histogram,
    /// Quantiles.
    #[metric(quantiles = [0.5, 0.99], window = "1m")]
    quantiles: Summary,
    /// Quantiles by an expression.
    #[metric(labels = ["shard"], quantiles = Quantiles::new([0.9])?.window(Duration::from_secs(60), 2)?)]
    ranked: Family<(u8,), Summary>,
    /// Names for a tuple, and limits.
    #[metric(labels = ["route", "code"], max_series = 1 + 1, ttl = "1h")]
    bounded: Family<(&'static str, u16), Counter>,
    /// A time to live by an expression.
    #[metric(labels = ["route"], ttl = Duration::from_secs(60))]
    brief: Family<[&'static str; 1], Gauge<f64>>,
    /// States.
    door: StateSet<Door>,
    #[metric(init = |registry| registry.info("build", "What runs.", &[("version", "1")]))]
    _build: Info,
    #[metric(skip)]
    started: Option<Duration>,
    /// A raw identifier.
    r#type: Gauge,
}

#[test]
fn every_attribute_does_what_it_says() -> Result<(), RegisterError> {
    let (clock, hand) = Clock::manual(Duration::ZERO);
    let registry = Registry::with_clock(clock);
    let all = Everything::register(&registry)?;
    all.a.inc();
    all.b.inc_by(0.5);
    all.list.observe(2.0);
    all.linear.observe(-2.0);
    all.default.observe(3.0);
    all.expression.observe(15.0);
    for histogram in [all.native, all.coarse, all.both, all.fine] {
        histogram.observe(15.0);
    }
    let reading = |histogram: Histogram| histogram.snapshot().expect("it is registered");
    let native = |histogram| reading(histogram).native().map(|native| native.schema());
    assert_eq!([all.native, all.coarse, all.both].map(native), [Some(3), Some(0), Some(3)]);
    assert_eq!((native(all.fine), native(all.list)), (Some(1), None));
    assert!(registry.to_text().contains("both_bucket{le=\"20\"} 1\n"));
    all.quantiles.observe(1.0);
    all.ranked.with(&(1,)).observe(1.0);
    for code in [200, 404, 500, 503] {
        all.bounded.with(&("/", code)).inc();
    }
    all.brief.with(&["/"]).set(1.0);
    all.door.set(Door::Open);
    all.r#type.set(3);
    assert_eq!(all.started, None);
    let text = registry.to_text();
    for line in [
        "# HELP renamed_total Given.",
        "renamed_total 1",
        "b_total 0.5",
        "list_bytes_bucket{le=\"1\"} 0",
        "list_bytes_bucket{le=\"2.5\"} 1",
        "list_bytes_bucket{le=\"1000\"} 1",
        "linear_bucket{le=\"-1\"} 1",
        "linear_bucket{le=\"0\"} 1",
        "default_bucket{le=\"2.5\"} 0",
        "default_bucket{le=\"5\"} 1",
        "expression_euros_bucket{le=\"20\"} 1",
        "bounded_total{route=\"/\",code=\"404\"} 1",
        "bounded_total{route=\"_OTHER\",code=\"_OTHER\"} 2",
        "brief{route=\"/\"} 1",
        "door{door=\"open\"} 1",
        "build_info{version=\"1\"} 1",
        "type 3",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    assert!(!text.contains("linear_bucket{le=\"0.5\"}"), "+Inf is among the count");
    assert!(text.contains("quantiles{quantile=\"0.99\"} "));
    assert!(!text.contains("# HELP b_total"), "no help was wanted");
    hand.advance(Duration::from_secs(90));
    let _scrape = registry.to_text();
    hand.advance(Duration::from_secs(90));
    let text = registry.to_text();
    assert!(text.contains("quantiles{quantile=\"0.99\"} NaN"), "the window is a minute");
    assert!(!text.contains("brief{"), "its time is over");
    assert!(text.contains("bounded_total{"), "its time is not");
    Ok(())
}

#[derive(Metrics)]
#[metrics(namespace = "cache")]
struct Cache {
    /// Look-ups that found something.
    hits: Counter,
}

#[derive(Metrics)]
#[metrics(namespace = "shop", const_labels(region = "eu", zone = zone()))]
struct Shop {
    #[metric(nested)]
    users: Cache,
    #[metric(nested, name = "goods")]
    prices: Cache,
    #[metric(flatten)]
    cache: Cache,
    #[metric(flatten, const_labels(shard = "1"))]
    first: Sharded,
    #[metric(flatten, const_labels(shard = "2"))]
    second: Sharded,
    /// Orders.
    orders: Counter,
}

#[derive(Metrics)]
struct Sharded {
    /// Jobs done.
    jobs: Counter,
}

fn zone() -> String {
    "a".to_owned()
}

#[test]
fn structs_are_nested_and_flattened() -> Result<(), RegisterError> {
    let registry = Registry::new();
    let shop = Shop::register(&registry)?;
    shop.users.hits.inc_by(1);
    shop.prices.hits.inc_by(2);
    shop.cache.hits.inc_by(3);
    shop.first.jobs.inc_by(4);
    shop.second.jobs.inc_by(5);
    shop.orders.inc_by(6);
    assert_eq!(
        samples(&registry),
        [
            "shop_cache_hits_total{region=\"eu\",zone=\"a\"} 3",
            "shop_goods_cache_hits_total{region=\"eu\",zone=\"a\"} 2",
            "shop_jobs_total{region=\"eu\",shard=\"1\",zone=\"a\"} 4",
            "shop_jobs_total{region=\"eu\",shard=\"2\",zone=\"a\"} 5",
            "shop_orders_total{region=\"eu\",zone=\"a\"} 6",
            "shop_users_cache_hits_total{region=\"eu\",zone=\"a\"} 1",
        ]
    );
    Ok(())
}

#[test]
fn instances_differ_by_prefixes_or_labels() -> Result<(), RegisterError> {
    let registry = Registry::new();
    let _plain = Cache::register(&registry)?;
    let _prefixed = Cache::register(&registry.with_prefix("eu")?)?;
    for zone in ["a", "b"] {
        Cache::register(&registry.with_prefix("us")?.with_label("zone", zone)?)?.hits.inc();
    }
    assert_eq!(
        samples(&registry),
        [
            "cache_hits_total 0",
            "eu_cache_hits_total 0",
            "us_cache_hits_total{zone=\"a\"} 1",
            "us_cache_hits_total{zone=\"b\"} 1",
        ]
    );
    Ok(())
}

#[test]
fn a_conflict_names_both_places_and_leaves_nothing_behind() -> Result<(), RegisterError> {
    let registry = Registry::new();
    let _orders: Gauge = registry.register("shop_orders", "Orders.")?;
    let before = registry.to_text();
    let line = line!() + 1;
    let error = Shop::register(&registry).err().expect("a conflict");
    assert!(error.is_conflict());
    let message = error.to_string();
    let place = format!("counter `shop_orders` at {}:{line}", file!());
    assert!(message.starts_with(&place), "{message}");
    assert!(message.contains("as does gauge `shop_orders` at "), "{message}");
    assert_eq!(registry.to_text(), before);
    assert!(registry.unregister("shop_orders"));
    Shop::register(&registry)?;
    Ok(())
}

#[test]
fn what_an_expression_or_init_fails_with_leaves_nothing_behind() {
    #[derive(Metrics)]
    struct Wrong {
        #[metric(help = "")]
        _first: Counter,
        #[metric(help = "", buckets = Buckets::new([1.0, 1.0])?)]
        _second: Histogram,
    }

    #[derive(Metrics)]
    struct Failing {
        #[metric(init = |registry| registry.register("first", ""))]
        _clash: Gauge,
        #[metric(help = "")]
        _first: Counter,
        #[metric(help = "", name = "first")]
        first: Counter,
    }

    let registry = Registry::new();
    let error = Wrong::register(&registry).err().expect("bounds that do not increase");
    assert_eq!(error.to_string(), "bound 1 at position 1 is not above 1 before it");
    assert_eq!(samples(&registry), [""; 0]);
    let error = Failing::register(&registry).err().expect("`init` registers a name that is taken");
    assert!(error.is_conflict());
    assert_eq!(samples(&registry), [""; 0]);
    let _ = |failing: Failing| failing.first;
}

#[test]
fn get_or_register_gives_the_same_metrics_again() -> Result<(), RegisterError> {
    let registry = Registry::new();
    Cache::get_or_register(&registry)?.hits.inc();
    Cache::get_or_register(&registry)?.hits.inc();
    assert_eq!(samples(&registry), ["cache_hits_total 2"]);
    assert!(Cache::register(&registry).is_err());
    assert_eq!(samples(&registry), ["cache_hits_total 2"], "and does not take them out");
    Ok(())
}

#[derive(Metrics)]
struct Generic<L: LabelSet + 'static> {
    /// Things by label.
    things: Family<L, Counter>,
    /// All things.
    all_things: Counter,
}

#[test]
fn structs_may_have_parameters() -> Result<(), RegisterError> {
    let registry = Registry::new();
    let metrics = Generic::<Query<'static>>::register(&registry)?;
    metrics.things.with(&Query { backend: Backend::Postgres, table: "t" }).inc();
    metrics.all_things.inc();
    assert_eq!(
        samples(&registry),
        ["all_things_total 1", "things_total{backend=\"postgres\",table=\"t\"} 1"]
    );
    Ok(())
}

#[derive(Metrics)]
struct Half {
    /// What is registered first.
    first: Counter,
    /// What has a limit that fails.
    #[metric(labels = ["a"], max_series = limit()?)]
    second: Family<(bool,), Counter>,
}

fn limit() -> Result<usize, RegisterError> {
    Err(Buckets::new([1.0, 1.0]).expect_err("they do not increase").into())
}

#[test]
fn an_expression_that_fails_leaves_nothing_registered() {
    let registry = Registry::new();
    for register in [Half::register, Half::get_or_register] {
        let error = register(&registry).map(|half| (half.first, half.second)).err();
        assert!(error.is_some_and(|error| error.to_string().contains("is not above")));
        assert_eq!(samples(&registry), [""; 0]);
    }
}
