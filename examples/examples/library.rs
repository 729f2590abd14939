//! How a library offers metrics: it takes a `&Registry` and leaves all else to the program.
//!
//! The program says where the metrics go, under which prefix, and with which labels; a library has
//! no globals, so the program can have it twice.

use std::error::Error;

use prom_client::Registry;

/// The library: a cache.
mod cache {
    use std::collections::HashMap;

    use prom_client::{
        Counter, Family, Gauge, LabelSet, Metrics, RegisterError, Registry, counted,
    };

    pub(crate) struct Cache {
        entries: HashMap<String, String>,
        metrics: CacheMetrics,
    }

    /// The struct is the definition of its metrics; the comments are their help.
    #[derive(Metrics)]
    #[metrics(namespace = "cache")]
    struct CacheMetrics {
        /// Entries kept.
        entries: Gauge,
        /// Look-ups, by whether there was an entry.
        lookups: Family<Lookup, Counter>,
    }

    #[derive(LabelSet)]
    struct Lookup {
        hit: bool,
    }

    impl Cache {
        /// An empty cache with its metrics in `registry`.
        ///
        /// # Errors
        /// When `registry` has these metrics already; `Registry::with_label` tells two caches
        /// apart.
        pub(crate) fn new(registry: &Registry) -> Result<Self, RegisterError> {
            Ok(Self { entries: HashMap::new(), metrics: CacheMetrics::register(registry)? })
        }

        // The argument may use what the function has: it is evaluated once, on entry.
        #[counted(self.metrics.lookups.with(&Lookup { hit: self.entries.contains_key(key) }))]
        pub(crate) fn get_or_insert(&mut self, key: &str, make: impl FnOnce() -> String) -> &str {
            if !self.entries.contains_key(key) {
                self.entries.insert(key.to_owned(), make());
                self.metrics.entries.inc();
            }
            &self.entries[key]
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();

    // Parts are the same registry by other names: `shop_cache_entries{cache="users"}`.
    let shop = registry.with_prefix("shop")?;
    let mut users = cache::Cache::new(&shop.with_label("cache", "users")?)?;
    let mut prices = cache::Cache::new(&shop.with_label("cache", "prices")?)?;

    users.get_or_insert("17", || "Ada".to_owned());
    users.get_or_insert("17", || unreachable!("it is there"));
    prices.get_or_insert("tea", || "4.20".to_owned());

    // Another cache by the name of the first would mix its numbers with it. It is refused, and the
    // error says where the first one was registered.
    let refused =
        cache::Cache::new(&shop.with_label("cache", "users")?).err().ok_or("it was registered")?;
    assert!(refused.is_conflict());
    assert!(refused.to_string().contains(file!()), "{refused}");

    print!("{}", registry.to_text());
    Ok(())
}
