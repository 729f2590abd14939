//! Any bytes as OpenMetrics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prom_client_testkit::{Format, Parser, lint};

fuzz_target!(|body: &[u8]| {
    for parser in [Parser::new(Format::OpenMetrics), Parser::new(Format::OpenMetrics).strict()] {
        match parser.parse(body) {
            Ok(exposition) => drop(lint(&exposition)),
            Err(error) => assert!(error.offset() <= body.len() && !error.to_string().is_empty()),
        }
    }
});
