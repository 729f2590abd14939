//! Where targets come from. Time is an argument: what is refreshed now and then is asked with the time.

#[cfg(any(feature = "http", feature = "yaml"))]
mod error;
#[cfg(feature = "yaml")]
mod file;
mod group;
#[cfg(feature = "http")]
mod http;
#[cfg(any(feature = "http", feature = "yaml"))]
mod json;
#[cfg(any(feature = "http", feature = "yaml"))]
mod turns;

#[cfg(any(feature = "http", feature = "yaml"))]
pub use error::DiscoveryError;
#[cfg(feature = "yaml")]
pub use file::FileDiscovery;
pub use group::TargetGroup;
#[cfg(feature = "http")]
pub use http::HttpDiscovery;
