//! Every operator, between numbers, vectors, and both.

use super::{check, check_range, store};

const DATA: &str = r#"
    a{i="1",k="x"} 6 6 _ stale
    a{i="2",k="y"} 7 7 7 7
    b{i="1"} 3 3 3 3
    b{i="2"} 7 _ stale 7
    b{i="3"} 9 9 9 9
    one{z="eu"} 2 2 2 2
"#;

#[test]
fn numbers_are_calculated() {
    check(
        &store(""),
        0,
        &[
            ("7 + 2", "9"),
            ("7 - 2", "5"),
            ("7 * 2", "14"),
            ("7 / 2", "3.5"),
            ("-7 % 4", "-3"),
            ("2 ^ 3 ^ 2", "512"),
            ("-1 ^ 2", "-1"),
            ("1 atan2 1", "0.7853981633974483"),
            ("1 == bool 1", "1"),
            ("1 != bool 1", "0"),
            ("1 < bool 2", "1"),
            ("1 <= bool 1", "1"),
            ("1 > bool 2", "0"),
            ("1 >= bool 2", "0"),
            ("NaN == bool NaN", "0"),
            ("1 / 0", "inf"),
            ("\"text\"", "text"),
        ],
    );
}

#[test]
fn a_number_meets_each_sample() {
    check(
        &store(DATA),
        0,
        &[
            ("b - 1", r#"{i="1"} 2; {i="2"} 6; {i="3"} 8"#),
            ("1 - b", r#"{i="1"} -2; {i="2"} -6; {i="3"} -8"#),
            ("-b", r#"{i="1"} -3; {i="2"} -7; {i="3"} -9"#),
            ("+b{i=\"1\"}", r#"b{i="1"} 3"#),
            ("b > 5", r#"b{i="2"} 7; b{i="3"} 9"#),
            // The series stays, on whichever side.
            ("5 < b", r#"b{i="2"} 7; b{i="3"} 9"#),
            ("b == bool 7", r#"{i="1"} 0; {i="2"} 1; {i="3"} 0"#),
        ],
    );
}

#[test]
fn series_of_the_same_labels_meet() {
    check(
        &store(DATA),
        0,
        &[
            ("a + ignoring (k) b", r#"{i="1"} 9; {i="2"} 14"#),
            ("a - on (i) b", r#"{i="1"} 3; {i="2"} 0"#),
            ("a > ignoring (k) b", r#"a{i="1"} 6"#),
            ("a >= on (i) b", r#"{i="1"} 6; {i="2"} 7"#),
            ("b == bool on (i) a", r#"{i="1"} 0; {i="2"} 1"#),
            ("a * on () group_left b{i=\"1\"}", r#"{i="1",k="x"} 18; {i="2",k="y"} 21"#),
            ("a / on (i) group_left () b", r#"{i="1",k="x"} 2; {i="2",k="y"} 1"#),
            ("b / on (i) group_right () a", r#"{i="1",k="x"} 0.5; {i="2",k="y"} 1"#),
            (
                "b % on () group_left (z, none) one",
                r#"{i="1",z="eu"} 1; {i="2",z="eu"} 1; {i="3",z="eu"} 1"#,
            ),
            // A label that the one side lacks is removed.
            ("a + on (i) group_left (k) b", r#"{i="1"} 9; {i="2"} 14"#),
            ("a + b", ""),
        ],
    );
}

#[test]
fn sets_keep_whole_series() {
    check(
        &store(DATA),
        0,
        &[
            ("b and on (i) a", r#"b{i="1"} 3; b{i="2"} 7"#),
            ("b unless on (i) a", r#"b{i="3"} 9"#),
            ("a or on (i) b", r#"a{i="1",k="x"} 6; a{i="2",k="y"} 7; b{i="3"} 9"#),
            ("a and b", ""),
            ("one or none", r#"one{z="eu"} 2"#),
            ("none or one", r#"one{z="eu"} 2"#),
            ("one unless none", r#"one{z="eu"} 2"#),
            // By nothing, one series stands for all.
            ("b and on () one", r#"b{i="1"} 3; b{i="2"} 7; b{i="3"} 9"#),
        ],
    );
}

#[test]
fn each_step_has_the_series_that_it_has() {
    check_range(
        &store(DATA),
        [0, 3],
        &[
            ("a{i=\"1\"} * 2", r#"{i="1",k="x"} 12@0 12@60 12@120"#),
            ("a * on (i) b", r#"{i="1"} 18@0 18@60 18@120; {i="2"} 49@0 49@60 49@180"#),
            ("b{i=\"2\"} or on () one", r#"b{i="2"} 7@0 7@60 7@180; one{z="eu"} 2@120"#),
            ("b and on (i) a", r#"b{i="1"} 3@0 3@60 3@120; b{i="2"} 7@0 7@60 7@180"#),
            ("b unless on (i) a", r#"b{i="1"} 3@180; b{i="3"} 9@0 9@60 9@120 9@180"#),
            // Two metrics become one series where they are not there at the same time.
            (
                "abs({__name__=~\"b|one\",i=~\"2|\"} * 1)",
                r#"{i="2"} 7@0 7@60 7@180; {z="eu"} 2@0 2@60 2@120 2@180"#,
            ),
        ],
    );
}
