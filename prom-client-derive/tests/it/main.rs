//! What the generated code does.

#![deny(warnings)]
#![forbid(unsafe_code)]

mod calls;
mod futures;
mod label_sets;
mod label_values;
mod metrics;
mod names;
mod statics;
mod support;
