//! Scrapes, as a server makes them: labels, report series, staleness, limits.

use std::collections::{BTreeMap, BTreeSet};

use prom_client_testkit::{
    FetchError, Format, Labels, Limits, STALE, Scrape, ScrapeResponse, Scraper, Store, Target,
    Timestamp, is_stale,
};

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;

use crate::wire;

/// A store, and a scraper whose target is at hand.
struct Server {
    store: Store,
    scraper: Scraper,
    now: i64,
}

impl Server {
    /// A server that scrapes a target with the label `job="j"` alone.
    fn new(configure: impl FnOnce(Target) -> Target) -> Self {
        let target = Target::new("j", |_: &str| (String::new(), Vec::new()));
        let target = target.labels([("job", "j")].into());
        Self { store: Store::new(), scraper: Scraper::new(configure(target)), now: 1_000 }
    }

    /// Scrapes this, ten seconds after the last time.
    fn scrape(&mut self, content_type: &str, body: &str) -> Scrape {
        self.answer(Ok(ScrapeResponse::new(content_type, body)))
    }

    fn text(&mut self, body: &str) -> Scrape {
        self.scrape("text/plain", body)
    }

    fn answer(&mut self, answer: Result<ScrapeResponse, FetchError>) -> Scrape {
        self.now += 10;
        self.scraper.append(&mut self.store, Timestamp::from_millis(self.now * 1_000), answer)
    }

    /// All series but for those of the report, one in each line: `a{job="j"} 1010:1 1020:stale`.
    fn series(&self) -> Vec<String> {
        let all = self.store.select(&"{__name__!='up'}".parse().expect("a selector"));
        let all = all.iter().map(line);
        all.filter(|line| !line.starts_with("scrape_")).collect()
    }

    /// The values of a report series.
    fn report(&self, name: &str) -> Vec<f64> {
        let found = self.store.select(&name.parse().expect("a name"));
        assert_eq!(found.len(), 1, "{name}");
        found[0].values().to_vec()
    }
}

fn line(series: &prom_client_testkit::StoredSeries<'_>) -> String {
    let points = series.times().iter().zip(series.values());
    let points = points.map(|(at, value)| {
        let stale = is_stale(*value);
        format!(" {at}:{}", if stale { "stale".to_owned() } else { value.to_string() })
    });
    format!("{}{}", series.labels(), points.collect::<String>())
}

#[test]
fn every_scrape_reports_on_itself() {
    let mut server = Server::new(|target| target);
    server.text("a 1\nb 2\n");
    server.text("b 3\nc 4\nb 5\n");
    server.answer(Err(FetchError::new("connection refused")));
    let mut slow = ScrapeResponse::new("text/plain", "b 6\n");
    slow.took = std::time::Duration::from_millis(250);
    server.answer(Ok(slow));
    server.scrape("text/html", "<html>");
    server.text("b 7\nc 1\nbroken{\n");
    for (name, values) in [
        ("up", [1.0, 1.0, 0.0, 1.0, 0.0, 0.0]),
        ("scrape_duration_seconds", [0.0, 0.0, 0.0, 0.25, 0.0, 0.0]),
        ("scrape_samples_scraped", [2.0, 3.0, 0.0, 1.0, 0.0, 2.0]),
        ("scrape_samples_post_metric_relabeling", [2.0, 3.0, 0.0, 1.0, 0.0, 2.0]),
        ("scrape_series_added", [2.0, 1.0, 0.0, 0.0, 0.0, 1.0]),
    ] {
        assert_eq!(server.report(name), values, "{name}");
    }
    let up = server.store.select(&"up".parse().expect("a selector"));
    assert_eq!(up[0].labels().to_string(), r#"up{job="j"}"#);
}

#[test]
fn series_end_when_they_are_missing_or_the_target_is() {
    let refused = || Err(FetchError::new("connection refused"));
    // Missing.
    let mut server = Server::new(|target| target);
    server.text("a 1\nb 1\n");
    server.text("b 2\n");
    server.text("b 3\n");
    server.text("a 4\nb 4\n");
    let expected =
        [r#"a{job="j"} 1010:1 1020:stale 1040:4"#, r#"b{job="j"} 1010:1 1020:2 1030:3 1040:4"#];
    assert_eq!(server.series(), expected);

    // No answer: one marker, however often.
    let mut server = Server::new(|target| target);
    server.text("a 1\n");
    server.answer(refused());
    server.answer(refused());
    server.text("a 4\n");
    assert_eq!(server.series(), [r#"a{job="j"} 1010:1 1020:stale 1040:4"#]);

    // An empty answer is one, and up.
    let mut server = Server::new(|target| target);
    server.text("a 1\n");
    assert_eq!(server.scrape("", "").error, None);
    assert_eq!(server.series(), [r#"a{job="j"} 1010:1 1020:stale"#]);

    // A broken answer; what it named before its mistake is missed only after it, even what was new.
    let mut server = Server::new(|target| target);
    server.text("a 1\nb 1\n");
    server.text("a 2\nnew 2\nbroken{\n");
    server.answer(refused());
    assert_eq!(
        server.series(),
        [
            r#"a{job="j"} 1010:1 1030:stale"#,
            r#"b{job="j"} 1010:1 1020:stale"#,
            r#"new{job="j"} 1030:stale"#,
        ]
    );

    // The target is gone for good.
    let mut server = Server::new(|target| target);
    server.text("a 1\n");
    server.scraper.end(&mut server.store, Timestamp::from_millis(1_020_000));
    assert_eq!(server.series(), [r#"a{job="j"} 1010:1 1020:stale"#]);
    let up = server.report("up");
    assert_eq!((up[0], is_stale(up[1])), (1.0, true));
}

proptest! {
    #[test]
    fn whoever_is_missing_ends_once_and_no_one_else(
        // For each scrape the series that are there, each with one of two spellings; or no answer.
        script in proptest::collection::vec(option::weighted(0.8, btree_map(0..8_u8, any::<bool>(), 0..8)), 1..12),
    ) {
        let mut server = Server::new(|target| target);
        let mut expected: BTreeMap<u8, String> = BTreeMap::new();
        let mut before = BTreeSet::new();
        for answer in &script {
            let there = answer.as_ref().map(|series| series.keys().copied().collect());
            let there: BTreeSet<u8> = there.unwrap_or_default();
            let body = answer.as_ref().map(|series| {
                let line = |(n, other): (&u8, &bool)| {
                    let labels = if *other { "y=\"2\",x=\"1\"" } else { "x=\"1\",y=\"2\"" };
                    format!("s{n}{{{labels}}} 1\n")
                };
                series.iter().map(line).collect::<String>()
            });
            let answer = body.map(|body| ScrapeResponse::new("text/plain", body));
            let scrape = server.answer(answer.ok_or_else(|| FetchError::new("gone")));
            prop_assert_eq!(scrape.kept, there.len());
            let now = server.now;
            for n in &there {
                let line = expected.entry(*n).or_insert_with(|| format!("s{n}{{job=\"j\",x=\"1\",y=\"2\"}}"));
                *line += &format!(" {now}:1");
            }
            for n in before.difference(&there) {
                *expected.get_mut(n).expect("it was there") += &format!(" {now}:stale");
            }
            before = there;
        }
        prop_assert_eq!(server.series(), expected.into_values().collect::<Vec<_>>());
    }
}

#[test]
fn another_spelling_of_a_series_is_no_other_series() {
    let mut server = Server::new(|target| target);
    server.text("a{x=\"1\",y=\"2\"} 1\n");
    server.text("a{y=\"2\",x=\"1\"} 2\n");
    server.text("a{ y = \"2\" , x = \"1\" } 3\n");
    assert_eq!(server.series(), [r#"a{job="j",x="1",y="2"} 1010:1 1020:2 1030:3"#]);

    // The text decides, also where another type would spell its bound in another way.
    let mut server = Server::new(|target| target);
    let typed = |kind: &str, value: u8| format!("# TYPE a {kind}\na_bucket{{le=\"1\"}} {value}\n");
    let scrape = server.text(&(typed("histogram", 1) + &typed("gauge", 2)));
    assert_eq!((scrape.added, scrape.duplicates), (1, 1));
    assert_eq!(server.text(&typed("gauge", 3)).added, 0);
    assert_eq!(server.series(), [r#"a_bucket{job="j",le="1.0"} 1010:1 1020:3"#]);
}

#[test]
fn exposed_labels_get_another_name_or_win() {
    for (honor, exposed, stored) in [
        (false, r#"a{job="x"}"#, r#"a{exported_job="x",job="j"}"#),
        (
            false,
            r#"a{job="x",exported_job="y"}"#,
            r#"a{exported_exported_job="x",exported_job="y",job="j"}"#,
        ),
        (false, r#"a{job=""}"#, r#"a{job="j"}"#),
        (true, r#"a{job="x"}"#, r#"a{job="x"}"#),
        (true, r#"a{job=""}"#, "a"),
        (true, r#"a{b="c"}"#, r#"a{b="c",job="j"}"#),
    ] {
        let mut server = Server::new(|target| target.honor_labels(honor));
        server.text(&format!("{exposed} 1\n"));
        assert_eq!(server.series(), [format!("{stored} 1010:1")], "{exposed}, {honor}");
    }
}

#[test]
fn exposed_times_count_unless_they_are_not_honored() {
    let body = |at: i64| format!("a 1 {at}\n");
    let mut server = Server::new(|target| target);
    server.text(&body(1_005_000));
    // It goes, and nothing marks its end.
    server.text("b 1\n");
    assert_eq!(server.series(), [r#"a{job="j"} 1005:1"#, r#"b{job="j"} 1020:1"#]);

    let mut server = Server::new(|target| target.track_timestamps_staleness(true));
    server.text(&body(1_005_000));
    server.text("b 1\n");
    assert_eq!(server.series()[0], r#"a{job="j"} 1005:1 1020:stale"#);

    let mut server = Server::new(|target| target.honor_timestamps(false));
    server.text(&body(1_005_000));
    server.text("b 1\n");
    assert_eq!(server.series()[0], r#"a{job="j"} 1010:1 1020:stale"#);
}

#[test]
fn samples_without_a_place_are_left_out_one_by_one() {
    let mut server = Server::new(|target| target);
    server.now = 10_000;
    let first = server.text("a 1 10009000\na 2 10008000\nb 1\nb 1\nb 2\n");
    // Nobody has committed the first one when the second one comes.
    assert_eq!((first.out_of_order, first.duplicates, first.kept), (0, 2, 5));
    let second = server.text("a 3 10009000\na 4 10008000\na 1 10009000\na 5 10010000\n");
    assert_eq!((second.out_of_order, second.duplicates, second.error), (1, 1, None));
    let old = 10_020_000 - 3_600_000;
    let third = server.text(&format!("c 1 {old}\nc 2 {}\nd 1 10630000\nd 2 10630001\n", old - 1));
    assert_eq!((third.out_of_bounds, third.kept), (2, 4));
    let expected = [
        r#"a{job="j"} 10009:1 10010:5"#.to_owned(),
        r#"b{job="j"} 10010:1 10020:stale"#.to_owned(),
        format!(r#"c{{job="j"}} {}:1"#, old / 1_000),
        r#"d{job="j"} 10630:1"#.to_owned(),
    ];
    assert_eq!(server.series(), expected);
}

#[test]
fn a_scrape_beyond_a_limit_fails_as_a_whole() {
    let limits = |set: fn(&mut Limits)| {
        let mut limits = Limits::default();
        set(&mut limits);
        limits
    };
    for (limits, fine, beyond, message) in [
        (limits(|l| l.samples = 2), "a 1\nb 1\n", "a 1\nb 1\nc 1\n", "more than 2 samples"),
        (
            limits(|l| l.labels = 3),
            "a{x=\"1\"} 1\n",
            "a{x=\"1\",y=\"2\"} 1\n",
            r#"4 labels, and there may be 3: a{job="j",x="1",y="2"}"#,
        ),
        (
            limits(|l| l.label_name = 8),
            "a{long=\"1\"} 1\n",
            "a{very_long=\"1\"} 1\n",
            r#"the label "very_long" is longer than 8 bytes: a{job="j",very_long="1"}"#,
        ),
        (
            limits(|l| l.label_value = 4),
            "a{x=\"1234\"} 1\n",
            "a{x=\"12345\"} 1\n",
            r#"the value of "x" is longer than 4 bytes: a{job="j",x="12345"}"#,
        ),
    ] {
        let mut server = Server::new(|target| target.limits(limits));
        assert_eq!(server.text(fine).error, None, "{fine}");
        let before = server.series().len();
        let error = server.text(beyond).error.expect(beyond);
        assert_eq!(error.to_string(), message);
        assert_eq!(server.report("up"), [1.0, 0.0]);
        assert_eq!(server.series().len(), before, "{message}");
    }
    // All samples are counted, and series that began beyond the limit are none.
    let mut limits = Limits::default();
    limits.samples = 2;
    let mut server = Server::new(|target| target.limits(limits));
    let scrape = server.text("a 1\nb 1\nc 1\nd 1\n");
    assert_eq!((scrape.scraped, scrape.kept, scrape.added), (4, 4, 2));
    assert_eq!(server.series(), [""; 0]);
}

#[test]
fn relabelling_changes_and_drops_and_must_leave_a_name() {
    let mut server = Server::new(|target| {
        target.metric_relabel(|labels| match labels.name() {
            Some("drop") => None,
            Some("rename") => Some(labels.iter().chain([("__name__", "renamed")]).collect()),
            Some("unnamed") => Some(labels.without(&["__name__"])),
            Some("nameless") => Some(labels.iter().chain([("", "1")]).collect()),
            Some("empty") => Some(Labels::default()),
            _ => Some(labels),
        })
    });
    for _ in 0..2 {
        let scrape = server.text("a 1\ndrop 1\nrename 1\nempty 1\n");
        assert_eq!((scrape.scraped, scrape.kept), (4, 2));
    }
    assert_eq!(
        server.series(),
        [r#"a{job="j"} 1010:1 1020:1"#, r#"renamed{job="j"} 1010:1 1020:1"#]
    );
    let error = server.text("a 1\nunnamed{x=\"1\"} 1\nb 1\n").error.expect("no name");
    assert_eq!(error.to_string(), r#"a series without the name of a metric: {job="j",x="1"}"#);
    let error = server.text("a 1\nnameless 1\n").error.expect("no name");
    assert!(error.to_string().starts_with("a label without a name: "), "{error}");
}

#[test]
fn a_label_that_is_there_twice_matters_where_it_is_stored() {
    let rules = |labels: Labels| match labels.name() {
        Some("dropped") => None,
        Some("mended") => Some(labels.without(&["x"])),
        _ => Some(labels),
    };
    let openmetrics = "application/openmetrics-text";
    // How many samples were scraped, were kept, and are stored; none if the scrape fails.
    for (line, expected) in [
        ("dropped{x=\"1\",x=\"2\"} 1", (2, 1, Some(1))),
        ("mended{x=\"1\",x=\"2\"} 1", (2, 2, Some(2))),
        ("a{job=\"1\",job=\"2\"} 1", (2, 1, None)),
        ("a{x=\"1\",x=\"2\"} 1 99999", (2, 2, Some(1))),
        ("a{x=\"1\",x=\"2\"} 1", (2, 1, None)),
        ("a{__name__=\"b\"} 1", (2, 1, None)),
        ("a{x=\"1\",x=\"2\"} one", (1, 1, None)),
    ] {
        for (content_type, end) in [("text/plain", ""), (openmetrics, "# EOF\n")] {
            // In milliseconds the one, in seconds the other: more than a day ahead.
            let line =
                if end.is_empty() { line.replace("99999", "99999000") } else { line.to_owned() };
            let mut server = Server::new(|target| target.metric_relabel(rules));
            let scrape = server.scrape(content_type, &format!("first 1\n{line}\n{end}"));
            let stored = scrape.error.is_none().then(|| server.series().len());
            assert_eq!(
                (scrape.scraped, scrape.kept, stored),
                expected,
                "{line} {:?}",
                scrape.error
            );
        }
    }
}

#[test]
fn a_label_that_is_there_twice_is_one_of_too_many_samples_first() {
    let mut limits = Limits::default();
    (limits.samples, limits.labels) = (1, 4);
    for (body, expected, message) in [
        ("a 1\na{x=\"1\",x=\"2\"} 1\n", (2, 2), "more than 1 samples"),
        (
            "a{x=\"1\",x=\"2\",y=\"1\"} 1 99999999\n",
            (1, 0),
            "line 1, column 9: the label `x` is here",
        ),
    ] {
        let mut server = Server::new(|target| target.limits(limits));
        let scrape = server.text(body);
        let error = scrape.error.expect(body).to_string();
        assert!(error.starts_with(message), "{error}");
        assert_eq!((scrape.scraped, scrape.kept), expected, "{body}");
    }
}

#[test]
fn the_content_type_says_what_is_read_or_the_target_does() {
    let openmetrics = "# TYPE a counter\na_total 1\n# EOF\n";
    for (content_type, body, message) in [
        ("application/openmetrics-text; version=1.0.0", openmetrics, None),
        (
            "",
            "a 1\n",
            Some(
                "non-compliant scrape target sending blank Content-Type \
                 and no fallback_scrape_protocol specified for target",
            ),
        ),
        (
            "text/plain; version",
            "a 1\n",
            Some(
                "received unsupported Content-Type \"text/plain; version\" \
                 and no fallback_scrape_protocol specified for target",
            ),
        ),
    ] {
        let mut server = Server::new(|target| target);
        let error = server.scrape(content_type, body).error.map(|error| error.to_string());
        assert_eq!(error.as_deref(), message);
        let mut server = Server::new(|target| target.fallback(Format::Text));
        assert_eq!(server.scrape(content_type, body).error, None);
    }
}

#[test]
fn exemplars_stand_at_their_time_or_at_that_of_the_scrape() {
    let body = |id: u8, time: &str| {
        format!("# TYPE a counter\na_total 1 # {{id=\"{id}\"}} 0.5{time}\n# EOF\n")
    };
    let mut server = Server::new(|target| target);
    for (id, time) in [(1, ""), (1, ""), (2, ""), (3, " 1035.5"), (3, " 1035.5"), (3, " 1055")] {
        let scrape = server.scrape("application/openmetrics-text", &body(id, time));
        assert_eq!(scrape.error, None);
    }
    let found = server.store.select(&"a_total".parse().expect("a selector"));
    let kept: Vec<_> = found[0]
        .exemplars()
        .map(|exemplar| {
            let at = exemplar.timestamp.expect("it has one").as_millis();
            (exemplar.labels.get("id").expect("it has one"), at)
        })
        .collect();
    assert_eq!(kept, [("1", 1_010_000), ("2", 1_030_000), ("3", 1_035_500), ("3", 1_055_000)]);
}

#[test]
fn three_more_series_report_where_that_is_wanted() {
    let mut server = Server::new(|target| {
        let mut limits = Limits::default();
        limits.samples = 2;
        target.limits(limits).extra_scrape_metrics(true)
    });
    server.text("a 1\n");
    server.text("a 1\nb 1\nc 1\n");
    server.answer(Err(FetchError::new("gone")));
    server.answer(Err(FetchError::too_long()));
    server.scraper.end(&mut server.store, Timestamp::from_seconds(1_050.0));
    for (name, expected) in [
        ("up", [1.0, 0.0, 0.0, 0.0]),
        ("scrape_timeout_seconds", [10.0; 4]),
        ("scrape_sample_limit", [2.0; 4]),
        ("scrape_body_size_bytes", [4.0, 12.0, 0.0, -1.0]),
    ] {
        let values = server.report(name);
        assert_eq!(values[..4], expected, "{name}");
        assert!(is_stale(values[4]), "{name}");
    }
    let mut usual = Server::new(|target| target);
    usual.text("a 1\n");
    assert!(usual.store.select(&"scrape_body_size_bytes".parse().expect("a name")).is_empty());
}

#[test]
fn native_histograms_are_kept_and_end() {
    let native = |count: u64| {
        // Schema 0, a bucket at 1, an exemplar without a time, and when it began.
        let exemplar = wire::bytes(16, &wire::float(2, 1.0));
        let start = wire::bytes(15, &wire::integer(1, 900));
        let span = wire::bytes(12, &[wire::signed(1, 0), wire::integer(2, 1)].concat());
        let bucket = wire::signed(13, count.try_into().expect("it is small"));
        let numbers = [wire::integer(1, count), wire::float(2, 1.5), wire::signed(5, 0)].concat();
        let histogram = [numbers, span, bucket, start, exemplar].concat();
        let metric = wire::bytes(4, &wire::bytes(7, &histogram));
        wire::delimited(&[wire::bytes(1, b"h"), wire::integer(3, 4), metric].concat())
    };
    let mut server = Server::new(Target::native_histograms);
    assert!(server.scraper.target().scrape_request().accept.starts_with("application/vnd.google"));
    for count in [1, 1, 2] {
        let content_type = "application/vnd.google.protobuf";
        let scrape = server.answer(Ok(ScrapeResponse::new(content_type, native(count))));
        assert_eq!((scrape.error, scrape.scraped), (None, 1));
    }
    server.answer(Err(FetchError::new("gone")));
    let found = server.store.select(&"h".parse().expect("a selector"));
    let (times, histograms) = found[0].histograms();
    let counts: Vec<f64> = histograms.iter().map(|histogram| histogram.count).collect();
    assert_eq!((times.len(), &counts[..]), (3, &[1.0, 1.0, 2.0][..]));
    assert!(std::sync::Arc::ptr_eq(&histograms[0], &histograms[1]), "equal ones are one");
    assert_eq!(found[0].exemplars().count(), 0);
    assert_eq!(found[0].start(times[0]), Some(Timestamp::from_seconds(900.0)));
    let lookback = std::time::Duration::from_secs(300);
    let shown = |at| found[0].at(at, lookback).map(|(_, value)| value.to_owned());
    assert!(shown(times[2]).is_some_and(|value| value.as_histogram().is_some()));
    assert_eq!(shown(Timestamp::from_seconds(1_040.0)), None);
}

#[test]
fn what_a_broken_answer_names_is_not_new_afterwards() {
    let mut server = Server::new(|target| target);
    // As a server of version 3.5 has it in `scrape_series_added`, and at the times of the samples.
    for (body, added) in [
        ("a 1\nb 2\nc x\n", 2),
        ("a 1\nb 2\nd 3\n", 1),
        ("e 1\nx y\n", 1),
        ("a 4\nb 5\n", 0),
        ("e 6\n", 1),
    ] {
        assert_eq!(server.text(body).added, added, "{body}");
    }
    assert_eq!(
        server.series(),
        [
            r#"a{job="j"} 1020:1 1030:stale 1040:4 1050:stale"#,
            r#"b{job="j"} 1020:2 1030:stale 1040:5 1050:stale"#,
            r#"d{job="j"} 1020:3 1030:stale"#,
            r#"e{job="j"} 1040:stale 1050:6"#,
        ]
    );
}

#[test]
#[should_panic(expected = "a scraper keeps what it scrapes in one store")]
fn a_scraper_has_one_store() {
    let mut server = Server::new(|target| target);
    server.text("a 1\n");
    server.store = Store::new();
    server.text("a 1\n");
}

#[test]
fn broken_answers_that_are_never_the_same_are_forgotten() {
    let mut server = Server::new(|target| target);
    for turn in 0..40 {
        let body: String =
            (0..100).map(|i| format!("a{{turn=\"{turn}\",i=\"{i}\"}} 1\n")).collect();
        assert_eq!(server.text(&format!("{body}x y\n")).added, 100);
    }
    // The latest ones are known, and the first ones are not.
    assert_eq!(server.text("a{turn=\"39\",i=\"1\"} 1\na{turn=\"0\",i=\"1\"} 1\n").added, 1);
}

#[test]
fn a_target_may_say_itself_that_a_series_ends() {
    let mut server = Server::new(|target| target);
    for value in [1.0, STALE, f64::NAN] {
        let metric = wire::bytes(4, &wire::bytes(2, &wire::float(1, value)));
        let family = [wire::bytes(1, b"a"), wire::integer(3, 1), metric].concat();
        let body = wire::delimited(&family);
        let content_type = "application/vnd.google.protobuf";
        assert_eq!(server.answer(Ok(ScrapeResponse::new(content_type, body))).error, None);
    }
    assert_eq!(server.series(), [r#"a{job="j"} 1010:1 1020:stale 1030:NaN"#]);
}

#[test]
fn series_that_come_and_go_leave_nothing_in_the_memory_of_the_target() {
    let mut server = Server::new(|target| target);
    for turn in 0..50 {
        let added = server.text(&format!("always 1\nturn_{turn} 1\n")).added;
        assert_eq!(added, if turn == 0 { 2 } else { 1 });
    }
    // One that was gone is new again.
    assert_eq!(server.text("always 1\nturn_3 1\n").added, 1);
    assert_eq!(server.series().len(), 51);
}
