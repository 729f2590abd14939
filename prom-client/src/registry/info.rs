//! Infos: labels that are the information.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;

use super::error::{RegisterError, Site};
use super::source::{Scratch, Source};
use super::table::Part;
use super::{Registry, Scope};
use crate::desc::{Desc, Kind};
use crate::label::{LabelName, LabelValues, Schema, SchemaError};
use crate::snapshot::{Point, Sink};

/// A metric whose labels are the information, from [`Registry::info`]; its value is 1.
///
/// It is a handle: clones are the same info.
///
/// # Examples
/// ```
/// use prom_client::Registry;
///
/// let registry = Registry::new();
/// let config = registry.info("config", "Configuration in use.", &[("hash", "9b1d")])?;
/// config.set(&[("hash", "77f0"), ("source", "disk")])?;
/// let text = registry.to_openmetrics();
/// assert!(text.contains("# TYPE config info\n"));
/// assert!(text.contains("config_info{hash=\"77f0\",source=\"disk\"} 1\n"));
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
#[derive(Clone)]
pub struct Info(Arc<Shared>);

struct Shared {
    scope: Arc<Scope>,
    start: Duration,
    labels: RwLock<Arc<Labels>>,
}

/// Replaced as a whole, so that a scrape has one state of them and writes it without the lock.
struct Labels {
    schema: Schema,
    values: LabelValues,
}

impl Labels {
    /// Labels with an empty value equal absent ones.
    fn new(scope: &Scope, labels: &[(&str, &str)]) -> Result<Self, SchemaError> {
        let mut names = Vec::with_capacity(labels.len());
        let mut values = LabelValues::new();
        for (name, value) in labels {
            names.push(LabelName::parse_in(scope.names, (*name).to_owned())?);
            values.push(value);
        }
        let schema = Schema::new(scope.labels.clone(), names, Kind::Info)?;
        if labels.iter().any(|(_, value)| value.is_empty()) {
            let full = labels.iter().copied().filter(|(_, value)| !value.is_empty());
            return Self::new(scope, &full.collect::<Vec<_>>());
        }
        Ok(Self { schema, values })
    }
}

impl Info {
    /// Replaces all labels. A scrape shows those before or those after it, never some of both. For a
    /// server they are two series, one of which ends.
    ///
    /// # Errors
    /// When a name is no label name, stands twice, or is that of a constant label of the registry's part.
    /// The labels stay as they are then.
    ///
    /// # Cost
    /// Allocates, and takes a short lock that a scrape takes too, but does not hold while it writes.
    pub fn set(&self, labels: &[(&str, &str)]) -> Result<(), SchemaError> {
        let new = Arc::new(Labels::new(&self.0.scope, labels)?);
        *self.0.labels.write() = new;
        Ok(())
    }

    fn labels(&self) -> Arc<Labels> {
        Arc::clone(&self.0.labels.read())
    }
}

impl Source for Info {
    fn collect(&self, _: &mut Scratch, sink: &mut dyn Sink) {
        let labels = self.labels();
        sink.schema(&labels.schema);
        sink.series(&labels.values, &Point::Info, Some(self.0.start));
    }

    fn refused(&self) -> Option<u64> {
        None
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.labels();
        let names = labels.schema.names().iter().map(LabelName::as_str);
        f.debug_map().entries(names.zip(labels.values.iter())).finish()
    }
}

impl Registry {
    /// Registers an info: a metric whose labels are what it says. In the text format it is a gauge.
    ///
    /// Its `_info` may be given with the name or left out. See [`build_info!`](crate::build_info) for what a
    /// program knows of its own build.
    ///
    /// # Errors
    /// When a name is invalid or taken, or labels do not fit together.
    #[track_caller]
    pub fn info(
        &self,
        name: &str,
        help: &str,
        labels: &[(&str, &str)],
    ) -> Result<Info, RegisterError> {
        let at = Location::caller();
        let desc = self.scoped_desc(Desc::new_in(self.scope.names, name, help, Kind::Info)?)?;
        let labels = RwLock::new(Arc::new(Labels::new(&self.scope, labels)?));
        let scope = Arc::clone(&self.scope);
        let info = Info(Arc::new(Shared { scope, start: self.clock().now(), labels }));
        // The names of its own labels may change, so the family has none.
        let schema = Schema::new(self.scope.labels.clone(), Vec::new(), Kind::Info)?;
        let site = Site { kind: Kind::Info, name: desc.name().into(), at };
        let (source, instrument) = (Arc::new(info.clone()), Box::new(info.clone()));
        self.shared.table.write().insert(desc, Part { schema, source, instrument, site })?;
        Ok(info)
    }
}
