//! Every stable function.

use std::f64::consts::{E, FRAC_PI_2, FRAC_PI_3, FRAC_PI_4, FRAC_PI_6, LN_2, LOG10_2};

use prom_client_testkit::promql::{Function, QueryValue};

use super::{at, check, check_range, store};

const DATA: &str = r#"
    c_total 0 60 120 180 240 300
    r_total 0 60 120 30 90 150
    g 1 5 3 9 7 4
    n -2.5 -2.5 -2.5 -2.5 -2.5 -2.5
    day 1136239445 1136239445 1136239445 1136239445 1136239445 1136239445
    v{i="a",j="x"} 2 2 2 2 2 2
    v{i="b",j="y"} NaN NaN NaN NaN NaN NaN
    v{i="c",j="z"} 1 1 1 1 1 1
    h_bucket{le="1"} 2 2 2 2 2 2
    h_bucket{le="2"} 6 6 6 6 6 6
    h_bucket{le="+Inf"} 8 8 8 8 8 8
"#;

/// At 5 minutes; a range of 5 minutes has the samples from minute 1 to 5.
const CASES: &[(&str, &str)] = &[
    // 240 in the 240 seconds between samples, and another 60 in the minute before the first.
    ("rate(c_total[5m])", "{} 1"),
    ("increase(c_total[5m])", "{} 300"),
    // 60 120 | 30 90 150: 60, then 30 from zero, then 120; 4 intervals stand for 5.
    ("increase(r_total[5m])", "{} 262.5"),
    // 4 - 5 over 4 of 5 minutes.
    ("delta(g[5m])", "{} -1.25"),
    ("irate(c_total[5m])", "{} 1"),
    // It began anew between minutes 2 and 3: 30 in a minute.
    ("irate(r_total[2m] offset 2m)", "{} 0.5"),
    ("idelta(g[5m])", "{} -3"),
    ("deriv(c_total[5m])", "{} 1"),
    ("predict_linear(c_total[5m], 60)", "{} 360"),
    ("changes(g[5m])", "{} 4"),
    ("changes(v{i=\"b\"}[5m])", r#"{i="b",j="y"} 0"#),
    ("resets(r_total[5m])", "{} 1"),
    // 5 3 9 7 4
    ("avg_over_time(g[5m])", "{} 5.6"),
    ("sum_over_time(g[5m])", "{} 28"),
    ("min_over_time(g[5m])", "{} 3"),
    ("max_over_time(g[5m])", "{} 9"),
    ("count_over_time(g[5m])", "{} 5"),
    ("first_over_time(g[5m])", "g 5"),
    ("last_over_time(g[5m])", "g 4"),
    ("present_over_time(g[5m])", "{} 1"),
    // 1 and 9 are 4 away from 5.
    ("stdvar_over_time(g[5m:3m] offset 1m)", "{} 16"),
    ("stddev_over_time(g[5m:3m] offset 1m)", "{} 4"),
    // 3 4 5 7 9: the third; and between the fourth and the fifth.
    ("quantile_over_time(0.5, g[5m])", "{} 5"),
    ("quantile_over_time(0.875, g[5m])", "{} 8"),
    ("absent_over_time(none{a=\"1\",b=~\"2\"}[5m])", r#"{a="1"} 1"#),
    ("absent_over_time(g[5m])", ""),
    ("absent(none{a=\"1\",b!=\"2\",c=\"3\",c=\"4\"})", r#"{a="1"} 1"#),
    ("absent(sum(none))", "{} 1"),
    ("absent(g)", ""),
    ("abs(n)", "{} 2.5"),
    ("ceil(n)", "{} -2"),
    ("floor(n)", "{} -3"),
    // From the middle it goes up.
    ("round(n)", "{} -2"),
    ("round(n, 2)", "{} -2"),
    ("round(g, 3)", "{} 3"),
    ("sgn(n)", "{} -1"),
    ("sgn(n * 0)", "{} -0"),
    ("sqrt(vector(9))", "{} 3"),
    ("log2(vector(8))", "{} 3"),
    ("deg(vector(pi()))", "{} 180"),
    ("pi()", "3.141592653589793"),
    ("clamp(g, 5, 8)", "{} 5"),
    ("clamp(g, 1, 3)", "{} 3"),
    ("clamp(g, 8, 5)", ""),
    ("clamp(g, NaN, 5)", "{} NaN"),
    // Of two zeros, the negative one is less.
    ("clamp_max(n * 0, 0)", "{} -0"),
    ("clamp_max(g * 0, -0)", "{} -0"),
    ("clamp_min(n * 0, 0)", "{} 0"),
    ("clamp(n * 0, 0, 1)", "{} 0"),
    ("clamp_min(g, 5)", "{} 5"),
    ("clamp_max(g, 3)", "{} 3"),
    ("time()", "300"),
    ("vector(7)", "{} 7"),
    ("scalar(g)", "4"),
    ("scalar(v)", "NaN"),
    ("scalar(none)", "NaN"),
    ("timestamp(g)", "{} 300"),
    // When its sample was taken, unless it is computed.
    ("timestamp(g offset 2m)", "{} 180"),
    ("timestamp(abs(g offset 2m))", "{} 300"),
    // 2006-01-02T22:04:05Z, a Monday.
    ("year(day)", "{} 2006"),
    ("month(day)", "{} 1"),
    ("day_of_month(day)", "{} 2"),
    ("day_of_week(day)", "{} 1"),
    ("day_of_year(day)", "{} 2"),
    ("days_in_month(day)", "{} 31"),
    ("hour(day)", "{} 22"),
    ("minute(day)", "{} 4"),
    // Of seconds that Go has no date for, it is the end of what 63 bits can count.
    ("year(v{i=\"b\"})", r#"{i="b",j="y"} 292277026596"#),
    ("year(vector(-Inf))", "{} 292277026596"),
    ("minute()", "{} 5"),
    ("year()", "{} 1970"),
    // Half of 8 is halfway from the 2 to the 6 of the second bucket.
    ("histogram_quantile(0.5, h_bucket)", "{} 1.5"),
    // In the highest bucket, its lower bound is all that is known.
    ("histogram_quantile(0.9, h_bucket)", "{} 2"),
    ("histogram_quantile(0.5, h_bucket{le!=\"+Inf\"})", "{} NaN"),
    ("histogram_quantile(-1, h_bucket)", "{} -inf"),
    // 2 of 8 up to 1, and half of the second bucket's 4 up to 1.5.
    ("histogram_fraction(0, 1.5, h_bucket)", "{} 0.5"),
    ("histogram_fraction(2, +Inf, h_bucket)", "{} 0.25"),
    // What is no native histogram has none of these.
    ("histogram_count(g)", ""),
    ("histogram_sum(g)", ""),
    ("histogram_avg(g)", ""),
    ("histogram_stddev(g)", ""),
    ("histogram_stdvar(g)", ""),
    (r#"label_replace(v{i="a"}, "k", "$1-$0", "j", "(.)")"#, r#"v{i="a",j="x",k="x-x"} 2"#),
    // A name in braces that is none stands for itself, and a number has no zeros before it.
    (r#"label_replace(g, "k", "${i j}<$01>", "", "()")"#, r#"g{k="${i j}<>"} 4"#),
    (r#"label_replace(v{i="a"}, "j", "", "i", ".*")"#, r#"v{i="a"} 2"#),
    (r#"label_replace(v{i="a"}, "k", "never", "j", "y")"#, r#"v{i="a",j="x"} 2"#),
    (r#"label_replace(g, "__name__", "f", "", "")"#, "f 4"),
    (r#"label_join(v{i="a"}, "k", "/", "j", "none", "i")"#, r#"v{i="a",j="x",k="x//a"} 2"#),
    ("sort(v)", r#"v{i="c",j="z"} 1; v{i="a",j="x"} 2; v{i="b",j="y"} NaN"#),
    ("sort_desc(v)", r#"v{i="a",j="x"} 2; v{i="c",j="z"} 1; v{i="b",j="y"} NaN"#),
];

/// Values that are no short decimals, from tables.
const IRRATIONAL: &[(&str, f64)] = &[
    ("exp(vector(1))", E),
    ("ln(vector(2))", LN_2),
    ("log10(vector(2))", LOG10_2),
    ("sin(vector(1))", 0.841_470_984_808),
    ("cos(vector(1))", 0.540_302_305_868),
    ("tan(vector(1))", 1.557_407_724_655),
    ("asin(vector(0.5))", FRAC_PI_6),
    ("acos(vector(0.5))", FRAC_PI_3),
    ("atan(vector(1))", FRAC_PI_4),
    ("sinh(vector(1))", 1.175_201_193_644),
    ("cosh(vector(1))", 1.543_080_634_815),
    ("tanh(vector(1))", 0.761_594_155_956),
    ("asinh(vector(1))", 0.881_373_587_020),
    ("acosh(vector(2))", 1.316_957_896_925),
    ("atanh(vector(0.5))", 0.549_306_144_334),
    ("rad(vector(90))", FRAC_PI_2),
];

#[test]
fn functions_answer_what_is_worked_out() {
    check(&store(DATA), 5, CASES);
}

#[test]
fn functions_of_one_number_are_those_of_the_tables() {
    let store = store("");
    for (query, expected) in IRRATIONAL {
        let QueryValue::Vector(samples) = at(&store, query, 0).value else { panic!("{query}") };
        let value = samples[0].value.as_float().expect("a number");
        assert!((value - expected).abs() < 1e-11, "{query}: {value}");
    }
}

#[test]
fn every_stable_function_is_in_a_table() {
    let queries: Vec<&str> =
        CASES.iter().map(|case| case.0).chain(IRRATIONAL.iter().map(|case| case.0)).collect();
    for function in Function::ALL.iter().filter(|function| !function.signature().experimental) {
        let call = format!("{function}(");
        assert!(queries.iter().any(|query| query.contains(&call)), "{function}");
    }
}

#[test]
fn functions_answer_at_each_step() {
    let store = store(DATA);
    check_range(
        &store,
        [3, 5],
        &[
            ("time()", "{} 180@180 240@240 300@300"),
            ("vector(scalar(g))", "{} 9@180 7@240 4@300"),
            ("timestamp(g offset 1m)", "{} 120@180 180@240 240@300"),
            ("timestamp(g @ 60)", "{} 60@180 60@240 60@300"),
            ("minute()", "{} 3@180 4@240 5@300"),
            ("absent(g == 9)", "{} 1@240 1@300"),
            ("absent_over_time((g == 9)[1m:1m])", "{} 1@240 1@300"),
            ("clamp(g, 5, scalar(g))", "{} 9@180 7@240"),
            // The parameter of each step, though the first windows are empty.
            ("quantile_over_time(scalar(g == bool 4), g[1m] offset 3m)", "{} 1@180 5@240 3@300"),
            ("predict_linear(c_total[2m], time())", "{} 360@180 480@240 600@300"),
        ],
    );
}

#[test]
fn growth_is_extended_to_ends_that_are_about_as_near_as_samples_are() {
    // 120 in the 120 seconds from minute 3 to 5.
    let store = store("e _ _ _ 180 240 300\n c_total _ _ _ 10 20 30\n p_total _ _ _ 0 0 60");
    check(
        &store,
        5,
        &[
            // It begins 65 seconds after the window does, which is less than 1.1 times 60.
            ("delta(e[185s])", "{} 185"),
            // 72 seconds are more: 30 of them count.
            ("delta(e[192s])", "{} 150"),
            ("delta(e[180s] offset -60s)", "{} 180"),
            ("delta(e[192s] offset -72s)", "{} 150"),
            // A counter was not below zero: 10 at a rate of 20 in 120 s is 60 s, and nothing is nothing.
            ("increase(c_total[185s])", "{} 30"),
            ("increase(p_total[185s])", "{} 60"),
            ("delta(p_total[180s])", "{} 90"),
            // One sample has no rate.
            ("rate(c_total[60s])", ""),
            ("irate(c_total[60s])", ""),
            ("deriv(c_total[60s])", ""),
            ("predict_linear(c_total[60s], 1)", ""),
        ],
    );
}
