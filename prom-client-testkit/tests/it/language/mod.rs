//! The query language from outside: what is accepted and how it prints, what is refused and why.

mod accepted;
mod alike;

pub(crate) mod generate;
mod refused;
mod roundtrip;
