//! Any samples with any strings, read back by a reader that shares nothing with the encoder.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A family as it is pushed.
#[derive(Clone, Debug)]
struct Pushed {
    help: String,
    kind: Kind,
    constant: Option<String>,
    series: Vec<(Vec<String>, Drawn)>,
}

/// The point of a series, whatever its kind takes of it.
#[derive(Clone, Debug)]
struct Drawn {
    number: Number,
    bounds: Vec<f64>,
    counts: Vec<u64>,
    sum: f64,
}

/// A line of samples as it is read.
#[derive(Debug, PartialEq)]
struct Read {
    name: String,
    labels: Vec<(String, String)>,
    /// As text, since an exposition may have digits that a float has not.
    number: String,
}

proptest! {
    #[test]
    fn every_line_reads_back_as_what_was_pushed(families in vec(family(), 0..4)) {
        for format in [Format::Text, Format::OpenMetrics] {
            let text = encoded(format, |sink| push(&families, sink));
            let (read, helps) = read(&text, format);
            let pushed: Vec<&str> = families.iter().map(|family| family.help.as_str()).collect();
            prop_assert!(helps.iter().eq(pushed.iter().filter(|help| !help.is_empty())));
            let numbered = families.iter().enumerate();
            let expected: Vec<Read> =
                numbered.flat_map(|(i, family)| lines(i, family, format)).collect();
            prop_assert_eq!(read.len(), expected.len());
            for (read, expected) in read.iter().zip(&expected) {
                prop_assert_eq!(&read.name, &expected.name);
                prop_assert_eq!(&read.labels, &expected.labels);
                prop_assert!(same(&read.number, &expected.number), "{:?} {:?}", read, expected);
            }
        }
    }
}

fn family() -> impl Strategy<Value = Pushed> {
    let kind = prop_oneof![Just(Kind::Counter), Just(Kind::Gauge), Just(Kind::Histogram)];
    (nasty(), kind, proptest::option::of(nasty()), 0..4_usize).prop_flat_map(
        |(help, kind, constant, names)| {
            vec((vec(nasty(), names), drawn()), 0..5).prop_map(move |series| {
                // An empty constant label is no label.
                let constant = constant.clone().filter(|value| !value.is_empty());
                Pushed { help: help.clone(), kind, constant, series }
            })
        },
    )
}

/// Strings of all that a format gives a meaning, at lengths around the encoder's blocks.
fn nasty() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        3 => prop::sample::select("\\\"\n\r{},= #\0né😀".chars().collect::<Vec<_>>()),
        2 => prop::char::range('a', 'z'),
    ];
    prop_oneof![4 => vec(c, 0..100), 1 => vec(Just('x'), 28..36)].prop_map(String::from_iter)
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let number = prop_oneof![
        any::<u64>().prop_map(Number::U64),
        any::<i64>().prop_map(Number::I64),
        any::<f64>().prop_map(Number::F64),
        any::<u64>().prop_map(|bits| Number::F64(f64::from_bits(bits))),
    ];
    (number, vec(-1e9..1e9_f64, 0..6), vec(0..1_u64 << 60, 7), any::<u64>()).prop_map(
        |(number, mut bounds, mut counts, sum)| {
            bounds.sort_by(f64::total_cmp);
            counts.truncate(bounds.len() + 1);
            Drawn { number, bounds, counts, sum: f64::from_bits(sum) }
        },
    )
}

const NAMES: [&str; 3] = ["label_0", "label_1", "a_label_with_a_very_long_name_indeed_2"];

fn push(families: &[Pushed], sink: &mut dyn Sink) {
    for (i, family) in families.iter().enumerate() {
        sink.family(&desc(&format!("family_{i}"), &family.help, family.kind));
        let names = family.series.first().map_or(0, |(values, _)| values.len());
        let constant: Vec<_> =
            family.constant.iter().map(|value| ("constant", value.as_str())).collect();
        sink.schema(&schema(&constant, &NAMES[..names], family.kind));
        for (given, drawn) in &family.series {
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            let point = match family.kind {
                Kind::Counter => Point::Counter(drawn.number.into()),
                Kind::Gauge => Point::Gauge(drawn.number),
                Kind::Histogram => {
                    Point::Histogram(HistogramPoint::new(&drawn.bounds, &drawn.counts, drawn.sum))
                }
            };
            sink.series(&values(&given), &point, None);
        }
    }
}

/// The lines that a family should have.
fn lines(i: usize, family: &Pushed, format: Format) -> Vec<Read> {
    let mut lines = Vec::new();
    for (values, drawn) in &family.series {
        let constant = family.constant.iter().map(|value| ("constant".to_owned(), value.clone()));
        let own = NAMES.iter().map(|name| (*name).to_owned()).zip(values.iter().cloned());
        let labels: Vec<_> = constant.chain(own).collect();
        let mut line = |suffix: &str, le: Option<String>, number: String| {
            let le = le.map(|le| ("le".to_owned(), le));
            let labels = labels.iter().cloned().chain(le).collect();
            lines.push(Read { name: format!("family_{i}{suffix}"), labels, number });
        };
        match family.kind {
            Kind::Counter => line("_total", None, digits(drawn.number)),
            Kind::Gauge => line("", None, digits(drawn.number)),
            Kind::Histogram => {
                let mut count = 0;
                let bounds = drawn.bounds.iter().copied().chain([f64::INFINITY]);
                for (n, bound) in drawn.counts.iter().zip(bounds) {
                    count += n;
                    line("_bucket", Some(le(bound, format)), count.to_string());
                }
                let forbidden =
                    drawn.bounds.iter().any(|b| *b < 0.0) || drawn.sum.is_nan() || drawn.sum < 0.0;
                if format == Format::Text || !forbidden {
                    line("_sum", None, format!("{:?}", drawn.sum));
                    line("_count", None, count.to_string());
                }
            }
        }
    }
    lines
}

fn digits(number: Number) -> String {
    match number {
        Number::U64(n) => n.to_string(),
        Number::I64(n) => n.to_string(),
        Number::F64(n) => format!("{n:?}"),
    }
}

fn le(bound: f64, format: Format) -> String {
    use crate::encode::cursor::{BLOCK, written};
    use crate::encode::number::{write_canonical, write_shortest};

    // The form of numbers has its own tests.
    let mut room = [0; 2 * BLOCK];
    let len = written(&mut room, |to| match format {
        Format::Text => write_shortest(bound, to),
        Format::OpenMetrics => write_canonical(bound, to),
    });
    String::from_utf8(room[..len].to_vec()).unwrap()
}

/// Integers to the last digit; floats as the numbers they are.
fn same(read: &str, pushed: &str) -> bool {
    if pushed.contains(['.', 'e', 'N', 'i']) {
        let (read, pushed): (f64, f64) = (read.parse().unwrap(), pushed.parse().unwrap());
        read == pushed || (read.is_nan() && pushed.is_nan())
    } else {
        read == pushed
    }
}

/// The samples and the help texts of an exposition. Panics at what is not well-formed.
fn read(text: &str, format: Format) -> (Vec<Read>, Vec<String>) {
    let body = match format {
        Format::Text => text,
        Format::OpenMetrics => text.strip_suffix("# EOF\n").expect("an end"),
    };
    assert!(body.is_empty() || body.ends_with('\n'), "a line feed at the end");
    let (mut samples, mut helps) = (Vec::new(), Vec::new());
    let mut family = String::new();
    for line in body.split_terminator('\n') {
        if let Some(line) = line.strip_prefix("# TYPE ") {
            let (name, kind) = line.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line:?}");
            family = name.to_owned();
        } else if let Some(line) = line.strip_prefix("# HELP ") {
            let (_, help) = line.split_once(' ').unwrap();
            helps.push(unescape(&mut help.chars(), format == Format::OpenMetrics, None));
        } else {
            let sample = sample(line);
            assert!(sample.name.starts_with(&family), "{line:?} in {family}");
            samples.push(sample);
        }
    }
    (samples, helps)
}

/// `name{a="b",c="d"} 1`, with one blank and none elsewhere.
fn sample(line: &str) -> Read {
    let name_len = line.find(['{', ' ']).unwrap();
    let mut rest = line[name_len..].chars();
    let mut labels = Vec::new();
    if rest.next() == Some('{') {
        loop {
            let name: String = rest.by_ref().take_while(|c| *c != '=').collect();
            assert!(
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
                "{line:?}"
            );
            assert_eq!(rest.next(), Some('"'), "{line:?}");
            labels.push((name, unescape(&mut rest, true, Some('"'))));
            match rest.next() {
                Some(',') => {}
                Some('}') => break,
                other => panic!("{other:?} behind a label in {line:?}"),
            }
        }
        assert_eq!(rest.next(), Some(' '), "{line:?}");
    }
    let number = rest.as_str().to_owned();
    assert!(!number.contains(char::is_whitespace), "{line:?}");
    Read { name: line[..name_len].to_owned(), labels, number }
}

/// The text up to `end`, which is a quote that no backslash precedes.
fn unescape(from: &mut std::str::Chars<'_>, quotes: bool, end: Option<char>) -> String {
    let mut text = String::new();
    while let Some(c) = from.next() {
        match c {
            '\\' => text.push(match from.next().expect("an escape is whole") {
                'n' => '\n',
                '"' if quotes => '"',
                '\\' => '\\',
                other => panic!("unknown escape {other:?}"),
            }),
            _ if Some(c) == end => return text,
            '"' if quotes => panic!("a bare quote"),
            _ => text.push(c),
        }
    }
    assert_eq!(end, None, "the text ends");
    text
}
