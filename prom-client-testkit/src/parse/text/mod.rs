//! The text format, versions 0.0.4 and 1.0.0; the latter only adds names in quotes.
//!
//! There are two readers, since there are two dialects. Prometheus itself reads word by word and takes much
//! that the document forbids ([`lenient`]). The reference parser, with which `promtool` and the Pushgateway
//! read, knows families and is close to the document ([`strict`]). Neither takes all that the other does:
//! Prometheus wants timestamps without a sign, and the reference parser does not.

mod families;
pub(super) mod lenient;
mod line;
pub(super) mod strict;
