//! The default registry.

use std::sync::LazyLock;

use super::Registry;

static DEFAULT: LazyLock<Registry> = LazyLock::new(|| {
    let registry = Registry::new();
    #[cfg(feature = "process")]
    registry
        .register_collector(super::process_collector())
        .expect("its names are valid, and nothing is registered before it");
    registry
});

/// The registry of statics, for programs.
///
/// With the feature `process` it has the metrics of the process from the beginning:
/// [`process_collector`](crate::process_collector) says how to take them out.
///
/// Libraries should take a `&Registry` instead: two incompatible versions of this crate in one program
/// have two default registries.
#[must_use]
pub fn default_registry() -> &'static Registry {
    &DEFAULT
}

/// Registers all statics that were not touched yet, if this is the default registry.
#[cfg(feature = "statics")]
pub(super) fn register_statics(registry: &Registry) {
    if std::sync::Arc::ptr_eq(&registry.shared, &DEFAULT.shared) {
        super::statics::STATICS.iter().for_each(|metric| metric.touch());
    }
}
