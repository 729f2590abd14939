//! However a body is made, reading it takes memory in proportion to its length.

use std::alloc::System;

use prom_client_testkit::{Format, Parser, ScrapeResponse, Scraper, Store, Target, Timestamp};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes that are asked for in all, per byte of the body, what is given back meanwhile included. The dearest are messages
/// that are empty: two bytes of a body are a structure with all its fields.
const FACTOR: usize = 250;

/// What does not depend on the body.
const CONSTANT: usize = 64 * 1024;

/// A field of a protobuf message with bytes in it.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2][..], &varint(bytes.len()), bytes].concat()
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
    out
}

/// A family of this metric.
fn family(kind: u8, metric: &[u8]) -> Vec<u8> {
    let message = [&field(1, b"h")[..], &[0x18, kind], &field(4, metric)].concat();
    [varint(message.len()), message].concat()
}

/// Bodies of about this length that ask for a lot.
fn bodies(length: usize) -> Vec<(&'static str, Format, Vec<u8>)> {
    let times = |what: &str| what.repeat(length / what.len()).into_bytes();
    let numbered = |line: fn(usize) -> String, end: &str| {
        let lines: String = (0..length / line(0).len()).map(line).collect();
        (lines + end).into_bytes()
    };
    let empty = |number: u8| [number << 3 | 2, 0].repeat(length / 2);
    // A length, a number of buckets and a span that nothing stands behind.
    let span = field(12, &[0x10, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    vec![
        ("lines", Format::Text, times("\n")),
        ("samples of one series", Format::Text, times("a 1\n")),
        ("families", Format::Text, numbered(|i| format!("a{i} 1\n"), "")),
        ("help texts", Format::Text, numbered(|i| format!("# HELP a{i} b\n"), "")),
        ("labels", Format::Text, format!("a{{{}}} 1\n", "b=\"\",".repeat(length / 5)).into()),
        ("a name", Format::Text, [times("a"), b" 1\n".to_vec()].concat()),
        ("an open quote", Format::Text, [b"a{b=\"".to_vec(), times("\\n")].concat()),
        ("one long mistake", Format::Text, [b"a ".to_vec(), times("x")].concat()),
        ("samples", Format::OpenMetrics, numbered(|i| format!("a{i} 1\n"), "# EOF\n")),
        (
            "exemplars",
            Format::OpenMetrics,
            numbered(|i| format!("# TYPE a{i} counter\na{i}_total 1 # {{}} 1\n"), "# EOF\n"),
        ),
        ("families without a name", Format::Protobuf, vec![0; length]),
        ("metrics", Format::Protobuf, [varint(length), empty(4)].concat()),
        ("labels", Format::Protobuf, family(1, &empty(1))),
        ("buckets", Format::Protobuf, family(4, &field(7, &empty(3)))),
        ("exemplars", Format::Protobuf, family(4, &field(7, &empty(16)))),
        ("spans", Format::Protobuf, family(4, &field(7, &span.repeat(length / span.len())))),
        ("a length alone", Format::Protobuf, vec![0xff, 0xff, 0xff, 0xff, 0x07]),
        ("a long string", Format::Protobuf, vec![0x10, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]),
    ]
}

/// How many bytes were asked for meanwhile.
fn allocated(run: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    run();
    region.change().bytes_allocated
}

// The only test here: others would allocate beside it.
#[test]
fn no_body_takes_more_memory_than_a_multiple_of_its_length() {
    let mut most = (0, "");
    for length in [1_000, 100_000] {
        for (what, format, body) in bodies(length) {
            let parser = Parser::new(format);
            let ways: [(&str, &dyn Fn()); 3] = [
                ("leniently", &|| drop(parser.parse(&body))),
                ("strictly", &|| drop(parser.strict().parse(&body))),
                ("into a store", &|| {
                    let target = Target::new("j", |_: &str| (String::new(), Vec::new()));
                    let mut scraper = Scraper::new(target.fallback(format));
                    let answer = ScrapeResponse::new("", body.clone());
                    scraper.append(&mut Store::new(), Timestamp::from_millis(0), Ok(answer));
                }),
            ];
            for (way, run) in ways {
                let bytes = allocated(run);
                let limit = FACTOR * body.len() + CONSTANT;
                assert!(bytes <= limit, "{what} {way}: {bytes} for a body of {}", body.len());
                if length > 1_000 && body.len() > 1_000 {
                    most = most.max((bytes / body.len(), what));
                }
            }
        }
    }
    println!("at most {} bytes for each of the body: {}", most.0, most.1);
    assert!(most.0 > 10, "it was measured");
}
