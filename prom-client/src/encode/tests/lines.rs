//! Any samples with any strings, read back by a reader that shares nothing with the encoder.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;
use crate::desc::Escaping;
use crate::encode::number::{write_canonical, write_shortest};

/// A family as it is pushed.
#[derive(Clone, Debug)]
pub(super) struct Pushed {
    pub(super) desc: Desc,
    /// Name and value.
    pub(super) constant: Option<(String, String)>,
    pub(super) names: Vec<String>,
    pub(super) series: Vec<(Vec<String>, Drawn)>,
}

/// The point of a series, whatever its kind takes of it.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub(super) number: Number,
    pub(super) bounds: Vec<f64>,
    pub(super) counts: Vec<u64>,
    pub(super) sum: f64,
    /// One or more, all different.
    pub(super) states: Vec<String>,
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
        for content_type in content_types() {
            let text = encoded(content_type, |sink| push(&families, sink));
            let (read, helps) = read(&text, content_type.format());
            let pushed: Vec<&str> = families.iter().map(|family| family.desc.help()).collect();
            prop_assert!(helps.iter().eq(pushed.iter().filter(|help| !help.is_empty())));
            let expected: Vec<Read> =
                families.iter().flat_map(|family| lines(family, content_type)).collect();
            let quotes = content_type.escaping() == Escaping::AllowUtf8;
            let has_quotes = text.lines().any(|line| line.starts_with('{'));
            prop_assert!(quotes || !has_quotes);
            prop_assert_eq!(read.len(), expected.len());
            for (read, expected) in read.iter().zip(&expected) {
                prop_assert_eq!(&read.name, &expected.name);
                prop_assert_eq!(&read.labels, &expected.labels);
                prop_assert!(same(&read.number, &expected.number), "{:?} {:?}", read, expected);
            }
        }
    }
}

fn content_types() -> impl Iterator<Item = ContentType> {
    let all = [Escaping::AllowUtf8].into_iter().chain(Escaping::CHANGING);
    all.flat_map(|escaping| {
        [Format::Text, Format::OpenMetrics].map(|format| ContentType::new(format, escaping))
    })
}

pub(super) fn family() -> impl Strategy<Value = Pushed> {
    let kind = prop::sample::select(vec![
        Kind::Counter,
        Kind::Gauge,
        Kind::Histogram,
        Kind::GaugeHistogram,
        Kind::Summary,
        Kind::Info,
        Kind::StateSet,
        Kind::Unknown,
    ]);
    let constant = proptest::option::of((name(), nasty()));
    (name(), nasty(), kind, constant, vec(name(), 0..4)).prop_flat_map(
        |(name, help, kind, constant, mut names)| {
            for (i, name) in names.iter_mut().enumerate() {
                // Different also where they are escaped.
                name.push_str(&format!("_{i}"));
            }
            // An empty constant label is no label. Escaped, it is named neither like another nor like the family, which
            // names the states of a state set.
            let constant = constant.filter(|(_, value)| !value.is_empty());
            let constant = constant.map(|(name, value)| (name + "_c", value));
            let desc = Desc::new_in(Names::Utf8, &name, help, kind).unwrap();
            // By values: no label set comes twice.
            btree_map(vec(nasty(), names.len()), drawn(), 0..5).prop_map(move |series| Pushed {
                desc: desc.clone(),
                constant: constant.clone(),
                names: names.clone(),
                series: series.into_iter().collect(),
            })
        },
    )
}

/// Names, classic and others, of which none is reserved.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-zA-Z][a-zA-Z0-9_]{0,40}x",
        1 => "[0-9.:]x",
        2 => nasty().prop_map(|name| name.replace('\0', "") + "x"),
    ]
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
    let states = vec(nasty(), 1..4).prop_map(|mut states| {
        states.iter_mut().enumerate().for_each(|(i, state)| state.push_str(&i.to_string()));
        states
    });
    (
        number,
        vec(
            prop_oneof![-1e9..1e9_f64, any::<f64>().prop_filter("a bound", |b| b.is_finite())],
            0..6,
        ),
        vec(0..1_u64 << 60, 7),
        any::<u64>(),
        states,
    )
        .prop_map(|(number, mut bounds, mut counts, sum, states)| {
            bounds.sort_by(f64::total_cmp);
            counts.truncate(bounds.len() + 1);
            Drawn { number, bounds, counts, sum: f64::from_bits(sum), states }
        })
}

fn push(families: &[Pushed], sink: &mut dyn Sink) {
    for family in families {
        sink.family(&family.desc);
        sink.schema(&family.schema());
        for (given, drawn) in &family.series {
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            let states: Vec<&str> = drawn.states.iter().map(String::as_str).collect();
            let point = drawn.point(family.desc.kind(), &states);
            sink.series(&values(&given), &point, None);
        }
    }
}

impl Pushed {
    pub(super) fn schema(&self) -> Schema {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let constant: Vec<_> =
            self.constant.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        schema(&constant, &names, self.desc.kind())
    }
}

impl Drawn {
    /// What a series of this kind takes of it, with its own states.
    pub(super) fn point<'a>(&'a self, kind: Kind, states: &'a [&'a str]) -> Point<'a> {
        let histogram = || HistogramPoint::new(&self.bounds, &self.counts, self.sum);
        match kind {
            Kind::Counter => Point::Counter(self.number),
            Kind::Gauge => Point::Gauge(self.number),
            Kind::Histogram => Point::Histogram(histogram()),
            Kind::GaugeHistogram => Point::GaugeHistogram(histogram()),
            Kind::Summary => {
                let (ranks, values) = (&self.bounds, &self.bounds);
                Point::Summary(SummaryPoint::new(self.counts[0], self.sum, ranks, values))
            }
            Kind::Info => Point::Info,
            Kind::StateSet => Point::StateSet(StateSetPoint::new(states, self.current())),
            Kind::Unknown => Point::Unknown(self.number),
        }
    }

    /// The place of the state that is.
    pub(super) fn current(&self) -> usize {
        self.counts[0] as usize % self.states.len()
    }

    /// Whether OpenMetrics shows the sum of a histogram of this kind.
    pub(super) fn has_sum_in_openmetrics(&self, kind: Kind) -> bool {
        let negative = self.bounds.iter().any(|b| *b < 0.0);
        match kind {
            Kind::GaugeHistogram => self.sum >= 0.0 || negative && !self.sum.is_nan(),
            _ => self.sum >= 0.0 && !negative,
        }
    }
}

/// The lines that a family should have.
fn lines(family: &Pushed, content_type: ContentType) -> Vec<Read> {
    let (format, escaping) = (content_type.format(), content_type.escaping());
    let family_name = escaping.family_name(&family.desc);
    let mut lines = Vec::new();
    for (values, drawn) in &family.series {
        let own = family.names.iter().cloned().zip(values.iter().cloned());
        let labels: Vec<_> = family.constant.iter().cloned().chain(own).collect();
        let own_label = family.desc.own_label().unwrap_or_default();
        let mut line = |suffix: &str, last: Option<String>, number: String| {
            let last = last.map(|last| (own_label.to_owned(), last));
            let labels = labels.iter().cloned().chain(last);
            let labels = labels
                .map(|(name, value)| {
                    (
                        LabelName::parse_in(Names::Utf8, name)
                            .unwrap()
                            .escaped(escaping)
                            .into_owned(),
                        value,
                    )
                })
                .collect();
            lines.push(Read { name: format!("{family_name}{suffix}"), labels, number });
        };
        match family.desc.kind() {
            Kind::Counter => line("_total", None, digits(drawn.number)),
            Kind::Gauge | Kind::Unknown => line("", None, digits(drawn.number)),
            Kind::Info => line("_info", None, "1".into()),
            Kind::StateSet => {
                for (i, state) in drawn.states.iter().enumerate() {
                    line("", Some(state.clone()), u8::from(i == drawn.current()).to_string());
                }
            }
            kind @ (Kind::Histogram | Kind::GaugeHistogram) => {
                let mut count = 0;
                let bounds = drawn.bounds.iter().copied().chain([f64::INFINITY]);
                for (n, bound) in drawn.counts.iter().zip(bounds) {
                    count += n;
                    line("_bucket", Some(le(bound, format)), count.to_string());
                }
                let gauge = kind == Kind::GaugeHistogram;
                let g = if gauge && format == Format::OpenMetrics { "g" } else { "" };
                if format == Format::Text || drawn.has_sum_in_openmetrics(kind) {
                    line(&format!("_{g}sum"), None, format!("{:?}", drawn.sum));
                    line(&format!("_{g}count"), None, count.to_string());
                }
            }
            Kind::Summary => {
                for rank in drawn.bounds.iter().filter(|b| format == Format::Text || **b >= 0.0) {
                    line("", Some(le(*rank, format)), format!("{rank:?}"));
                }
                if format == Format::Text || drawn.sum >= 0.0 {
                    line("_sum", None, format!("{:?}", drawn.sum));
                }
                line("_count", None, drawn.counts[0].to_string());
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

/// The form of numbers has its own tests.
fn le(bound: f64, format: Format) -> String {
    match format {
        Format::Text => text_of(|to| write_shortest(bound, to)),
        _ => canonical(bound),
    }
}

/// A bound as OpenMetrics has it, and servers keep it.
pub(super) fn canonical(bound: f64) -> String {
    text_of(|to| write_canonical(bound, to))
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
        _ => text.strip_suffix("# EOF\n").expect("an end"),
    };
    assert!(body.is_empty() || body.ends_with('\n'), "a line feed at the end");
    let (mut samples, mut helps) = (Vec::new(), Vec::new());
    let mut family = String::new();
    for line in body.split_terminator('\n') {
        if let Some(line) = line.strip_prefix("# TYPE ") {
            let mut rest = line.chars();
            family = name_up_to(&mut rest, ' ');
            let kind = rest.as_str();
            let kinds = match format {
                Format::Text => &["counter", "gauge", "histogram", "summary", "untyped"][..],
                _ => &[
                    "counter",
                    "gauge",
                    "histogram",
                    "gaugehistogram",
                    "summary",
                    "info",
                    "stateset",
                    "unknown",
                ],
            };
            assert!(kinds.contains(&kind), "{line:?}");
        } else if let Some(line) = line.strip_prefix("# HELP ") {
            let mut rest = line.chars();
            let name = name_up_to(&mut rest, ' ');
            assert!(family.is_empty() || format == Format::Text || name == family, "{line:?}");
            helps.push(unescape(&mut rest, format == Format::OpenMetrics, None));
        } else {
            let sample = sample(line);
            assert!(sample.name.starts_with(&family), "{line:?} in {family}");
            samples.push(sample);
        }
    }
    (samples, helps)
}

/// `name{a="b",c="d"} 1` or `{"name",a="b","c"="d"} 1`, with one blank and none elsewhere.
fn sample(line: &str) -> Read {
    let mut rest = line.chars();
    let mut labels = Vec::new();
    let mut name = String::new();
    let mut next = Some(',');
    if line.starts_with('{') {
        rest.next();
        assert!(rest.as_str().starts_with('"'), "{line:?}");
        (name, next) = name_at(&mut rest, true);
    } else {
        let len = line.find(['{', ' ']).unwrap();
        rest.by_ref().take(len).for_each(|c| name.push(c));
        assert!(is_plain(&name, true), "{line:?}");
        if rest.next() == Some(' ') {
            next = None;
        }
    }
    while next == Some(',') {
        let label = name_up_to(&mut rest, '=');
        assert_eq!(rest.next(), Some('"'), "{line:?}");
        labels.push((label, unescape(&mut rest, true, Some('"'))));
        next = rest.next();
    }
    if let Some(next) = next {
        assert_eq!((next, rest.next()), ('}', Some(' ')), "{line:?}");
    }
    let number = rest.as_str().to_owned();
    assert!(!number.contains(char::is_whitespace), "{line:?}");
    Read { name, labels, number }
}

/// A name, in quotes or not, and the character behind it, which is to be this one.
fn name_up_to(from: &mut std::str::Chars<'_>, end: char) -> String {
    // Only names of metrics may have a colon without quotes.
    let (name, next) = name_at(from, end != '=');
    assert_eq!(next, Some(end), "behind {name:?}");
    name
}

fn name_at(from: &mut std::str::Chars<'_>, colons: bool) -> (String, Option<char>) {
    let mut name = String::new();
    for c in from.by_ref() {
        match c {
            '"' if name.is_empty() => {
                name = unescape(from, true, Some('"'));
                // With a colon it may be a state set's, which is a label's too.
                assert!(!is_plain(&name, false), "quotes without need");
                return (name, from.next());
            }
            _ if is_plain(&format!("{name}{c}"), colons) => name.push(c),
            end => return (name, Some(end)),
        }
    }
    (name, None)
}

/// Whether it may stand without quotes.
fn is_plain(name: &str, colons: bool) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || (c == ':' && colons))
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
