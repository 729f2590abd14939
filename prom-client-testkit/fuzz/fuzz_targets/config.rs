//! Any text as a configuration, up to the endpoints of the targets that are in it. Files are not looked for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prom_client_testkit::ScrapeConfig;

fuzz_target!(|text: &str| {
    match ScrapeConfig::parse(text) {
        Ok(config) => {
            for endpoint in config.jobs.iter().flat_map(|job| job.endpoints()) {
                match endpoint {
                    Ok(endpoint) => assert!(endpoint.labels.get("instance").is_some()),
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
        }
        Err(error) => {
            assert!(error.line() > 0 && error.column() > 0 && !error.message().is_empty());
            assert!(error.to_string().lines().count() >= 4);
        }
    }
});
