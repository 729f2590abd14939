//! The kit from outside: against corpora of other projects, against a printer of its own, and as a command.

mod command;
mod conformance;
