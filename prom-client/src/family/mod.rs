//! One metric per label set.

mod expiry;
mod limit;

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::label::{LabelName, LabelSet, LabelValues, LabelVisitor};
use crate::metric::{Metric, read_with_exemplars};
use crate::snapshot::Sink;
use crate::storage::map::{Entry, Key, SeriesMap};
use crate::storage::{Class, Dense, Handle};
use expiry::Expiry;
use limit::{AllOther, Limit};

/// One metric per label set.
///
/// A family is a handle: clones are the same family. In a struct write `Family<(&'static str, u16), Counter>`:
/// look-ups take a `&str` of any lifetime. `L` is a [`LabelSet`]: a tuple, an array, a struct
/// of yours, or [`Pairs`](crate::Pairs).
///
/// # Examples
/// ```
/// use prom_client::{Counter, Family, Registry};
///
/// let registry = Registry::new();
/// let requests: Family<(&str, u16), Counter> =
///     registry.metric("requests", "Requests served.").labels(["route", "code"]).register()?;
///
/// let route = String::from("/users");
/// requests.with(&(&route, 200)).inc();
/// assert_eq!(requests.find(&("/users", 200)).map(|counter| counter.value()), Some(1));
/// assert_eq!(requests.find(&("/", 200)).map(|counter| counter.value()), None);
/// assert_eq!(requests.len(), 1);
/// # Ok::<(), prom_client::RegisterError>(())
/// ```
///
/// # Equality
/// Two label sets are the same if all their values are equal as text. An empty value equals an absent label.
///
/// # Cost
/// Looking up a set that exists hashes and compares its values: no lock, no locked instruction, no
/// allocation; 20 to 40 ns for three strings. Sets of small enums ([`LabelValue::COUNT`]) go through an
/// array: 3 ns. A set that is new takes a short lock, which a scrape does not hold.
///
/// # Start times
/// A series begins when it is created. On 64-bit Linux that is the last tick of the system's clock, up to 10 ms before: a look
/// at the clock would take a quarter of the time that creating a series does. It is exact on a [manual clock](crate::Clock::manual),
/// and in a family from which a series was ever removed, so that one that comes back does not begin before it went.
///
/// [`LabelValue::COUNT`]: crate::LabelValue::COUNT
pub struct Family<L: LabelSet + ?Sized, M: Metric> {
    core: Arc<Core>,
    types: PhantomData<fn(&L) -> M>,
}

/// A family without its types.
#[derive(Debug)]
pub(crate) struct Core {
    names: Vec<LabelName>,
    map: SeriesMap,
    dense: Dense,
    limit: Limit,
    expiry: Option<Box<Expiry>>,
}

/// A label set as the map wants it, with the names that say what to visit in which order.
struct SetKey<'a, S: ?Sized> {
    set: &'a S,
    names: &'a [LabelName],
}

impl<S: ?Sized> Clone for SetKey<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ?Sized> Copy for SetKey<'_, S> {}

impl<S: LabelSet + ?Sized> Key for SetKey<'_, S> {
    #[inline(always)]
    fn visit(&self, visitor: &mut impl LabelVisitor) {
        // A set that does not fit was refused before it became a key.
        let _ = self.set.visit(self.names, visitor);
    }
}

impl Core {
    #[inline(always)]
    fn with<S: LabelSet + ?Sized>(&self, set: &S) -> Handle {
        if S::COUNT > 0 {
            if let Some(handle) = self.dense.find(set.index()).filter(|handle| handle.is_live()) {
                return handle;
            }
        }
        self.with_key(set)
    }

    #[inline(always)]
    fn with_key<S: LabelSet + ?Sized>(&self, set: &S) -> Handle {
        let key = SetKey { set, names: &self.names };
        let (is_full, make_room) = (|len| self.limit.is_full(len), || self.make_room());
        match self.map.find_or_insert(key, is_full, make_room, || self.tidy()) {
            Entry::Series(handle) => {
                if S::COUNT > 0 {
                    self.dense.keep(set.index(), handle);
                }
                handle
            }
            Entry::Refused => self.refuse(),
        }
    }

    /// What whoever creates a series does for those whose time is over.
    fn tidy(&self) {
        if let Some(expiry) = &self.expiry {
            expiry.step(&self.map);
        }
    }

    /// For a family that is full: whether some series went because their time is over.
    fn make_room(&self) -> bool {
        self.expiry.as_ref().is_some_and(|expiry| expiry.make_room(&self.map))
    }

    /// The series of all that is refused.
    #[cold]
    #[inline(never)]
    fn refuse(&self) -> Handle {
        self.limit.refuse(|| {
            let other = AllOther(self.names.len());
            match self.map.find_or_insert(other, |_| false, || false, || ()) {
                Entry::Series(handle) => handle,
                Entry::Refused => Handle::DEAD,
            }
        })
    }
}

impl<L: LabelSet + ?Sized, M: Metric> Family<L, M> {
    /// A family of metrics of this class. `None` if there is no room for what it counts itself.
    pub(crate) fn new(
        names: Vec<LabelName>,
        class: Class,
        most: Option<usize>,
        ttl: Option<Duration>,
        clock: Clock,
    ) -> Option<Self> {
        let limit = Limit::new(most)?;
        let expiry = ttl.map(|ttl| Box::new(Expiry::new(ttl, &clock)));
        let map = SeriesMap::new(names.len(), class, clock);
        let core = Core { names, map, dense: Dense::new(L::COUNT), limit, expiry };
        Some(Self { core: Arc::new(core), types: PhantomData })
    }

    /// The metric of this label set, which begins at 0 now if there was none.
    ///
    /// In a family with [`max_series`](crate::MetricBuilder::max_series) that is full, it is the metric
    /// whose labels all have the value `_OTHER`, and the refusal is counted.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Counter, Family, Registry};
    ///
    /// let registry = Registry::new();
    /// let visits: Family<[&str; 1], Counter> =
    ///     registry.metric("visits", "Visits.").labels(["page"]).max_series(2).register()?;
    /// for page in ["/", "/about", "/admin.php", "/wp-login.php"] {
    ///     visits.with(&[page]).inc();
    /// }
    /// assert_eq!(visits.with(&["_OTHER"]).value(), 2);
    /// assert_eq!(visits.refused(), 2);
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn with(&self, labels: &L::Of<'_>) -> M
    where
        L: LabelSet<Error = Infallible>,
    {
        M::from_handle(self.core.with(labels))
    }

    /// As [`with`](Self::with), for label sets that may not fit the family.
    ///
    /// # Errors
    /// When the set has a label that the family does not have, or one twice. Nothing is created.
    #[inline]
    pub fn try_with(&self, labels: &L::Of<'_>) -> Result<M, L::Error> {
        labels.visit(&self.core.names, &mut |_: &str| {})?;
        Ok(M::from_handle(self.core.with(labels)))
    }

    /// The metric of this label set, if there is one. Creates nothing.
    #[inline]
    #[must_use]
    pub fn find(&self, labels: &L::Of<'_>) -> Option<M> {
        labels.visit(&self.core.names, &mut |_: &str| {}).ok()?;
        let key = SetKey { set: labels, names: &self.core.names };
        self.core.map.find(key).map(M::from_handle)
    }

    /// Removes the metric of this label set; `false` if there was none.
    ///
    /// It is out of the next scrape. What handles that are still around record goes nowhere, and
    /// [`with`](Self::with) begins a new metric at 0.
    pub fn remove(&self, labels: &L::Of<'_>) -> bool {
        if labels.visit(&self.core.names, &mut |_: &str| {}).is_err() {
            return false;
        }
        let key = SetKey { set: labels, names: &self.core.names };
        self.core.map.remove(key).is_some()
    }

    /// Removes all metrics for which `keep` returns `false`. It is called without a lock and may use the
    /// family. Metrics that come meanwhile may be passed over.
    ///
    /// # Examples
    /// ```
    /// use prom_client::{Family, Gauge, Registry};
    ///
    /// let registry = Registry::new();
    /// let depth: Family<(&str, u8), Gauge> =
    ///     registry.metric("queue_depth", "Jobs waiting.").labels(["queue", "priority"]).register()?;
    /// depth.with(&("mail", 1)).set(3);
    /// depth.with(&("fax", 9)).set(0);
    /// depth.retain(|(queue, priority), gauge| *queue == "mail" || *priority > 9 || gauge.value() > 0);
    /// assert_eq!(depth.len(), 1);
    /// # Ok::<(), prom_client::RegisterError>(())
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&L::Of<'_>, &M) -> bool) {
        let names = &self.core.names;
        let keep = |values: &LabelValues, handle: Handle| {
            let values: Vec<&str> = values.iter().collect();
            let metric = M::from_handle(handle);
            // Values that do not read back, such as `_OTHER` for a number, are of no known set: keep them.
            L::read(names, &values, |set| keep(set, &metric)).unwrap_or(true)
        };
        self.core.map.retain(keep);
    }

    /// Removes all metrics.
    pub fn clear(&self) {
        self.core.map.retain(|_, _| false);
    }

    /// How many metrics there are, the one of `_OTHER` included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.core.map.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many look-ups were refused: because the family was full, a value was 8 MiB or longer, a label set
    /// of your own making showed more or fewer values than it has names, or the process has no room.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.core.limit.refused()
    }

    /// What clones have in common, and no other family that is alive.
    #[cfg(feature = "http")]
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.core).addr()
    }

    pub(crate) fn is_bounded(&self) -> bool {
        self.core.limit.is_bounded()
    }

    /// Pushes all series, in order, when those are removed whose time is over.
    pub(crate) fn collect(
        &self,
        values: &mut LabelValues,
        counts: &mut Vec<u64>,
        sink: &mut dyn Sink,
    ) {
        if let Some(expiry) = &self.core.expiry {
            expiry.sweep(&self.core.map);
        }
        if self.core.map.has_exemplars() {
            return self.collect_with_exemplars(values, counts, sink);
        }
        self.core.map.scrape(values, |handles, labels| {
            M::read(handles, counts, |i, point| {
                labels(i, &mut |values, start| {
                    sink.series(values, point, Some(point.start(Duration::from_nanos(start))));
                });
            });
        });
    }

    /// Apart, so that the compiler keeps the loop of families without exemplars as tight as it is.
    #[cold]
    #[inline(never)]
    fn collect_with_exemplars(
        &self,
        values: &mut LabelValues,
        counts: &mut Vec<u64>,
        sink: &mut dyn Sink,
    ) {
        self.core.map.scrape_for_any(values, &mut |handles, labels| {
            read_with_exemplars::<M>(handles, counts, |i, point, exemplars| {
                labels(i, &mut |values, start| {
                    let start = Some(point.start(Duration::from_nanos(start)));
                    sink.series_with_exemplars(values, point, start, exemplars);
                });
            });
        });
    }
}

impl<L: LabelSet + ?Sized, M: Metric> Clone for Family<L, M> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core), types: PhantomData }
    }
}

impl<L: LabelSet + ?Sized, M: Metric> fmt::Debug for Family<L, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.core.names.iter().map(LabelName::as_str).collect();
        f.debug_struct("Family").field("labels", &names).field("len", &self.len()).finish()
    }
}
