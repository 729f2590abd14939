//! Mistakes, one of each sort: where it is found, and what is said about it.

use prom_client_testkit::{Format, Parser};

use crate::wire;

/// Nothing is wrong.
const OK: &str = "";

/// Bodies, and what is said about them by a lenient reader and by a strict one.
type Table = &'static [(&'static str, &'static str, &'static str)];

fn check(format: Format, table: Table) {
    let mut wrong = Vec::new();
    for (body, lenient, strict) in table {
        for (parser, expected) in
            [(Parser::new(format), lenient), (Parser::new(format).strict(), strict)]
        {
            let said = parser.parse(body.as_bytes()).err().map_or(OK.to_owned(), |error| {
                let (line, column) = (error.line(), error.column());
                let place = line.zip(column).expect("text has lines and columns");
                format!("{}:{} {}", place.0, place.1, error.message())
            });
            if said != *expected {
                wrong.push(format!("{body:?}\n  said     {said}\n  expected {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn mistakes_in_text_are_named_and_placed() {
    check(Format::Text, TEXT);
}

#[test]
fn mistakes_in_openmetrics_are_named_and_placed() {
    check(Format::OpenMetrics, OPENMETRICS);
}

#[test]
fn mistakes_in_protobuf_are_named() {
    let family = |name: &str, kind, fields: &[u8]| {
        wire::delimited(
            &[&wire::bytes(1, name.as_bytes()), &wire::integer(3, kind), fields].concat(),
        )
    };
    let gauge =
        |labels: &[u8]| wire::bytes(4, &[labels, &wire::bytes(2, &wire::float(1, 1.0))].concat());
    let label = |name: &str| {
        wire::bytes(1, &[wire::bytes(1, name.as_bytes()), wire::bytes(2, b"v")].concat())
    };
    let native = |fields: &[u8]| {
        let histogram = [&wire::float(6, 0.5), &wire::integer(1, 3), fields].concat();
        wire::bytes(4, &wire::bytes(7, &histogram))
    };
    let span = wire::bytes(12, &wire::integer(2, 2));
    let truncated = [&[9, 0x22, 40][..], &[0; 7]].concat();
    for (body, lenient, strict) in [
        (family("a", 1, &gauge(b"")), OK, OK),
        (b"a 1\n".to_vec(), "byte 0: the family needs 97 bytes, and there are 3", ""),
        (vec![0x80; 9], "byte 0: expected the length of a family, in at most five bytes", ""),
        (
            [family("a", 1, b""), vec![5, 1]].concat(),
            "byte 6: the family needs 5 bytes, and there are 1",
            "",
        ),
        (truncated, "byte 0: not a family: ", ""),
        (family("", 1, &gauge(b"")), "byte 0: the family has no name", ""),
        (family("a", 9, &gauge(b"")), "byte 0: family `a`: unknown metric type 9", ""),
        (family("a", 1, &gauge(&label(""))), "byte 0: a label has no name", ""),
        (
            family("a", 1, &gauge(&[label("b"), label("b")].concat())),
            "byte 0: family `a`: the label `b` is here twice",
            "",
        ),
        (
            family("a", 1, &[gauge(b""), wire::bytes(5, b"u")].concat()),
            "byte 0: the unit `u` is not the last part of the name `a`",
            "",
        ),
        (
            family("a", 1, &wire::bytes(4, &wire::integer(2, 1))),
            "byte 0: family `a`: a field 2 is of the wrong type",
            "",
        ),
        (
            family("h", 4, &native(&span)),
            "byte 0: family `h`: spans make room for 2 buckets, and there are 0",
            "",
        ),
        // What is wrong with numbers is found when the histogram is stored.
        (
            family("h", 4, &native(&[span, wire::signed(13, 1), wire::signed(13, 1)].concat())),
            OK,
            OK,
        ),
        (
            family("h", 4, &native(b"")),
            OK,
            "byte 0: family `h`: 0 observations found in buckets, but the count is 3",
        ),
        (
            family("h", 4, &native(&wire::signed(5, 9))),
            OK,
            "byte 0: family `h`: schema 9; known are -4 to 8",
        ),
    ] {
        let said = |parser: Parser| {
            parser.parse(&body).err().map_or(OK.to_owned(), |error| error.to_string())
        };
        // What is wrong leniently is wrong strictly.
        let strict = if lenient == OK { strict } else { lenient };
        for (said, expected) in [
            (said(Parser::new(Format::Protobuf)), lenient),
            (said(Parser::new(Format::Protobuf).strict()), strict),
        ] {
            // The words of the protobuf library are its own.
            let same = if expected.ends_with(": ") {
                said.starts_with(expected)
            } else {
                said == expected
            };
            assert!(same, "{body:?}\n  said     {said}\n  expected {expected}");
        }
    }
}

/// Text, as Prometheus reads it, and as the reference parser does.
const TEXT: Table = &[
    (
        "a",
        "1:2 expected a value, found the end of the exposition",
        "1:2 expected a value, found the end of the exposition",
    ),
    (
        "a{b='c'} 1\n",
        "1:5 expected a label value in double quotes, found `'`",
        "1:5 expected a label value in double quotes, found `'`",
    ),
    (
        "a{b=\"c} 1\n",
        "1:5 expected a closing quote, found the end of the exposition",
        "1:5 expected a closing quote, found the end of the line",
    ),
    (
        "a{b=\"c\n",
        "1:5 expected a closing quote, found the end of the exposition",
        "1:5 expected a closing quote, found the end of the line",
    ),
    (
        "a{=\"\"} 1\n",
        "1:3 expected a label name, found `=`",
        "1:3 expected a label name, found `=`",
    ),
    (
        "a{b} 1\n",
        "1:4 expected `=` after the label name, found `}`",
        "1:4 expected `=` after the label name, found `}`",
    ),
    (
        "a{b=\"1\",,} 1\n",
        "1:9 expected a label name, found `,`",
        "1:9 expected a label name, found `,`",
    ),
    ("a{b=\"1\" c=\"2\"} 1\n", OK, "1:9 expected `,` or `}` after the label value, found `c`"),
    (
        "a{b=\"1\",b=\"2\"} 1\n",
        "1:9 the label `b` is here twice",
        "1:9 the label `b` is here twice",
    ),
    ("{b=\"1\"} 1\n", "1:1 the sample has no name", "1:1 the sample has no name"),
    ("{\"a\",\"b\"} 1\n", "1:7 the sample has a name already", "1:7 the sample has a name already"),
    ("{\"\"} 1\n", "1:3 the name of the metric is empty", "1:3 the name of the metric is empty"),
    (
        "a{__name__=\"b\"} 1\n",
        "1:3 the label `__name__` is reserved",
        "1:3 the label `__name__` is reserved",
    ),
    ("a 1_0\n", "1:3 expected a value, found `1_0`", "1:3 expected a value, found `1_0`"),
    (
        "a 1e400\n",
        "1:3 `1e400` is out of range for a value",
        "1:3 `1e400` is out of range for a value",
    ),
    ("a one\n", "1:3 expected a value, found `one`", "1:3 expected a value, found `one`"),
    ("a 1 -1\n", "1:5 expected a timestamp or the end of the line, found `-`", OK),
    (
        "a 1 1.5\n",
        "1:6 expected the end of the line after the timestamp, found `.`",
        "1:5 expected a timestamp in milliseconds, found `1.5`",
    ),
    (
        "a 1 99999999999999999999\n",
        "1:5 `99999999999999999999` is out of range for a timestamp in milliseconds",
        "1:5 `99999999999999999999` is out of range for a timestamp in milliseconds",
    ),
    (
        "a 1 2 3\n",
        "1:7 expected the end of the line after the timestamp, found `3`",
        "1:6 expected the end of the line, found ` `",
    ),
    (
        "@a 1\n",
        "1:1 expected the name of a metric, `{` or a comment, found `@`",
        "1:1 expected the name of a metric, `{` or a comment, found `@`",
    ),
    ("# TYPE a info\n", "1:10 unknown metric type `info`", "1:10 unknown metric type `info`"),
    (
        "# TYPE 1a counter\n",
        "1:8 expected the name of a metric after `TYPE`, found `1`",
        "1:8 expected the name of a metric, found `1`",
    ),
    ("# HELP a \\q\na 1\n", OK, r#"1:10 unknown escape `\q`; known are `\\`, `\"` and `\n`"#),
    ("a{b=\"\\q\"} 1\n", OK, r#"1:6 unknown escape `\q`; known are `\\`, `\"` and `\n`"#),
    (
        "a 1\n# TYPE a counter\n",
        OK,
        "2:1 TYPE line for `a` is the second, or comes after its samples",
    ),
    ("# HELP a x\n# HELP a y\n", OK, "2:1 HELP line for `a` is the second"),
    ("# TYPE h histogram\nh_bucket{le=\"x\"} 1\n", OK, "2:14 expected a number in `le`, found `x`"),
    (
        "# TYPE h histogram\nh_count -1\n",
        OK,
        "2:9 family `h`: a histogram has no counts below zero",
    ),
    ("a 1 \n", OK, "1:5 expected a timestamp, found the end of the line"),
    ("a 1\r\n", r#"1:3 expected a value, found `1\r`"#, r#"1:3 expected a value, found `1\r`"#),
    (
        "\u{feff}a 1\n",
        r#"1:1 expected the name of a metric, `{` or a comment, found `\u{feff}`"#,
        r#"1:1 expected the name of a metric, `{` or a comment, found `\u{feff}`"#,
    ),
    (
        "{a.b} 1\n",
        "1:3 expected `=` after the label name, found `.`",
        "1:3 expected `=` after the label name, found `.`",
    ),
    (
        "a{b=\"1\"",
        "1:8 expected a label name, found the end of the exposition",
        "1:8 expected `,` or `}` after the label value, found the end of the exposition",
    ),
    (
        "a{é=\"1\"} 1\n",
        "1:3 expected a label name, found `é`",
        "1:3 expected a label name, found `é`",
    ),
];

/// OpenMetrics, as Prometheus reads it, and as the specification has it.
const OPENMETRICS: Table = &[
    ("a 1\n", "2:1 expected `# EOF` as the last line", "2:1 expected `# EOF` as the last line"),
    ("a 1\n# EOF\nb 1\n", "3:1 unexpected data after `# EOF`", "3:1 unexpected data after `# EOF`"),
    ("# EOF x", "1:6 unexpected data after `# EOF`", "1:6 unexpected data after `# EOF`"),
    (
        "a  1\n# EOF\n",
        "1:3 expected a blank and a value, found ` `",
        "1:3 expected a blank and a value, found ` `",
    ),
    (
        " a 1\n# EOF\n",
        "1:1 expected the name of a metric, `{` or `#`, found ` `",
        "1:1 expected the name of a metric, `{` or `#`, found ` `",
    ),
    (
        "\n# EOF\n",
        "1:1 expected the name of a metric, `{` or `#`, found the end of the line",
        "1:1 expected the name of a metric, `{` or `#`, found the end of the line",
    ),
    (
        "# hi\n# EOF\n",
        "1:3 expected `TYPE`, `HELP` or `UNIT` and a blank, or `EOF`, found `h`",
        "1:3 expected `TYPE`, `HELP` or `UNIT` and a blank, or `EOF`, found `h`",
    ),
    (
        "#TYPE a gauge\n# EOF\n",
        "1:2 expected one blank after `#`, found `T`",
        "1:2 expected one blank after `#`, found `T`",
    ),
    (
        "# TYPE a untyped\n# EOF\n",
        "1:10 unknown metric type `untyped`",
        "1:10 unknown metric type `untyped`",
    ),
    (
        "# TYPE a\n# EOF\n",
        "1:9 expected a blank and a type, found the end of the line",
        "1:9 expected a blank and a type, found the end of the line",
    ),
    (
        "# UNIT a seconds\n# EOF\n",
        "1:10 the unit `seconds` is not the last part of the name `a`",
        "1:10 the unit `seconds` is not the last part of the name `a`",
    ),
    ("a{b=\"1\", c=\"2\"} 1\n# EOF\n", "1:9 expected a label name, found ` `", OK),
    ("a{b=\"1\",} 1\n# EOF\n", OK, "1:9 expected a label name after the comma, found `}`"),
    (
        "a{b=\"1\"c=\"2\"} 1\n# EOF\n",
        "1:8 expected `,` or `}` after the label value, found `c`",
        "1:8 expected `,` or `}` after the label value, found `c`",
    ),
    ("a 1 NaN\n# EOF\n", "1:5 `NaN` is no time", "1:5 `NaN` is no time"),
    ("a 1 # {} 1\n# EOF\n", OK, "1:7 family `a`: only buckets and counters have exemplars"),
    (
        "# TYPE a counter\na_total 1 # {b=\"1\"}\n# EOF\n",
        "2:20 expected a blank and the value of the exemplar, found the end of the line",
        "2:20 expected a blank and the value of the exemplar, found the end of the line",
    ),
    (
        "# TYPE a counter\na_total 1 # {\"b\"} 1\n# EOF\n",
        "2:17 expected `=` after the label name, found `}`",
        "2:17 expected `=` after the label name, found `}`",
    ),
    (
        "# TYPE a counter\na 1\n# EOF\n",
        OK,
        "2:1 family `a`: its samples end in `_total`, which its TYPE line leaves out",
    ),
    (
        "# TYPE a counter\na_total -1\n# EOF\n",
        OK,
        "2:9 family `a`: what counts or adds up is never negative",
    ),
    (
        "# TYPE a counter\na_total NaN\n# EOF\n",
        OK,
        "2:9 family `a`: what counts or adds up is never NaN",
    ),
    ("# TYPE a gauge\n# TYPE a gauge\n# EOF\n", OK, "2:1 TYPE line for `a` is the second"),
    (
        "# TYPE a gauge\na 1\n# HELP a x\n# EOF\n",
        OK,
        "3:1 HELP line for `a` comes after its samples",
    ),
    ("# TYPE a gauge\na 1\nb 1\na 2\n# EOF\n", OK, "4:1 the name `a` belongs to an earlier family"),
    (
        "# TYPE a_created gauge\n# TYPE a counter\n# EOF\n",
        OK,
        "2:1 the name `a_created` belongs to an earlier family",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\n# EOF\n",
        OK,
        "2:1 family `a`: a histogram has a bucket `+Inf`, as its last one",
    ),
    (
        "# TYPE a histogram\na_bucket 1\n# EOF\n",
        OK,
        "2:1 family `a`: a bucket has a label `le`, a number, and infinity is spelled `+Inf`",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"inf\"} 1\n# EOF\n",
        OK,
        "2:1 family `a`: a bucket has a label `le`, a number, and infinity is spelled `+Inf`",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1.5\n# EOF\n",
        OK,
        "2:21 family `a`: buckets and counts are integers",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"2\"} 1\na_bucket{le=\"1\"} 1\n# EOF\n",
        OK,
        "3:1 family `a`: buckets stand in the order of their bounds, each once",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n# EOF\n",
        OK,
        "3:1 family `a`: a bucket counts all that those before it count",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 2\na_sum 1\n# EOF\n",
        OK,
        "2:1 family `a`: the count is what the bucket `+Inf` has",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\n# EOF\n",
        OK,
        "2:1 family `a`: where there is a sum there is a count",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\n# EOF\n",
        OK,
        "2:1 family `a`: where there is a count there is a sum",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"-1.0\"} 1\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n# EOF\n",
        OK,
        "2:1 family `a`: with observations below zero there is no sum, since it would shrink",
    ),
    (
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gcount 1\na_gsum -1\n# EOF\n",
        OK,
        "2:1 family `a`: without observations below zero the sum is not negative",
    ),
    (
        "# TYPE a summary\na{quantile=\"2\"} 1\n# EOF\n",
        OK,
        "2:1 family `a`: a quantile has a label `quantile`, a number from 0 to 1",
    ),
    (
        "# TYPE a summary\na{quantile=\"0.5\"} -1\n# EOF\n",
        OK,
        "2:19 family `a`: a quantile is never negative",
    ),
    ("# TYPE a info\na_info 2\n# EOF\n", OK, "2:8 family `a`: the value of info is 1"),
    ("# TYPE a info\n# UNIT a \n# EOF\n", OK, OK),
    (
        "# TYPE a_u info\n# UNIT a_u u\na_u_info 1\n# EOF\n",
        OK,
        "2:1 family `a_u`: info and stateset have no unit",
    ),
    (
        "# TYPE a stateset\na 1\n# EOF\n",
        OK,
        "2:1 family `a`: each state is in a label named like the stateset",
    ),
    ("# TYPE a stateset\na{a=\"x\"} 2\n# EOF\n", OK, "2:10 family `a`: a state is 0 or 1"),
    ("a{b=\"1\"} 1\na{b=\"2\"} 1\n# EOF\n", OK, OK),
    (
        "# TYPE a gauge\na{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"1\"} 1\n# EOF\n",
        OK,
        "4:1 family `a`: the samples of one metric stand together",
    ),
    (
        "# TYPE a gauge\na 1 1\na 1\n# EOF\n",
        OK,
        "3:1 family `a`: of one metric all samples have a time, or none has",
    ),
    (
        "# TYPE a gauge\na 1 2\na 1 1.9999\n# EOF\n",
        OK,
        "3:1 family `a`: the times of one metric do not go back",
    ),
];
