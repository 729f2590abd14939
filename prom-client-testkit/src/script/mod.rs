//! PromQL's test language: load series, ask, and say what must come of it.
//!
//! ```text
//!  text ── lines ── read ──► commands ── run ──► Report
//!                    │ series, expect       │ engine
//!                                           └ judge
//! ```
//!
//! The language, the rules by which a result is judged, and the further queries by which each is tried again are
//! those of Prometheus 3.14. What the engine does not have yet, native histograms and start times, is read and passed:
//! cases that touch it are skipped, and say why.

mod almost;
mod command;
mod error;
mod expect;
mod judge;
mod lines;
mod number;
mod pin;
mod read;
mod report;
mod run;
mod series;
mod unsupported;

use crate::promql::{Engine, Preset};
use command::Command;

pub use error::ScriptError;
pub use report::{Case, Outcome, Report};

/// A test script, read.
///
/// # Examples
/// ```
/// use prom_client_testkit::script::Script;
///
/// let script = Script::parse(r#"
/// load 1m
///   jobs_total{queue="mail"} 0+60x10
///   jobs_total{queue="sms"}  0+30x10
///
/// eval instant at 10m sum(rate(jobs_total[5m]))
///   expect no_info
///   {} 1.5
///
/// eval range from 0 to 2m step 1m jobs_total{queue="sms"}
///   jobs_total{queue="sms"} 0 30 70
/// "#)?;
/// let report = script.run();
/// assert_eq!((report.passed(), report.failed(), report.skipped()), (1, 1, 0));
/// assert_eq!(report.cases[1].to_string(), r#"line 10: jobs_total{queue="sms"}
///     the series are not as expected
///       (- expected, + found)
///     + jobs_total{queue="sms"} 0 30 60
///     - jobs_total{queue="sms"} 0 30 70"#);
/// # Ok::<(), prom_client_testkit::script::ScriptError>(())
/// ```
///
/// # Cost
/// What is asked at one moment is asked a dozen times: again with that moment in the query at five others, and each time
/// as a range of three steps.
#[derive(Clone, Debug)]
pub struct Script {
    commands: Vec<Command>,
}

impl Script {
    /// Reads a script.
    ///
    /// The queries in it are read when they are asked.
    ///
    /// # Errors
    /// If it is none, with the place of the mistake.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        read::commands(text).map(|commands| Self { commands })
    }

    /// Runs it, beginning with an empty store, on the engine that the language assumes.
    #[must_use]
    pub fn run(&self) -> Report {
        self.run_on(&Engine::new(Preset::TestLanguage))
    }

    /// Runs it on another engine.
    #[must_use]
    pub fn run_on(&self, engine: &Engine) -> Report {
        run::run(&self.commands, engine)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::command::{Annotations, Eval, Expected, Load, Loaded, When};
    use super::series::{Point, Row};
    use super::*;
    use crate::model::{Labels, STALE, Timestamp};

    fn only(text: &str) -> Command {
        let mut script = Script::parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(script.commands.len(), 1, "{text}");
        script.commands.remove(0)
    }

    fn load(text: &str) -> Load {
        match only(text) {
            Command::Load(load) => load,
            other => panic!("{other:?}"),
        }
    }

    fn eval(text: &str) -> Eval {
        match only(text) {
            Command::Eval(eval) => *eval,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn short_forms_stand_for_all_their_samples() {
        let nan = f64::NAN;
        for (items, samples) in [
            ("1 2", &[Some(1.0), Some(2.0)][..]),
            ("1+2x3", &[Some(1.0), Some(3.0), Some(5.0), Some(7.0)]),
            ("-1-0.5x1", &[Some(-1.0), Some(-1.5)]),
            ("5x0", &[Some(5.0)]),
            ("0x2", &[Some(0.0); 3]),
            ("_ 1", &[None, Some(1.0)]),
            ("_x2  1", &[None, None, Some(1.0)]),
            ("_x0", &[]),
            (
                "stale NaN +Inf -Inf",
                &[Some(STALE), Some(nan), Some(f64::INFINITY), Some(f64::NEG_INFINITY)],
            ),
            ("1e+2 .5 1_000", &[Some(100.0), Some(0.5), Some(1000.0)]),
            ("5m", &[Some(300.0)]),
            ("", &[]),
        ] {
            let load = load(&format!("load 5m\n  up {items}"));
            let points: Vec<Point> =
                samples.iter().map(|s| s.map_or(Point::Gap, Point::Float)).collect();
            assert_eq!(load.series[0].row.points, points, "{items}");
        }
    }

    #[test]
    fn steps_add_up_one_after_the_other() {
        let load = load("load 1m\n up 0+0.1x3");
        let Point::Float(last) = load.series[0].row.points[3] else { panic!("no number") };
        assert_eq!(last.to_bits(), (0.1_f64 + 0.1 + 0.1).to_bits());
    }

    #[test]
    fn native_histograms_are_passed() {
        let load = load(
            "load_with_nhcb 1m\n h{a=\"{{\"} {{schema:0 sum:1}}x2 1 {{}}+{{count:1}}x1 {{}}\n g {{}}",
        );
        let h = [Point::Histogram; 3]
            .into_iter()
            .chain([Point::Float(1.0)])
            .chain([Point::Histogram; 3]);
        assert_eq!(load.series[0].row.points, h.collect::<Vec<_>>());
        assert_eq!(load.series[1].row.points, [Point::Histogram]);
        assert!(load.with_native);
    }

    #[test]
    fn series_have_labels_as_in_queries() {
        for (text, labels) in [
            ("up", Labels::from([("__name__", "up")])),
            ("up{}", Labels::from([("__name__", "up")])),
            (
                "up {a='}' , b=\"\\\" {\"}",
                Labels::from([("__name__", "up"), ("a", "}"), ("b", "\" {")]),
            ),
            ("{\"a.b\",c=\"1\"}", Labels::from([("__name__", "a.b"), ("c", "1")])),
            ("{\"a\\u00e9\\x62\"}", Labels::from([("__name__", "aéb")])),
            ("inf{a=\"\",}", Labels::from([("__name__", "inf")])),
            ("{}", Labels::default()),
            ("sum", Labels::from([("__name__", "sum")])),
        ] {
            let load = load(&format!("load 1m\n{text} 1"));
            assert_eq!(
                load.series[0].row,
                Row { labels, points: vec![Point::Float(1.0)] },
                "{text}"
            );
        }
    }

    #[test]
    fn the_last_line_of_a_series_counts_and_starts_are_noted() {
        let load = load("load 1m\n a@st -1m\n a 1\n b 1\n b 2\n");
        let row = |name, value| Row {
            labels: Labels::from([("__name__", name)]),
            points: vec![Point::Float(value)],
        };
        let series = [
            Loaded { row: row("a", 1.0), started: true },
            Loaded { row: row("b", 2.0), started: false },
        ];
        assert_eq!(load.series, series);
        assert_eq!(load.step, Duration::from_secs(60));
    }

    #[test]
    fn old_and_new_words_say_the_same() {
        for (old, new) in [
            ("eval_fail instant at 1m x", "eval instant at 1m x\n expect fail"),
            (
                "eval_fail instant at 1m x\n expected_fail_message  no such thing",
                "eval instant at 1m x\n expect fail msg: no such thing",
            ),
            (
                "eval_fail instant at 1m x\n expected_fail_regexp no .* thing",
                "eval instant at 1m x\n expect fail regex:no .* thing",
            ),
            ("eval_warn instant at 1m x\n a 1", "eval instant at 1m x\n expect warn\n a 1"),
            ("eval_info instant at 1m x\n a 1", "eval instant at 1m x\n expect info\n a 1"),
            ("eval_ordered instant at 1m x\n a 1", "eval instant at 1m x\n expect ordered\n a 1"),
        ] {
            assert_eq!(eval(old), eval(new));
        }
    }

    #[test]
    fn results_are_read_by_their_kind() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        let row = |points| vec![Row { labels: Labels::from([("__name__", "a")]), points }];
        let number = Point::Float;
        let steps = command::Steps { from: at(0), to: at(60), step: Duration::from_secs(30) };
        let one = |text| (When::At(at(90)), text);
        for (text, when, result) in [
            (
                "eval instant at 1m30s 1 + 1\n 2",
                one(Expected::Scalar(2.0)).0,
                Expected::Scalar(2.0),
            ),
            (
                "eval instant at 1m30s a\n a 2",
                When::At(at(90)),
                Expected::Series(row(vec![number(2.0)])),
            ),
            ("eval instant at 1m30s a", When::At(at(90)), Expected::Series(vec![])),
            (
                "eval instant at 1m30s a[1m]\n expect range vector from 0 to 1m step 30s\n a 1 _ 2",
                When::At(at(90)),
                Expected::Ranges(row(vec![number(1.0), Point::Gap, number(2.0)]), steps),
            ),
            (
                "eval instant at 1m30s 'b'\n expect string `b`",
                When::At(at(90)),
                Expected::Text("b".to_owned()),
            ),
            (
                "eval range from 0 to 1m step 30s a\n a 1 2",
                When::Range(steps),
                Expected::Series(row(vec![number(1.0), number(2.0)])),
            ),
        ] {
            let eval = eval(text);
            assert_eq!((eval.when, eval.result), (when, result), "{text}");
        }
        let eval = eval("eval instant at 0 a\n expect no_warn\n expect info msg: b (1:2)");
        assert_eq!(eval.warnings, Annotations::None);
        let Annotations::These(infos) = eval.infos else { panic!("{:?}", eval.infos) };
        assert!(infos[0].is("b (1:2)") && !infos[0].is("b"));
    }

    #[test]
    fn patterns_match_anywhere() {
        let eval = eval("eval instant at 0 a\n expect fail regex: ^a+|b$");
        let failure = eval.failure.expect("it is wanted");
        for (message, is) in [("aa x", true), ("x b", true), ("x a", false), ("b x", false)] {
            assert_eq!(failure.is(message), is, "{message}");
        }
    }

    #[test]
    fn comments_and_empty_lines_end_a_block() {
        let text =
            "load 1m\n a 1\n# b 1\n\nclear\neval instant at 0 1\n 1\neval instant at 0 a\n\n";
        let script = Script::parse(text).expect("a script");
        assert_eq!(script.commands.len(), 4);
        let error = Script::parse("load 1m\n# a\n b 1").expect_err("no command");
        assert_eq!((error.line(), error.message()), (3, "expected `load`, `eval` or `clear`"));
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, place, message) in [
            ("foo", (1, 1), "expected `load`, `eval` or `clear`"),
            ("load", (1, 5), "empty duration string"),
            ("load 5", (1, 6), "not a valid duration string: \"5\""),
            ("load 5m x", (1, 9), "expected the end of the line"),
            ("load 5m\n a{b=c} 1", (2, 6), "expected a value in quotes"),
            ("load 5m\n a{b!='c'} 1", (2, 2), "a series has labels with `=` alone"),
            ("load 5m\n a{}1", (2, 5), "expected a blank between the series and its samples"),
            ("load 5m\n a 1y2", (2, 5), "expected a blank, `x`, `+` or `-`"),
            ("load 5m\n a 1+x2", (2, 5), "expected a step: a number"),
            ("load 5m\n a 1+2", (2, 7), "expected `x` and how many steps"),
            ("load 5m\n a 1x", (2, 6), "expected how many samples follow"),
            ("load 5m\n a _y", (2, 4), "expected `_` or `_x` and a number"),
            ("load 5m\n a {{x}", (2, 4), "`{{` without `}}`"),
            ("load 5m\n a 1x1000000", (2, 4), "more than 1000000 samples"),
            ("eval a", (1, 6), "expected `instant` or `range`"),
            ("eval instant a", (1, 14), "expected `at`"),
            ("eval instant at 5m", (1, 19), "expected a query"),
            (
                "eval_ordered range from 0 to 1 step 1s a",
                (1, 1),
                "there is no `eval_ordered` of this kind",
            ),
            (
                "eval range from 2m to 1m step 1m a",
                (1, 23),
                "the end, 60, is before the beginning, 120",
            ),
            ("eval instant at 0 a\n a 1 2", (2, 3), "a query at one moment has one sample"),
            ("eval instant at 0 a\n expect nothing", (2, 9), "expected `ordered`, `fail`"),
            ("eval instant at 0 a\n expect fail because", (2, 14), "expected `msg:` or `regex:`"),
            ("eval instant at 0 a\n expect fail regex: (", (2, 14), "unclosed group"),
            (
                "eval instant at 0 a\n expect warn\n expect no_warn",
                (3, 9),
                "both `warn` and `no_warn`",
            ),
            ("eval instant at 0 a\n expect fail\n expect fail", (3, 9), "a query fails once"),
            // One of the two would never be looked at.
            ("eval instant at 0 1\n a 1\n 1", (3, 2), "a result is of one kind"),
            ("eval instant at 0 'b'\n a 1\n expect string 'b'", (3, 9), "a result is of one kind"),
            ("eval instant at 0 'b'\n expect string 'b'\n a 1", (3, 2), "a result is of one kind"),
            ("eval instant at 0 'b'\n expect string 'b'\n 1", (3, 2), "a result is of one kind"),
        ] {
            let error = Script::parse(text).expect_err(text);
            assert_eq!((error.line(), error.column()), place, "{text}: {error}");
            assert!(error.message().starts_with(message), "{text}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "((load|eval|clear|expect|instant|range|at|5m|up|[{}x_+\\-.\"`0-9a-z@]{1,3})[ \n]{0,2}){0,20}",
        ) {
            if let Err(error) = Script::parse(&text) {
                let _ = error.to_string();
            }
        }
    }
}
