//! `#[derive(LabelValue)]`, `#[derive(LabelSet)]` and `#[derive(State)]`.

mod enums;
mod parameters;
mod set;
mod state;
mod value;

pub(crate) use set::derive as derive_set;
pub(crate) use state::derive as derive_state;
pub(crate) use value::derive as derive_value;
