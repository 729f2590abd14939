//! Samples for a real server: what a lab has stored, by the remote-write protocol 1.0.

use std::collections::BTreeMap;

use prom_client_testkit::Store;

use crate::real::Server;

/// So much time is sent at once, in milliseconds: a server takes nothing that is an hour older than its newest sample.
const WINDOW: i64 = 600_000;

/// Sends all numbers of a store, with the ends of series among them.
pub(crate) fn send(store: &Store, server: &Server) {
    let mut windows: BTreeMap<i64, Vec<u8>> = BTreeMap::new();
    for series in store.select(&"{__name__!=\"\"}".parse().expect("a selector")) {
        let mut labels = Vec::new();
        for (name, value) in series.pairs() {
            let mut label = Vec::new();
            field(&mut label, 1, name.as_bytes());
            field(&mut label, 2, value.as_bytes());
            field(&mut labels, 1, &label);
        }
        let mut by_window: BTreeMap<i64, Vec<u8>> = BTreeMap::new();
        for (at, value) in series.times().iter().zip(series.values()) {
            let mut sample = vec![1 << 3 | 1];
            sample.extend(value.to_le_bytes());
            sample.push(2 << 3);
            varint(&mut sample, u64::try_from(at.as_millis()).expect("it is after 1970"));
            let samples =
                by_window.entry(at.as_millis() / WINDOW).or_insert_with(|| labels.clone());
            field(samples, 2, &sample);
        }
        for (window, series) in by_window {
            field(windows.entry(window).or_default(), 1, &series);
        }
    }
    for request in windows.values() {
        let body = snappy(request);
        let mut post = format!(
            "POST /api/v1/write HTTP/1.0\r\nContent-Encoding: snappy\r\n\
             Content-Type: application/x-protobuf\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        post.extend(body);
        let (head, body) = server.send(&post).expect("an answer");
        assert!(head.contains(" 204 "), "{head}\n{body}");
    }
}

/// Appends a field of bytes.
fn field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Bytes as a block of Snappy that is made of literals alone.
fn snappy(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    varint(&mut out, bytes.len() as u64);
    for chunk in bytes.chunks(1 << 16) {
        // A literal whose length, less one, is in the next two bytes.
        out.push(61 << 2);
        out.extend(((chunk.len() - 1) as u16).to_le_bytes());
        out.extend(chunk);
    }
    out
}
