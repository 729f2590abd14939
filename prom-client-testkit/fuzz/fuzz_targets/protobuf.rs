//! Any bytes as protobuf.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prom_client_testkit::{Format, Parser, lint};

fuzz_target!(|body: &[u8]| {
    let lenient = Parser::new(Format::Protobuf).classic_histograms();
    for parser in [lenient, lenient.strict()] {
        match parser.parse(body) {
            Ok(exposition) => {
                let _ = lint(&exposition);
                for sample in exposition.samples() {
                    let _ = sample.to_string();
                }
            }
            Err(error) => assert!(error.offset() <= body.len() && !error.to_string().is_empty()),
        }
    }
});
