//! The default registry.

use std::sync::LazyLock;

use super::Registry;

static DEFAULT: LazyLock<Registry> = LazyLock::new(Registry::new);

/// The registry of statics, for programs.
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
