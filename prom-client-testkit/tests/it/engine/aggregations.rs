//! Every stable aggregation.

use super::{check, check_range, store};

const DATA: &str = r#"
    m{g="a",i="1"} 1 1 4
    m{g="a",i="2"} 3 _ 2
    m{g="b",i="1"} 5 NaN 6
    m{g="b",i="2"} 5 8 6
"#;

#[test]
fn aggregations_answer_what_is_worked_out() {
    check(
        &store(DATA),
        0,
        &[
            ("sum(m)", "{} 14"),
            ("sum by (g) (m)", r#"{g="a"} 4; {g="b"} 10"#),
            ("sum by (i, none) (m)", r#"{i="1"} 6; {i="2"} 8"#),
            ("sum without (i) (m)", r#"{g="a"} 4; {g="b"} 10"#),
            ("sum by (__name__) (m)", "m 14"),
            (
                "sum without () (m)",
                r#"{g="a",i="1"} 1; {g="a",i="2"} 3; {g="b",i="1"} 5; {g="b",i="2"} 5"#,
            ),
            ("avg(m)", "{} 3.5"),
            ("count(m)", "{} 4"),
            ("min by (g) (m)", r#"{g="a"} 1; {g="b"} 5"#),
            ("max by (g) (m)", r#"{g="a"} 3; {g="b"} 5"#),
            ("group by (g) (m)", r#"{g="a"} 1; {g="b"} 1"#),
            // 1 and 3 are 1 away from 2.
            ("stdvar by (g) (m)", r#"{g="a"} 1; {g="b"} 0"#),
            // 1 3 5 5 have the mean 3.5: 6.25 + 0.25 + 2.25 + 2.25 is 11.
            ("stdvar(m)", "{} 2.75"),
            ("stddev(2 * m{g=\"a\"})", "{} 2"),
            // 1 3 5 5: halfway between the second and the third.
            ("quantile(0.5, m)", "{} 4"),
            ("quantile(1, m)", "{} 5"),
            ("topk(1, m)", r#"m{g="b",i="1"} 5"#),
            ("topk by (g) (1, m)", r#"m{g="a",i="2"} 3; m{g="b",i="1"} 5"#),
            ("bottomk(2, m)", r#"m{g="a",i="1"} 1; m{g="a",i="2"} 3"#),
            ("bottomk(0, m)", ""),
            ("topk(9, m{g=\"a\"})", r#"m{g="a",i="2"} 3; m{g="a",i="1"} 1"#),
            ("count_values(\"v\", m)", r#"{v="1"} 1; {v="3"} 1; {v="5"} 2"#),
            (
                "count_values by (g) (\"v\", m)",
                r#"{g="a",v="1"} 1; {g="a",v="3"} 1; {g="b",v="5"} 2"#,
            ),
            ("count_values without (g, i) (\"v\", m > 3)", r#"{v="5"} 2"#),
            // The shortest digits that are read as the same number, and zeros.
            ("count_values(\"v\", vector(2 ^ 60))", r#"{v="1152921504606847000"} 1"#),
            ("count_values(\"v\", vector(1e23))", r#"{v="100000000000000000000000"} 1"#),
            ("sum(none)", ""),
            ("count(none)", ""),
        ],
    );
}

#[test]
fn what_is_not_a_number_is_not_the_least_nor_the_greatest() {
    check(
        &store(DATA),
        1,
        &[
            ("min(m{g=\"b\"})", "{} 8"),
            ("max(m{g=\"b\"})", "{} 8"),
            ("sum(m{g=\"b\"})", "{} NaN"),
            ("topk(1, m{g=\"b\"})", r#"m{g="b",i="2"} 8"#),
            ("bottomk(2, m{g=\"b\"})", r#"m{g="b",i="2"} 8; m{g="b",i="1"} NaN"#),
            ("count_values(\"v\", m{i=\"1\"})", r#"{v="1"} 1; {v="NaN"} 1"#),
        ],
    );
}

#[test]
fn groups_have_the_samples_of_their_steps() {
    check_range(
        &store(DATA),
        [0, 2],
        &[
            ("sum by (g) (m @ 120)", r#"{g="a"} 6@0 6@60 6@120; {g="b"} 12@0 12@60 12@120"#),
            ("max(m)", "{} 5@0 8@60 6@120"),
            ("count(m == m)", "{} 4@0 3@60 4@120"),
            ("topk(1, m)", r#"m{g="b",i="1"} 5@0 6@120; m{g="b",i="2"} 8@60"#),
            // Of each step its own number: 0, then 1, then 2 of them.
            (
                "bottomk(scalar(vector(time() / 60)), m{g=\"a\"})",
                r#"m{g="a",i="1"} 1@60 4@120; m{g="a",i="2"} 2@120"#,
            ),
            ("quantile(scalar(m{g=\"a\",i=\"1\"}) - 1, m{g=\"b\"} > 5)", "{} 8@60 inf@120"),
        ],
    );
}
