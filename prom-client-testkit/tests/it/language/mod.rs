//! The query language from outside: what is accepted and how it prints, what is refused and why.

mod accepted;

pub(crate) mod generate;
mod refused;
mod roundtrip;
