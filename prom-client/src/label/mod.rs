//! What identifies one series among those of a family.

mod exemplar;
mod flat;
mod name;
mod schema;
mod set;
mod value;
mod values;

pub use exemplar::ExemplarLabels;
pub(crate) use flat::is_same;
pub use flat::{FlatLabels, Joined, combinations};
pub use name::LabelName;
pub(crate) use schema::check_escaped;
pub use schema::{Schema, SchemaError};
pub use set::{LabelSet, Pairs, PairsError};
pub use value::{LabelValue, LabelVisitor};
pub use values::LabelValues;
pub(crate) use values::{ESCAPED, SLACK, needs_escape};
