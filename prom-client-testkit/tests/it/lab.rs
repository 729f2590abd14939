//! A program of its own, as a server sees it over hours, and what the claims say that do not hold.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use prom_client_testkit::{
    Fetch, FetchError, Fetching, Format, Lab, Parser, ScrapeRequest, ScrapeResponse, Target,
    Timestamp, assert_exposition,
};

/// A queue with a worker: ten jobs arrive in a minute, and eight are done. It knows its own time.
#[derive(Default)]
struct Worker {
    time: Duration,
    arrived: u64,
    done: u64,
    failed: u64,
}

impl Worker {
    /// Lives up to a moment, minute by minute.
    fn live_until(&mut self, time: Duration) {
        if self.time.is_zero() {
            self.time = time;
        }
        while self.time + Duration::from_secs(60) <= time {
            self.time += Duration::from_secs(60);
            self.arrived += 10;
            self.done += 8;
            // Every tenth minute one fails.
            self.failed += u64::from(self.time.as_secs() / 60 % 10 == 0);
        }
    }

    fn expose(&self) -> String {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!("jobs_done_total{{outcome=\"error\"}} {failed}\n"),
        };
        format!(
            "# TYPE jobs_waiting gauge\n\
             jobs_waiting {}\n\
             # TYPE jobs_done_total counter\n\
             jobs_done_total{{outcome=\"ok\"}} {}\n{failed}",
            self.arrived - self.done - self.failed,
            self.done,
        )
    }
}

/// A worker in a lab, and a hand on it.
fn worker() -> (Lab, Arc<Mutex<Worker>>) {
    let worker = Arc::new(Mutex::new(Worker::default()));
    let target = {
        let worker = Arc::clone(&worker);
        move |_: &str| {
            let body = worker.lock().expect("nobody panics").expose();
            ("text/plain; version=0.0.4".to_owned(), body.into_bytes())
        }
    };
    let lab = Lab::new().target("worker", target).every("15s").on_advance({
        let worker = Arc::clone(&worker);
        move |t| worker.lock().expect("nobody panics").live_until(t.since_epoch())
    });
    (lab, worker)
}

/// A target that says what it is told to say.
fn fixed(body: &'static str) -> impl Fn(&str) -> (String, Vec<u8>) {
    move |_: &str| ("text/plain".to_owned(), body.as_bytes().to_vec())
}

/// What somebody reads whose claim does not hold.
fn message(claim: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(claim)).expect_err("the claim does not hold");
    let text = payload.downcast_ref::<String>().cloned();
    text.unwrap_or_else(|| (*payload.downcast_ref::<&str>().expect("a text")).to_owned())
}

#[test]
fn a_program_lives_for_hours_and_is_asked_about_any_moment() {
    let (mut lab, worker) = worker();
    let start = lab.now();
    lab.advance_blocking("6h").expect("a span of time");
    lab.assert_up();
    lab.assert_value("jobs_waiting", 6.0 * 60.0 * 2.0 - 36.0);
    lab.assert_delta(r#"jobs_done_total{outcome="ok"}"#, "1h", 480.0);
    lab.assert_delta(r#"jobs_done_total{outcome="error"}"#, "6h", 36.0);
    lab.assert_series(
        "jobs_done_total",
        [r#"{outcome="ok",job="worker",instance="worker"}"#, r#"{outcome="error"}"#],
    );
    lab.assert_value("scrape_samples_scraped", 3.0);
    let noon = start + Duration::from_secs(3 * 3600);
    let ok = r#"jobs_done_total{outcome!="error"}"#;
    assert_eq!(lab.value_at(ok, noon), Ok(8.0 * 180.0));
    assert_eq!(lab.rate(ok, noon, lab.now()), Ok(8.0 / 60.0));
    let scrapes = &lab.store().select(&"up".parse().expect("a selector"))[0];
    assert_eq!(scrapes.values().len(), 6 * 60 * 4 + 1);

    // It starts anew: the counter falls, and no increment is lost.
    let before = lab.now();
    *worker.lock().expect("nobody panics") = Worker::default();
    lab.advance_blocking("1h").expect("a span of time");
    // Its first minute begins with the first call of the hook.
    let lived = Duration::from_secs(3600) - Duration::from_secs(15);
    let minutes = (lived.as_secs() / 60) as f64;
    assert_eq!(lab.increase(ok, before, lab.now()), Ok(8.0 * minutes));
    assert_eq!(lab.delta(ok, before, lab.now()), Ok(8.0 * minutes - 8.0 * 360.0));
}

#[test]
fn a_target_that_is_away_is_down_and_its_series_end() {
    struct Away(Arc<AtomicBool>);
    impl Fetch for Away {
        fn fetch<'a>(&'a self, request: &'a ScrapeRequest) -> Fetching<'a> {
            assert!(request.accept.starts_with("application/openmetrics-text"));
            let answer = if self.0.load(Ordering::Relaxed) {
                Err(FetchError::new("connection refused"))
            } else {
                Ok(ScrapeResponse::new("text/plain", "a 1\n"))
            };
            Box::pin(std::future::ready(answer))
        }
    }
    let away = Arc::new(AtomicBool::new(false));
    let mut lab =
        Lab::new().target("shop", Away(Arc::clone(&away))).target("other", fixed("b 1\n"));
    lab.advance_blocking("1m").expect("a span of time");
    lab.assert_up();
    away.store(true, Ordering::Relaxed);
    lab.advance_blocking("15s").expect("a span of time");
    lab.assert_absent("a");
    lab.assert_value(r#"up{job="shop"}"#, 0.0);
    lab.assert_value(r#"up{job="other"}"#, 1.0);
    let at = lab.now();
    assert_eq!(
        message(|| lab.assert_up()),
        format!("targets are down at {at}\n{{instance=\"shop\",job=\"shop\"}}: connection refused")
    );

    lab.remove_target("shop");
    lab.advance_blocking("32s").expect("a span of time");
    lab.assert_absent(r#"{job="shop"}"#);
    lab.assert_up();
}

#[test]
fn targets_have_intervals_and_instances_of_their_own() {
    let slow = Target::new("slow", fixed("c 1\n")).every("1m");
    let mut lab = Lab::new()
        .every("10s")
        .target("shop", fixed("a 1\n"))
        .target("shop", fixed("a 2\n"))
        .with_target(slow)
        .starting_at(Timestamp::from_seconds(1_000.0));
    lab.advance_blocking("1m").expect("a span of time");
    lab.assert_value(r#"a{instance="shop"}"#, 1.0);
    lab.assert_value(r#"a{instance="shop-2"}"#, 2.0);
    let times = |selector: &str| -> Vec<i64> {
        let found = lab.store().select(&selector.parse().expect(selector));
        found[0].times().iter().map(|at| at.as_millis() / 1_000).collect()
    };
    assert_eq!(times(r#"a{instance="shop"}"#), [1_000, 1_010, 1_020, 1_030, 1_040, 1_050, 1_060]);
    assert_eq!(times("c"), [1_000, 1_060]);
    assert_eq!(lab.scrapes().count(), 3);
}

#[test]
fn hooks_hear_of_every_moment_once_and_before_the_scrape() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = |what: &'static str| {
        let heard = Arc::clone(&heard);
        move |t: i64| heard.lock().expect("nobody panics").push((what, t))
    };
    let (hook, scrape) = (log("hook"), log("scrape"));
    let mut lab = Lab::new()
        .starting_at(Timestamp::from_millis(0))
        .every("10s")
        .target("shop", move |_: &str| {
            scrape(0);
            ("text/plain".to_owned(), Vec::new())
        })
        .on_advance(move |t| hook(t.as_millis()));
    for span in ["0s", "15s", "5s"] {
        lab.advance_blocking(span).expect("a span of time");
    }
    let expected = [
        ("hook", 0),
        ("scrape", 0),
        ("hook", 10_000),
        ("scrape", 0),
        ("hook", 15_000),
        ("hook", 20_000),
        ("scrape", 0),
    ];
    assert_eq!(*heard.lock().expect("nobody panics"), expected);
}

#[test]
fn an_answer_that_takes_its_time_is_waited_for() {
    /// Answers when another thread says so.
    struct Slow(AtomicUsize);
    impl Fetch for Slow {
        fn fetch<'a>(&'a self, _: &'a ScrapeRequest) -> Fetching<'a> {
            let mut asked = false;
            Box::pin(std::future::poll_fn(move |context| {
                if std::mem::replace(&mut asked, true) {
                    let count = self.0.fetch_add(1, Ordering::Relaxed);
                    return Poll::Ready(Ok(ScrapeResponse::new(
                        "text/plain",
                        format!("a {count}\n"),
                    )));
                }
                let waker = context.waker().clone();
                std::thread::spawn(move || waker.wake());
                Poll::Pending
            }))
        }
    }
    let mut lab = Lab::new().target("slow", Slow(AtomicUsize::new(0)));
    lab.advance_blocking("1m").expect("a span of time");
    lab.assert_value("a", 4.0);
}

#[test]
fn claims_that_do_not_hold_show_what_is_there() {
    let mut lab = Lab::new().starting_at(Timestamp::from_millis(60_000)).with_target(
        Target::new("j", fixed("jobs{queue=\"mail\"} 3\njobs{queue=\"sms\"} 0\nother 1\n"))
            .labels([("job", "j")].into())
            .metric_relabel(Some),
    );
    lab.advance_blocking("0s").expect("a span of time");
    type Claim = fn(&Lab);
    let cases: [(Claim, &str); 11] = [
        (
            |lab| lab.assert_value("jobs{queue='mail'}", 4.0),
            "jobs{queue='mail'} is not as expected at 60\n- 4\n+ 3",
        ),
        (
            |lab| lab.assert_value("jobs", 4.0),
            "2 series jobs at 60, and one is needed\n\
             \x20 jobs{job=\"j\",queue=\"mail\"} 3\n\
             \x20 jobs{job=\"j\",queue=\"sms\"} 0",
        ),
        (
            |lab| lab.assert_value("jobs{queue='post'}", 4.0),
            "no series jobs{queue='post'} at 60; there are\n\
             \x20 jobs{job=\"j\",queue=\"mail\"} 3\n\
             \x20 jobs{job=\"j\",queue=\"sms\"} 0",
        ),
        (
            |lab| lab.assert_value("jobss", 4.0),
            "no series jobss at 60; there are\n\
             \x20 jobs{job=\"j\",queue=\"mail\"} 3\n\
             \x20 jobs{job=\"j\",queue=\"sms\"} 0",
        ),
        (
            |lab| lab.assert_value("jobs_scrape_samples_scraped", 4.0),
            "no series jobs_scrape_samples_scraped at 60; there are\n\
             \x20 jobs{job=\"j\",queue=\"mail\"} 3\n\
             \x20 jobs{job=\"j\",queue=\"sms\"} 0\n\
             \x20 scrape_samples_scraped{job=\"j\"} 3",
        ),
        (
            |lab| lab.assert_value("nothing_like_it", 4.0),
            "no series nothing_like_it at 60; there are\n\
             \x20 jobs{job=\"j\",queue=\"mail\"} 3\n\
             \x20 jobs{job=\"j\",queue=\"sms\"} 0\n\
             \x20 other{job=\"j\"} 1\n\
             \x20 scrape_duration_seconds{job=\"j\"} 0\n\
             \x20 scrape_samples_post_metric_relabeling{job=\"j\"} 3\n\
             \x20 scrape_samples_scraped{job=\"j\"} 3\n\
             \x20 scrape_series_added{job=\"j\"} 3\n\
             \x20 up{job=\"j\"} 1",
        ),
        (
            |lab| lab.assert_delta("other", "30s", 2.0),
            "other did not change as expected from 30 to 60\n- 2\n+ 1, to 1",
        ),
        (
            |lab| lab.assert_absent("other"),
            "the series other are not as expected at 60\n  (- expected, + found)\n+ other{job=\"j\"} 1",
        ),
        (
            |lab| lab.assert_series("jobs", ["{queue='mail'}", "jobs{queue='post'}"]),
            "the series jobs are not as expected at 60\n  (- expected, + found)\n\
             + jobs{job=\"j\",queue=\"sms\"} 0\n\
             - jobs{queue='post'}\n\
             \x20 jobs{job=\"j\",queue=\"mail\"} 3",
        ),
        (
            |lab| lab.assert_value("jobs{", 4.0),
            "expected the name of a label\n  |\n  | jobs{\n  |      ^",
        ),
        (|lab| lab.assert_delta("other", "90", 2.0), "not a valid duration string: \"90\""),
    ];
    for (claim, shown) in cases {
        assert_eq!(message(|| claim(&lab)), shown);
    }
    let error = Lab::new().value("up").expect_err("nothing is there");
    assert_eq!(
        format!("{error:?}"),
        "no series up at 1704067200, nor any other; a lab scrapes as it is advanced"
    );
}

#[test]
fn a_claim_that_does_not_hold_says_which_targets_are_down_and_where_it_was_made() {
    let mut lab = Lab::new()
        .starting_at(Timestamp::from_millis(60_000))
        .target("well", fixed("a 1\n"))
        .target("ill", fixed("b{ 1\n"));
    lab.advance_blocking("0s").expect("a span of time");
    let shown = message(|| lab.assert_value("b", 1.0));
    let down = "\n\ntargets are down\n{instance=\"ill\",job=\"ill\"}: line 1, column 4: \
                expected a label name, found `1`\n  |\n1 | b{ 1\n  |    ^";
    assert!(
        shown.starts_with("no series b at 60; there are\n  a{") && shown.ends_with(down),
        "{shown}"
    );
    assert!(message(|| lab.assert_absent("a")).ends_with(down));

    type Claim = fn(&Lab);
    let claims: [Claim; 5] = [
        |lab| lab.assert_value("nothing", 1.0),
        |lab| lab.assert_delta("a", "one minute", 1.0),
        |lab| lab.assert_series("a{", []),
        |lab| lab.assert_up(),
        |_| drop(Lab::new().every("one minute")),
    ];
    let places = Arc::new(Mutex::new(Vec::new()));
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new({
        let (places, this) = (Arc::clone(&places), std::thread::current().id());
        move |panic| {
            let place = panic.location().filter(|_| std::thread::current().id() == this);
            let mut places = places.lock().expect("nobody panics within");
            places.extend(place.map(|place| place.file().to_owned()));
            usual(panic);
        }
    }));
    for claim in claims {
        message(|| claim(&lab));
    }
    let places = places.lock().expect("nobody panics within").clone();
    assert_eq!(places, vec![file!(); claims.len()]);
}

#[test]
fn what_was_not_looked_at_proves_nothing() {
    let lab = Lab::new().target("a", fixed("a 1\n"));
    for claim in [|lab: &Lab| lab.assert_absent("b"), |lab: &Lab| lab.assert_series("b", [])] {
        assert_eq!(message(|| claim(&lab)), "no series b yet; a lab scrapes as it is advanced");
    }
    let mut lab = Lab::new();
    lab.advance_blocking("0s").expect("a span of time");
    assert_eq!(message(|| lab.assert_up()), "there is no target at 1704067200");
}

#[test]
fn expositions_are_compared_line_by_line() {
    let body =
        "# TYPE a counter\n# HELP a Things.\na{x=\"1\",y=\"2\"} 1\na 2\n# TYPE b gauge\nb 3e2\n";
    let exposition = Parser::new(Format::Text).parse(body.as_bytes()).expect("it is right");
    assert_exposition(
        &exposition,
        "b 300\n a 2.0\n  a{y='2',x=\"1\"} 1".replace('\'', "\"").as_str(),
    );
    assert_exposition(&exposition.only(["b"]), "# TYPE b gauge\nb 300");
    let shown = message(|| {
        assert_exposition(&exposition, "# TYPE a gauge\n# HELP a Things.\na 2\na{x=\"1\"} 1\nb 3");
    });
    assert_eq!(
        shown,
        "the exposition is not as expected\n\
         \x20 (- expected, + found)\n\
         + # TYPE a counter\n\
         - # TYPE a gauge\n\
         + a{x=\"1\",y=\"2\"} 1\n\
         - a{x=\"1\"} 1\n\
         - b 3\n\
         + b 300\n\
         \x20 # HELP a Things.\n\
         \x20 a 2"
    );
    assert!(
        message(|| assert_exposition(&exposition, "a{")).starts_with("the expected exposition")
    );
}
