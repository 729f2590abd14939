//! Any text as a query.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prom_client_testkit::promql::{Dialect, Expr};

fuzz_target!(|query: &str| {
    let stable = Expr::parse(query);
    match Expr::parse_as(query, Dialect::EXPERIMENTAL) {
        Ok(expr) => {
            let printed = expr.to_string();
            let again = Expr::parse_as(&printed, Dialect::EXPERIMENTAL);
            assert_eq!(again.as_ref(), Ok(&expr), "{printed}");
            assert_eq!(printed, again.expect("it is equal").to_string());
            assert_eq!(Expr::parse_as(&expr.pretty(), Dialect::EXPERIMENTAL).as_ref(), Ok(&expr));
            assert!(stable.is_err() || stable == Ok(expr));
        }
        Err(error) => {
            let place = error.place();
            assert!(place.start <= place.end && place.end <= query.len());
            assert!(query.get(place.start..place.end).is_some() && error.to_string().contains('^'));
            assert!(stable.is_err());
        }
    }
});
