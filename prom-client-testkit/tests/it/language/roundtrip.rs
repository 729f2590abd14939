//! What is printed is read as the same, and nothing makes the reader fail otherwise than by an error.

use prom_client_testkit::promql::{Dialect, Expr};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::generate::{Part, query};

/// Pieces of queries, most of which fit nowhere.
const PIECES: [&str; 58] = [
    " ",
    "\n",
    "#",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "=",
    "==",
    "=~",
    "!~",
    "!=",
    "<",
    ">",
    "</",
    ">/",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "@",
    "'",
    "\"",
    "`",
    "\\",
    "0",
    "1.",
    "0x",
    "_",
    "5m",
    "1e",
    "inf",
    "up",
    "a:b",
    "sum",
    "topk",
    "by",
    "on",
    "bool",
    "offset",
    "start",
    "step()",
    "and",
    "atan2",
    "group_left",
    "fill",
    "anchored",
    "rate",
    "é",
    "\u{0}",
    "\u{fffd}",
    "\\x",
];

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(text in query(Part::All)) {
        let expr = match Expr::parse_as(&text, Dialect::EXPERIMENTAL) {
            Ok(expr) => expr,
            Err(error) => return Err(TestCaseError::fail(format!("{text:?}\n{error}"))),
        };
        let printed = expr.to_string();
        let again = Expr::parse_as(&printed, Dialect::EXPERIMENTAL);
        prop_assert_eq!(again.as_ref(), Ok(&expr), "{}", printed);
        prop_assert_eq!(again.expect("it is equal").to_string(), printed);
        let pretty = expr.pretty();
        let again = Expr::parse_as(&pretty, Dialect::EXPERIMENTAL);
        prop_assert_eq!(again.as_ref(), Ok(&expr), "{}", pretty);
    }

    #[test]
    fn every_part_of_a_query_stands_where_it_says(text in query(Part::All)) {
        let expr = Expr::parse_as(&text, Dialect::EXPERIMENTAL).expect("it is one");
        let mut parts = vec![&expr];
        while let Some(part) = parts.pop() {
            let piece = &text[part.place.start..part.place.end];
            let again = Expr::parse_as(piece, Dialect::EXPERIMENTAL);
            prop_assert_eq!(again.as_ref(), Ok(part), "{:?} of {:?}", piece, text);
            parts.extend(part.children());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Expr::parse_as(&text, Dialect::EXPERIMENTAL).map_err(|error| error.to_string());
    }

    #[test]
    fn any_pieces_are_read_or_refused(pieces in vec(select(&PIECES[..]), 0..24)) {
        let text = pieces.concat();
        match Expr::parse_as(&text, Dialect::EXPERIMENTAL) {
            Ok(expr) => {
                let again = Expr::parse_as(&expr.to_string(), Dialect::EXPERIMENTAL);
                prop_assert_eq!(again.as_ref(), Ok(&expr), "{}", text);
            }
            Err(error) => {
                let place = error.place();
                prop_assert!(place.start <= place.end && place.end <= text.len());
                prop_assert!(error.to_string().contains('^'));
            }
        }
    }

    #[test]
    fn a_broken_query_is_read_or_refused(
        text in query(Part::All),
        at in any::<Index>(),
        piece in select(&PIECES[..]),
    ) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = *at.get(&places);
        let cut = &text[..at];
        let _ = Expr::parse_as(cut, Dialect::EXPERIMENTAL).map_err(|error| error.to_string());
        let put = format!("{cut}{piece}{}", &text[at..]);
        let _ = Expr::parse_as(&put, Dialect::EXPERIMENTAL).map_err(|error| error.to_string());
    }
}

#[test]
fn a_deeply_nested_query_is_refused_on_a_small_stack() {
    // Half of what threads have by default.
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(refuse_deeply_nested);
    thread.expect("a thread").join().expect("it has not failed");
}

fn refuse_deeply_nested() {
    let nested = |open: &str, close: &str, inner: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let chain = |piece: &str, times: usize| format!("up{}", piece.repeat(times));
    for times in [1_000, 100_000] {
        for text in [
            nested("(", ")", "1", times),
            nested("(", "", "", times),
            nested("-", "", "up", times),
            nested("sum(", ")", "up", times),
            nested("abs(", ")", "up", times),
            nested("1 ^ ", "", "1", times),
            nested("up + (", ")", "up", times),
            nested("(", "[5m:])", "up", times),
            chain(" or up", times),
            chain("[5m:]", times),
            chain(" * up", times),
            format!("up[{}]", nested("(", ")", "1", times)),
            format!("up[{}]", nested("-", "", "1", times)),
            format!("up[1{}]", "+step()".repeat(times)),
            format!("up[1{}]", "^1".repeat(times)),
            format!("up offset {}", nested("max_of(1,", ")", "step()", times)),
        ] {
            let error = Expr::parse(&text).expect_err("it is too deep").to_string();
            let refused = ["nested deeper than 160 levels", "unclosed left parenthesis"];
            assert!(refused.iter().any(|why| error.contains(why)), "{error}");
        }
    }
}

#[test]
fn what_is_just_not_too_deep_is_read_and_printed() {
    for text in [
        format!("{}1{}", "(".repeat(159), ")".repeat(159)),
        format!("up{}", " or up".repeat(159)),
        format!("{}up{}", "abs(".repeat(159), ")".repeat(159)),
    ] {
        let expr = Expr::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(expr.to_string(), text);
        assert_eq!(expr.clone(), expr);
    }
}
