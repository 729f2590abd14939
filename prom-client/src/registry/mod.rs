//! Registries: which metrics there are.

mod build_info;
mod builder;
mod callback;
mod collector;
mod default;
mod error;
mod gather;
mod info;
mod metrics;
mod own;
mod plan;
#[cfg(feature = "process")]
mod process;
mod source;
#[cfg(feature = "statics")]
pub(crate) mod statics;
mod table;

pub use builder::{Bucketed, Exemplary, Instrument, Labelled, MetricBuilder, Ranked, Spec};
pub use callback::Reading;
pub use collector::{CollectError, CollectedFamily, Collection, Collector};
pub use default::default_registry;
pub use error::RegisterError;
pub use info::Info;
pub use metrics::{Enrolment, Metrics};
pub use plan::{Plan, check_constant, check_distinct, check_labels, check_name, check_unit};
#[cfg(feature = "process")]
pub use process::process_collector;
#[cfg(feature = "statics")]
pub use statics::{Static, StaticMetrics};

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::RwLock;

use crate::clock::Clock;
use crate::desc::{Desc, Escaping, Kind, NameError, Names};
use crate::label::{LabelName, SchemaError};
use collector::Scope;
use table::{CustomEntry, Table};

/// Metrics that are exposed together.
///
/// A registry is a handle: clones are the same registry. Libraries take a `&Registry`; programs make one,
/// or use the [default](default_registry).
///
/// # Examples
/// ```
/// use prom_client::{Counter, Registry};
///
/// let registry = Registry::new();
/// let jobs: Counter = registry.register("jobs", "Jobs done.")?;
/// jobs.inc();
/// assert_eq!(
///     registry.to_text(),
///     "# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total 1\n",
/// );
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Names
/// One table of all exposed names decides what is a duplicate: a counter `jobs` exposes `jobs_total`, so
/// nothing else may; a histogram takes its `_bucket`, `_sum` and `_count`, an info its `_info`. Registrations
/// that differ only in the values of constant labels share a family. Names beginning with `prom_client_` are
/// this crate's.
///
/// Names are of the [classic](Names::Classic) set unless [`with_names`](Self::with_names) says otherwise. Two
/// that become the same where readers need them [escaped](Escaping), such as `http.requests` and
/// `http_requests`, are duplicates too.
#[derive(Clone)]
pub struct Registry {
    shared: Arc<Shared>,
    scope: Arc<Scope>,
}

struct Shared {
    clock: Clock,
    table: RwLock<Table>,
    /// When it was made.
    start: Duration,
    /// Whether expositions have start times.
    created_lines: AtomicBool,
}

impl Registry {
    /// An empty registry on the system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Clock::system())
    }

    /// An empty registry on this clock, which its metrics, timers and start times use.
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        let (start, created_lines) = (clock.now(), AtomicBool::new(false));
        let shared = Shared { clock, table: RwLock::default(), start, created_lines };
        Self { shared: Arc::new(shared), scope: Arc::default() }
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Whether expositions have the start times of series, as `_created` lines: off unless set. Most servers
    /// take such a line for a series of its own. One that was told to look for them finds a restart
    /// between two scrapes by them.
    ///
    /// It is said of the whole registry, also through one of its parts. What a collector or a callback reads
    /// elsewhere has such a line only if it says since when ([`CollectedFamily::since`](crate::CollectedFamily::since)).
    ///
    /// # Examples
    /// ```
    /// use std::time::Duration;
    /// use prom_client::{Clock, Counter, Registry};
    ///
    /// let (clock, _hand) = Clock::manual(Duration::from_secs(1_520_430_000));
    /// let registry = Registry::with_clock(clock);
    /// registry.set_created_lines(true);
    /// let _jobs: Counter = registry.register("jobs", "Jobs done.")?;
    /// assert!(registry.to_openmetrics().contains("jobs_total 0\njobs_created 1520430000.0\n"));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    pub fn set_created_lines(&self, on: bool) {
        self.shared.created_lines.store(on, Ordering::Relaxed);
    }

    /// The same registry, for a part of the program: names that are registered through the result begin
    /// with `prefix` and an underscore. An empty prefix adds nothing.
    ///
    /// # Errors
    /// When no name can begin so.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Registry};
    ///
    /// let registry = Registry::new();
    /// for shard in ["a", "b"] {
    ///     let part = registry.with_prefix("db")?.with_label("shard", shard)?;
    ///     let queries: Counter = part.register("queries", "Queries run.")?;
    ///     queries.inc();
    /// }
    /// assert!(registry.to_text().ends_with(
    ///     "db_queries_total{shard=\"a\"} 1\ndb_queries_total{shard=\"b\"} 1\n"
    /// ));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    pub fn with_prefix(&self, prefix: &str) -> Result<Self, RegisterError> {
        let mut scope = (*self.scope).clone();
        if !prefix.is_empty() {
            scope.names.check(prefix)?;
            let before = std::mem::take(&mut scope.prefix);
            scope.prefix =
                if before.is_empty() { prefix.into() } else { format!("{before}_{prefix}") };
        }
        Ok(Self { shared: Arc::clone(&self.shared), scope: Arc::new(scope) })
    }

    /// The same registry, for a part of the program: names of metrics and labels that are given to the
    /// result, and to parts of it, are of this set.
    ///
    /// A reader that asks for UTF-8 names, as Prometheus does since 3.0, gets them in quotes; to all others
    /// every character outside the classic set is an underscore. For classic names nothing changes.
    ///
    /// So let label names begin with an ASCII letter: one that would begin with two underscores then is
    /// stored by servers, but refused by strict readers of OpenMetrics, to which it is reserved.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Family, Names, Registry};
    ///
    /// let registry = Registry::new().with_names(Names::Utf8);
    /// let requests: Family<(&str,), Counter> =
    ///     registry.metric("http.requests", "Requests.").labels(["http.method"]).register()?;
    /// requests.with(&("GET",)).inc();
    ///
    /// let (content_type, body) = registry.render("text/plain;version=1.0.0;escaping=allow-utf-8");
    /// assert_eq!(content_type, "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8");
    /// assert!(body.ends_with(b"{\"http.requests_total\",\"http.method\"=\"GET\"} 1\n"));
    /// assert!(registry.to_text().ends_with("http_requests_total{http_method=\"GET\"} 1\n"));
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[must_use]
    pub fn with_names(&self, names: Names) -> Self {
        let scope = Scope { names, ..(*self.scope).clone() };
        Self { shared: Arc::clone(&self.shared), scope: Arc::new(scope) }
    }

    /// The same registry, for a part of the program: what is registered through the result has this
    /// label. An empty value equals an absent label.
    ///
    /// # Errors
    /// When the name is no label name, or the part has such a label already.
    pub fn with_label(&self, name: &str, value: impl Into<String>) -> Result<Self, RegisterError> {
        let name = LabelName::parse_in(self.scope.names, name.to_owned())?;
        let mut scope = (*self.scope).clone();
        if scope.labels.iter().any(|(other, _)| *other == name) {
            return Err(SchemaError::Repeated(name.as_str().into()).into());
        }
        scope.labels.push((name, value.into()));
        Ok(Self { shared: Arc::clone(&self.shared), scope: Arc::new(scope) })
    }

    /// Begins to register a metric or a family; its type says what becomes of it.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Buckets, Family, Histogram, Registry, Unit};
    ///
    /// let registry = Registry::new();
    /// let latency: Family<(&str, bool), Histogram> = registry
    ///     .metric("query_duration", "Time per query.")
    ///     .unit(Unit::SECONDS)
    ///     .buckets(Buckets::exponential(0.001, 2.0, 14)?)
    ///     .labels(["table", "write"])
    ///     .max_series(2_000)
    ///     .register()?;
    /// latency.with(&("users", true)).observe(0.003);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metric<'r, T: Instrument>(
        &'r self,
        name: &'r str,
        help: &'r str,
    ) -> MetricBuilder<'r, T> {
        MetricBuilder::new(self, name, help)
    }

    /// Registers a metric, or a family whose label sets have names of their own.
    ///
    /// # Errors
    /// As [`MetricBuilder::register`].
    #[track_caller]
    pub fn register<T: Instrument>(&self, name: &str, help: &str) -> Result<T, RegisterError> {
        self.metric(name, help).register()
    }

    /// Takes out what was registered under this name, its unit included, through this part; a counter's
    /// `_total` and an info's `_info` may be given or left out. Then it is out of the next scrape, and
    /// handles to its metrics record nowhere, unless a family of it is kept. `false` if there was none.
    #[allow(clippy::must_use_candidate, reason = "taking it out is the point")]
    pub fn unregister(&self, name: &str) -> bool {
        let full = if self.scope.prefix.is_empty() {
            name.into()
        } else {
            format!("{}_{name}", self.scope.prefix)
        };
        let mut table = self.shared.table.write();
        let removed = table.remove(&full, &self.scope.constant());
        // First the lock: a closure may use the registry when it is dropped.
        drop(table);
        removed.is_some()
    }

    /// Registers a collector. It may be in several registries. Each of its families has one place in a
    /// registry, whatever the constant labels.
    ///
    /// # Errors
    /// When one of the names that it describes is invalid or taken.
    #[track_caller]
    pub fn register_collector(&self, collector: Arc<dyn Collector>) -> Result<(), RegisterError> {
        let own = collector.describe()?;
        let descs = own
            .iter()
            .cloned()
            .map(|desc| self.scoped_desc(desc))
            .collect::<Result<Vec<_>, _>>()?;
        let at = Location::caller();
        let label = descs
            .first()
            .map_or_else(|| format!("{}:{}", at.file(), at.line()), |d| d.name().into());
        let entry = Arc::new(CustomEntry {
            collector,
            scope: (*self.scope).clone(),
            own,
            descs,
            label,
            failures: AtomicU64::new(0),
        });
        self.shared.table.write().insert_collector(&entry, at)
    }

    /// Takes a collector out that was registered through this part; `false` if there was none.
    #[allow(clippy::must_use_candidate, reason = "taking it out is the point")]
    pub fn unregister_collector(&self, collector: &Arc<dyn Collector>) -> bool {
        let removed = self.shared.table.write().remove_collector(collector, &self.scope);
        removed.is_some()
    }

    /// A description as this part exposes it.
    fn scoped_desc(&self, desc: Desc) -> Result<Desc, RegisterError> {
        let desc = desc.prefixed(&self.scope.prefix, self.scope.names)?;
        if desc.name().starts_with(own::PREFIX) {
            return Err(NameError::reserved(desc.name(), own::PREFIX).into());
        }
        if let Some(escaped) = Escaping::CHANGING.into_iter().find_map(|scheme| {
            Some(scheme.family_name(&desc)).filter(|escaped| escaped.starts_with(own::PREFIX))
        }) {
            return Err(NameError::escaped(desc.name(), &escaped).into());
        }
        if desc.kind() == Kind::StateSet {
            // Its states have a label of this name.
            LabelName::parse_in(self.scope.names, desc.name().to_owned())?;
        }
        if desc.stated_unit().is_some() && !desc.kind().has_unit() {
            return Err(NameError::unit(desc.name(), desc.kind()).into());
        }
        Ok(desc)
    }
}

impl Default for Registry {
    /// As [`new`](Self::new): an empty registry, not the [default one](default_registry).
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.shared.table.read();
        let names: Vec<&str> = table.families().map(|entry| entry.desc.name()).collect();
        f.debug_struct("Registry").field("families", &names).finish_non_exhaustive()
    }
}
