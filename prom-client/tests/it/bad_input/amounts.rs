//! Numbers that are none.

use prom_client::{Buckets, Counter, Family, Format, Gauge, Histogram};

use super::{Result, registry, still_there};
use crate::support::{exposition, samples, text};

#[test]
fn amounts_that_a_counter_cannot_take_are_refused_and_counted() -> Result {
    let registry = registry();
    let refused = || {
        registry.snapshot().counter("prom_client_refused_updates_total", &[]).unwrap_or_default()
    };
    let counter: Counter<f64> = registry.register("spent", "")?;
    let family: Family<(&str,), Counter<f64>> =
        registry.metric("burnt", "").labels(["a"]).register()?;
    for counter in [counter, family.with(&("x",))] {
        counter.inc_by(1.5);
        for amount in [-1.0, -f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let before = refused();
            counter.inc_by(amount);
            assert_eq!(counter.value(), 1.5, "{amount}");
            assert!(refused() > before, "{amount}");
        }
        counter.inc_by(-0.0);
        counter.inc_by(0.0);
        counter.inc();
        assert_eq!(counter.value(), 2.5);
    }
    still_there(&registry);
    Ok(())
}

#[test]
fn counters_wrap_and_floats_end_at_the_largest() -> Result {
    let registry = registry();
    let whole: Counter = registry.register("whole", "")?;
    let most = i64::MAX as u64;
    whole.inc_by(most);
    // A difference that went below 0.
    whole.inc_by(1_u64.wrapping_sub(2));
    whole.inc_by(most + 1);
    assert_eq!(whole.value(), most);
    whole.inc_by(most);
    whole.inc_by(4);
    assert_eq!(whole.value(), 2);
    let float: Counter<f64> = registry.register("float", "")?;
    float.inc_by(9_007_199_254_740_992.0);
    float.inc();
    assert_eq!(float.value(), 9_007_199_254_740_992.0, "2^53 + 1 is no float");
    float.inc_by(f64::MAX);
    float.inc_by(f64::MAX);
    assert!(samples(&registry).contains(&"float_total +Inf".to_owned()));
    still_there(&registry);
    Ok(())
}

#[test]
fn gauges_show_nan_and_infinities_as_they_are() -> Result {
    let registry = registry();
    let gauge: Gauge<f64> = registry.register("g", "")?;
    for (value, shown) in
        [(f64::NAN, "NaN"), (f64::INFINITY, "+Inf"), (f64::NEG_INFINITY, "-Inf"), (-0.5, "-0.5")]
    {
        gauge.set(value);
        for format in [Format::Text, Format::OpenMetrics] {
            assert!(exposition(&registry, format).contains(&format!("\ng {shown}\n")), "{shown}");
        }
    }
    gauge.add(f64::INFINITY);
    gauge.add(f64::NEG_INFINITY);
    assert!(gauge.value().is_nan());
    gauge.set(1.0);
    assert_eq!(gauge.value(), 1.0, "a set makes it good again");
    let whole: Gauge = registry.register("whole", "")?;
    whole.set(i64::MAX);
    whole.inc();
    assert_eq!(whole.value(), i64::MIN, "integers wrap");
    still_there(&registry);
    Ok(())
}

#[test]
fn histograms_take_nan_infinite_and_negative_observations() -> Result {
    // Observed; per bucket; sum in text; lines in OpenMetrics besides the buckets.
    for (value, counts, sum, openmetrics) in [
        (f64::NAN, [0, 0, 1], "NaN", 0),
        (f64::INFINITY, [0, 0, 1], "+Inf", 2),
        (f64::NEG_INFINITY, [1, 0, 0], "-Inf", 0),
        (-5.0, [1, 0, 0], "-5", 0),
        (1.0, [1, 0, 0], "1", 2),
        (f64::MAX, [0, 0, 1], "1.7976931348623157e+308", 2),
    ] {
        let registry = registry();
        let buckets = Buckets::new([1.0, 2.0])?;
        let metric: Histogram = registry.metric("h", "").buckets(buckets.clone()).register()?;
        let family: Family<(&str,), Histogram> =
            registry.metric("f", "").labels(["a"]).buckets(buckets).register()?;
        for histogram in [metric, family.with(&("x",))] {
            histogram.observe(value);
            let reading = histogram.snapshot().expect("it is registered");
            assert_eq!(reading.counts(), counts, "{value}");
            assert_eq!(reading.count(), 1);
        }
        let text = text(&registry);
        for line in
            [format!("h_sum {sum}\n"), "h_count 1\n".into(), "h_bucket{le=\"+Inf\"} 1\n".into()]
        {
            assert!(text.contains(&line), "{value}: {text}");
        }
        // The standard has no place for a sum that is negative or NaN.
        let lines = exposition(&registry, Format::OpenMetrics);
        let others =
            lines.lines().filter(|line| line.starts_with("h_sum") || line.starts_with("h_count"));
        assert_eq!(others.count(), openmetrics, "{value}: {lines}");
        still_there(&registry);
    }
    Ok(())
}
