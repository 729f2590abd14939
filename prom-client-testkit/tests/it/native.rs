//! Native histograms on their way into the store: too many buckets, too fine ones, and parts that do not belong together.

use prom_client_testkit::{
    Limits, NativeHistogram, Parser, Scrape, ScrapeResponse, Scraper, Store, Target, Timestamp,
};
use proptest::prelude::*;

use crate::generate::{Native, Side, native};
use crate::wire;

/// A histogram whose sides have these runs of counts, each so far behind the one before.
fn histogram(schema: i32, sides: [&[(i32, &[u32])]; 2]) -> Native {
    let side = |runs: &[(i32, &[u32])]| Side {
        spans: runs.iter().map(|(offset, counts)| (*offset, counts.len() as u32)).collect(),
        counts: runs.iter().flat_map(|(_, counts)| counts.iter().copied()).collect(),
    };
    Native {
        schema,
        zero_threshold: 0.001,
        zero_count: 1,
        sum: 1.0,
        sides: sides.map(side),
        float: false,
        packed: true,
    }
}

/// A number before the histogram, the histogram, and a number behind it.
fn body(histogram: &[u8]) -> Vec<u8> {
    let gauge = |name: &str| {
        let metric = wire::bytes(4, &wire::bytes(2, &wire::float(1, 1.0)));
        wire::delimited(&[wire::bytes(1, name.as_bytes()), wire::integer(3, 1), metric].concat())
    };
    [gauge("before"), histogram.to_vec(), gauge("after")].concat()
}

/// What one scrape came to, and the histogram that was stored, if there is one.
fn scrape(
    histogram: &[u8],
    configure: impl FnOnce(Target) -> Target,
) -> (Scrape, Result<String, String>) {
    let target = Target::new("j", |_: &str| (String::new(), Vec::new())).native_histograms();
    let (mut scraper, mut store) = (Scraper::new(configure(target)), Store::new());
    let answer = ScrapeResponse::new("application/vnd.google.protobuf", body(histogram));
    let scrape = scraper.append(&mut store, Timestamp::from_seconds(1_000.0), Ok(answer));
    let found = store.select(&"h".parse().expect("a selector"));
    let came = match &scrape.error {
        None => Ok(found.iter().flat_map(|h| h.histograms().1).map(ToString::to_string).collect()),
        Some(error) => Err(error.to_string()),
    };
    (scrape, came)
}

fn limit(buckets: usize) -> Limits {
    let mut limits = Limits::default();
    limits.buckets = buckets;
    limits
}

/// What is stored, or why the scrape failed: with at most 3 buckets, with a factor of 4, and with both.
type Came = [Result<&'static str, &'static str>; 3];

// What Prometheus 3.5.3 made of them, by its answers to queries.
#[test]
fn resolution_is_reduced_as_prometheus_reduces_it() {
    let cases: [(&str, Native, Came); 6] = [
        (
            "few buckets",
            histogram(3, [&[(0, &[2, 3])], &[]]),
            [
                Ok("{schema:3,count:6,sum:1,zero:1@0.001,positive:[0:2,1:3]}"),
                Ok("{schema:-1,count:6,sum:1,zero:1@0.001,positive:[0:2,1:3]}"),
                Ok("{schema:-1,count:6,sum:1,zero:1@0.001,positive:[0:2,1:3]}"),
            ],
        ),
        (
            "two runs",
            histogram(3, [&[(0, &[1, 2]), (3, &[3, 4, 5])], &[]]),
            [
                Ok("{schema:1,count:16,sum:1,zero:1@0.001,positive:[0:1,1:2,2:12]}"),
                Ok("{schema:-1,count:16,sum:1,zero:1@0.001,positive:[0:1,1:14]}"),
                Ok("{schema:-1,count:16,sum:1,zero:1@0.001,positive:[0:1,1:14]}"),
            ],
        ),
        (
            "both sides",
            histogram(3, [&[(-7, &[1, 2]), (3, &[3])], &[(-1, &[2, 3, 3, 6])]]),
            [
                Ok("{schema:0,count:21,sum:1,zero:1@0.001,negative:[0:5,1:9],positive:[0:6]}"),
                Ok("{schema:-1,count:21,sum:1,zero:1@0.001,negative:[0:5,1:9],positive:[0:6]}"),
                Ok("{schema:-1,count:21,sum:1,zero:1@0.001,negative:[0:5,1:9],positive:[0:6]}"),
            ],
        ),
        (
            "far apart",
            histogram(-3, [&[(-90, &[1]), (30, &[1]), (30, &[1]), (30, &[1])], &[]]),
            [
                Err("more than 3 buckets of a native histogram, at any resolution"),
                Ok("{schema:-3,count:5,sum:1,zero:1@0.001,positive:[-90:1,-59:1,-28:1,3:1]}"),
                Err("more than 3 buckets of a native histogram, at any resolution"),
            ],
        ),
        (
            "far below 1",
            histogram(8, [&[(-1_000, &[1, 2, 3]), (100, &[4, 5])], &[]]),
            [
                Ok("{schema:7,count:16,sum:1,zero:1@0.001,positive:[-500:1,-499:5,-448:9]}"),
                Ok("{schema:-1,count:16,sum:1,zero:1@0.001,positive:[-1:15]}"),
                Ok("{schema:-1,count:16,sum:1,zero:1@0.001,positive:[-1:15]}"),
            ],
        ),
        (
            "buckets without observations",
            histogram(2, [&[(0, &[1, 0, 0, 0, 0])], &[]]),
            [
                Ok("{schema:1,count:2,sum:1,zero:1@0.001,positive:[0:1,1:0,2:0]}"),
                Ok("{schema:-1,count:2,sum:1,zero:1@0.001,positive:[0:1,1:0]}"),
                Ok("{schema:-1,count:2,sum:1,zero:1@0.001,positive:[0:1,1:0]}"),
            ],
        ),
    ];
    for (name, histogram, expected) in cases {
        for float in [false, true] {
            let body = wire::native(&Native { float, ..histogram.clone() });
            let came = [(3, 0.0), (0, 4.0), (3, 4.0)].map(|(buckets, factor)| {
                let configure = |target: Target| {
                    target.limits(limit(buckets)).native_histogram_min_bucket_factor(factor)
                };
                scrape(&body, configure).1
            });
            let expected = expected.map(|one| one.map(str::to_owned).map_err(str::to_owned));
            assert_eq!(came, expected, "{name}");
        }
    }
}

#[test]
fn too_many_buckets_fail_a_scrape_that_is_read_to_its_end() {
    let far = wire::native(&histogram(-3, [&[(-90, &[1]), (90, &[1])], &[]]));
    let (scrape_, came) = scrape(&far, |target| target.limits(limit(1)));
    assert!(came.is_err());
    assert_eq!((scrape_.scraped, scrape_.kept, scrape_.added), (3, 3, 1));

    // The limit of samples comes first, and counts numbers alone.
    let both = |samples: usize| {
        let mut limits = limit(1);
        limits.samples = samples;
        scrape(&far, |target| target.limits(limits)).1.expect_err("too many")
    };
    assert_eq!(both(1), "more than 1 samples");
    assert!(both(2).starts_with("more than 1 buckets"));
    let mut limits = Limits::default();
    limits.samples = 2;
    assert!(scrape(&far, |target| target.limits(limits)).1.is_ok());
}

#[test]
fn a_label_for_bounds_is_free_where_there_are_none() {
    let label = |name: &str| {
        wire::bytes(1, &[wire::bytes(1, name.as_bytes()), wire::bytes(2, b"mine")].concat())
    };
    let counts = [wire::integer(1, 1), wire::float(2, 1.0)].concat();
    let native = [counts.clone(), wire::integer(7, 1)].concat();
    let quantile = wire::bytes(3, &wire::float(1, 0.5));
    let quantiles = [counts.clone(), quantile].concat();
    for (kind, name, metric, good) in [
        (4, "le", wire::bytes(7, &native), true),
        (4, "le", wire::bytes(7, &counts), false),
        (2, "quantile", wire::bytes(4, &counts), true),
        (2, "quantile", wire::bytes(4, &quantiles), false),
    ] {
        let metric = wire::bytes(4, &[label(name), metric].concat());
        let family = [wire::bytes(1, b"h"), wire::integer(3, kind), metric].concat();
        let (scrape, _) = scrape(&wire::delimited(&family), |target| target);
        assert_eq!(scrape.error.is_none(), good, "{kind} {:?}", scrape.error);
    }
}

#[test]
fn parts_that_do_not_belong_together_fail_a_scrape_where_they_stand() {
    let message = |fields: &[Vec<u8>]| {
        let histogram = [&[wire::signed(5, 3), wire::float(6, 0.001)], fields].concat().concat();
        let metric = wire::bytes(4, &wire::bytes(7, &histogram));
        wire::delimited(&[wire::bytes(1, b"h"), wire::integer(3, 4), metric].concat())
    };
    let span = |offset, length| {
        wire::bytes(12, &[wire::signed(1, offset), wire::integer(2, length)].concat())
    };
    let delta = |delta| wire::signed(13, delta);
    for (fields, error) in [
        (
            vec![wire::integer(1, 7), span(0, 2), delta(2), delta(1)],
            "5 observations found in buckets, but the count is 7: h{instance=\"j\",job=\"j\"}",
        ),
        (
            vec![wire::integer(1, 4), wire::float(2, f64::NAN), span(0, 2), delta(2), delta(1)],
            "5 observations found in buckets, but the count is 4: h{instance=\"j\",job=\"j\"}",
        ),
        (
            vec![wire::integer(1, 6), span(0, 3), delta(2), delta(-3), delta(7)],
            "-1 observations: h{instance=\"j\",job=\"j\"}",
        ),
        (
            vec![wire::integer(1, 5), span(0, 1), span(-1, 1), delta(2), delta(1)],
            "a span begins before the previous one ends: h{instance=\"j\",job=\"j\"}",
        ),
    ] {
        let (scrape, came) = scrape(&message(&fields), |target| target);
        assert_eq!(came, Err(error.to_owned()));
        assert_eq!((scrape.scraped, scrape.kept), (2, 1), "{error}");
    }
    let fine = message(&[wire::float(4, 7.5), span(0, 1), wire::float(14, 2.0)]);
    assert!(scrape(&fine, |target| target).1.is_ok(), "floats need not add up");
}

/// The histogram as it is read.
fn read(native: &Native) -> NativeHistogram {
    let body = wire::native(native);
    let exposition = Parser::new(prom_client_testkit::Format::Protobuf).parse(&body);
    let exposition = exposition.expect("it is right");
    let sample = &exposition.families()[0].samples[0];
    sample.value.as_histogram().expect("a native histogram").clone()
}

proptest! {
    #[test]
    fn a_lower_resolution_has_the_same_observations_within_wider_bounds(
        native in native(),
        lower in -4..=8_i32,
    ) {
        let histogram = read(&native);
        let reduced = histogram.with_schema(lower);
        prop_assert_eq!(reduced.schema, lower.min(histogram.schema));
        prop_assert_eq!(reduced.validate(), Ok(()));
        let step = 1_i32 << (histogram.schema - reduced.schema);
        for (fine, wide) in [
            (&histogram.positive, &reduced.positive),
            (&histogram.negative, &reduced.negative),
        ] {
            // Bucket i of the wide ones ends where bucket i * step of the fine ones does.
            let within = |wide: i32, fine: i32| (wide - 1) * step < fine && fine <= wide * step;
            for (at, count) in wide.iter() {
                let sum: f64 = fine.iter().filter(|(i, _)| within(at, *i)).map(|(_, n)| n).sum();
                prop_assert_eq!(count, sum);
            }
            for (i, _) in fine.iter() {
                prop_assert_eq!(wide.iter().filter(|(at, _)| within(*at, i)).count(), 1);
            }
        }
        prop_assert_eq!(histogram.with_schema(8).with_schema(lower), reduced);
    }
}
