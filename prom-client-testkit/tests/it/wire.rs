//! Protobuf by hand: fields, and the messages of an exposition.

use prom_client_testkit::Kind;

use crate::generate::{Exemplar, Family, Metric, Native};
use crate::print::{Style, family_name, labels, lines};

/// A field of bytes: a string, or a message.
pub(crate) fn bytes(number: u64, bytes: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), delimited(bytes)].concat()
}

/// Bytes with their length before them.
pub(crate) fn delimited(bytes: &[u8]) -> Vec<u8> {
    [varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// A field with an integer.
pub(crate) fn integer(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3), varint(value)].concat()
}

/// A field with an integer that may be negative, in zigzag.
pub(crate) fn signed(number: u64, value: i64) -> Vec<u8> {
    integer(number, zigzag(value))
}

/// Positive and negative integers in turns.
pub(crate) fn zigzag(value: i64) -> u64 {
    (value.wrapping_shl(1) ^ (value >> 63)) as u64
}

/// A field with a float.
pub(crate) fn float(number: u64, value: f64) -> Vec<u8> {
    [varint(number << 3 | 1), value.to_le_bytes().to_vec()].concat()
}

pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
    out
}

/// An exposition.
pub(crate) fn exposition(families: &[Family]) -> Vec<u8> {
    families.iter().flat_map(|family| delimited(&message(family))).collect()
}

fn message(family: &Family) -> Vec<u8> {
    let mut out = bytes(1, family_name(Style::Protobuf, family).as_bytes());
    if let Some(help) = &family.help {
        out.extend(bytes(2, help.as_bytes()));
    }
    let kind = match family.kind {
        Kind::Counter => 0,
        Kind::Gauge => 1,
        Kind::Summary => 2,
        Kind::Histogram => 4,
        Kind::GaugeHistogram => 5,
        _ => 3,
    };
    out.extend(integer(3, kind));
    for metric in &family.metrics {
        let mut inside = Vec::new();
        for (name, value) in labels(family, metric) {
            inside.extend(bytes(
                1,
                &[bytes(1, name.as_bytes()), bytes(2, value.as_bytes())].concat(),
            ));
        }
        inside.extend(values(family.kind, metric));
        inside.extend(metric.millis.map(|millis| integer(6, millis as u64)).unwrap_or_default());
        out.extend(bytes(4, &inside));
    }
    out
}

fn values(kind: Kind, metric: &Metric) -> Vec<u8> {
    let lines = lines(Style::Protobuf, kind, metric);
    let exemplar = |number| {
        let exemplar =
            metric.exemplar.as_ref().map(|exemplar| bytes(number, &message_of(exemplar)));
        exemplar.unwrap_or_default()
    };
    match kind {
        Kind::Counter => bytes(3, &[float(1, lines[0].value), exemplar(2)].concat()),
        Kind::Gauge => bytes(2, &float(1, lines[0].value)),
        Kind::Histogram | Kind::GaugeHistogram => {
            let mut out = [integer(1, lines[0].value as u64), float(2, lines[1].value)].concat();
            // The bucket for infinity is the reader's to add.
            for line in lines[2..].iter().filter(|line| line.exemplar) {
                let bound = line.bound.expect("a bucket has one").1;
                let bucket = [integer(1, line.value as u64), float(2, bound.1), exemplar(3)];
                out.extend(bytes(3, &bucket.concat()));
            }
            bytes(7, &out)
        }
        Kind::Summary => {
            let mut out = [integer(1, lines[0].value as u64), float(2, lines[1].value)].concat();
            for line in &lines[2..] {
                let bound = line.bound.expect("a quantile has one").1;
                out.extend(bytes(3, &[float(1, bound.1), float(2, line.value)].concat()));
            }
            bytes(4, &out)
        }
        _ => bytes(5, &float(1, lines[0].value)),
    }
}

/// A family `h` of one native histogram, with its length before it.
pub(crate) fn native(native: &Native) -> Vec<u8> {
    let counts = native.sides.iter().flat_map(|side| &side.counts).map(|count| u64::from(*count));
    let count = counts.sum::<u64>() + u64::from(native.zero_count);
    let mut out = [signed(5, native.schema.into()), float(6, native.zero_threshold)].concat();
    out.extend(float(2, native.sum));
    out.extend(if native.float {
        [float(4, count as f64), float(8, native.zero_count.into())].concat()
    } else {
        [integer(1, count), integer(7, native.zero_count.into())].concat()
    });
    for (side, first) in native.sides.iter().zip([12, 9]) {
        for (offset, length) in &side.spans {
            let span = [signed(1, (*offset).into()), integer(2, (*length).into())].concat();
            out.extend(bytes(first, &span));
        }
        let mut before = 0;
        let numbers = side.counts.iter().map(|count| {
            let delta = i64::from(*count) - before;
            before = i64::from(*count);
            match native.float {
                true => f64::from(*count).to_le_bytes().to_vec(),
                false => varint(zigzag(delta)),
            }
        });
        let (number, kind) = if native.float { (first + 2, 1) } else { (first + 1, 0) };
        if native.packed {
            out.extend(bytes(number, &numbers.collect::<Vec<_>>().concat()));
        } else {
            for value in numbers {
                out.extend([varint(number << 3 | kind), value].concat());
            }
        }
    }
    let metric = bytes(7, &out);
    delimited(&[bytes(1, b"h"), integer(3, 4), bytes(4, &metric)].concat())
}

fn message_of(exemplar: &Exemplar) -> Vec<u8> {
    let (name, value) = &exemplar.label;
    let label = bytes(1, &[bytes(1, name.as_bytes()), bytes(2, value.as_bytes())].concat());
    let time = exemplar.millis.map(|millis| {
        let nanos = integer(2, (millis % 1000 * 1_000_000) as u64);
        bytes(3, &[integer(1, (millis / 1000) as u64), nanos].concat())
    });
    [label, float(2, exemplar.value), time.unwrap_or_default()].concat()
}
