//! The macros of prom-client. Use them through that crate, by its feature `derive`, which is on by default;
//! its documentation of each says what it does.
//!
//! ```text
//!  tokens ──► model, checked ──► tokens
//!             all mistakes at once
//! ```
//!
//! Each macro parses into a model that can only be right, and expands that. What a macro cannot see, such as
//! the kind of a metric behind a type alias, the expansion asks the compiler to check in constants. It names
//! only what is public in the library or in its `__private`.

#![forbid(unsafe_code)]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod call;
mod case;
mod errors;
mod help;
mod label;
mod local;
mod metrics;
mod names;
mod options;
mod private;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use call::Attribute;

#[doc = include_str!("../docs/metrics.md")]
#[proc_macro_derive(Metrics, attributes(metrics, metric))]
pub fn metrics(input: TokenStream) -> TokenStream {
    metrics::derive(&parse_macro_input!(input as DeriveInput)).into()
}

#[doc = include_str!("../docs/label_set.md")]
#[proc_macro_derive(LabelSet, attributes(label))]
pub fn label_set(input: TokenStream) -> TokenStream {
    label::derive_set(&parse_macro_input!(input as DeriveInput)).into()
}

#[doc = include_str!("../docs/label_value.md")]
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn label_value(input: TokenStream) -> TokenStream {
    label::derive_value(&parse_macro_input!(input as DeriveInput)).into()
}

#[doc = include_str!("../docs/state.md")]
#[proc_macro_derive(State, attributes(label))]
pub fn state(input: TokenStream) -> TokenStream {
    label::derive_state(&parse_macro_input!(input as DeriveInput)).into()
}

#[doc = include_str!("../docs/timed.md")]
#[proc_macro_attribute]
pub fn timed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    call::expand(Attribute::Timed, arguments.into(), &item.into()).into()
}

#[doc = include_str!("../docs/counted.md")]
#[proc_macro_attribute]
pub fn counted(arguments: TokenStream, item: TokenStream) -> TokenStream {
    call::expand(Attribute::Counted, arguments.into(), &item.into()).into()
}

#[doc = include_str!("../docs/in_flight.md")]
#[proc_macro_attribute]
pub fn in_flight(arguments: TokenStream, item: TokenStream) -> TokenStream {
    call::expand(Attribute::InFlight, arguments.into(), &item.into()).into()
}
