//! One reading of everything.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::collector::{CollectError, Collection};
use super::source::Scratch;
use super::table::{CustomEntry, Entry};
use super::{Registry, callback, own};
use crate::desc::Desc;
use crate::encode::{ContentType, Encoder, Format};
use crate::label::LabelValues;
use crate::snapshot::{FamilySnapshot, Sink, Snapshot};

/// A family to expose, from either side.
enum Item {
    Registered(Arc<Entry>),
    Collected(FamilySnapshot),
}

impl Item {
    fn desc(&self) -> &Desc {
        match self {
            Self::Registered(entry) => &entry.desc,
            Self::Collected(family) => family.desc(),
        }
    }
}

impl Registry {
    /// Pushes everything into a sink, sorted. No lock is held meanwhile, so metrics can be registered and
    /// series created while a scrape runs.
    ///
    /// Of the default registry this also registers all statics that were not touched yet.
    pub fn gather(&self, sink: &mut dyn Sink) {
        self.gather_where(&|_| true, sink);
    }

    /// As [`gather`](Self::gather), of the families that are wanted. It asks for each just before that is read, and
    /// asks no collector that has none of them.
    fn gather_where(&self, is_wanted: &dyn Fn(&Desc) -> bool, sink: &mut dyn Sink) {
        #[cfg(feature = "statics")]
        super::default::register_statics(self);
        let (entries, collectors) = {
            let table = self.shared.table.read();
            (table.families().cloned().collect::<Vec<_>>(), table.collectors().to_vec())
        };
        let asked = collectors.iter().filter(|entry| entry.descs.iter().any(is_wanted));
        let mut collected = asked.flat_map(|entry| collect(entry)).collect::<Vec<_>>();
        let called = entries.iter().filter(|entry| is_wanted(&entry.desc));
        collected.extend(called.filter_map(|entry| callback::collect(entry)));
        let about = own::families(&entries, &collectors, self.shared.start);
        let read = entries.into_iter().filter(|entry| entry.callbacks().next().is_none());
        let mut items: Vec<Item> = read.map(Item::Registered).collect();
        items.extend(collected.into_iter().chain(about).map(Item::Collected));
        let naming = sink.naming();
        items.sort_by(|a, b| naming.compare(a.desc(), b.desc()));

        let mut scratch = Scratch::default();
        let mut values = LabelValues::new();
        for item in items.iter().filter(|item| is_wanted(item.desc())) {
            match item {
                Item::Registered(entry) => {
                    sink.family(&entry.desc);
                    for part in &entry.parts {
                        sink.schema(&part.schema);
                        part.source.collect(&mut scratch, sink);
                    }
                }
                Item::Collected(family) => family.replay(&mut values, sink),
            }
        }
    }

    /// An owned reading, for unit tests.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        self.gather(&mut snapshot);
        snapshot
    }

    /// Appends an exposition, in a format or in what [`ContentType::negotiate`] found.
    ///
    /// # Cost
    /// About 20 ns per line; no allocation per line when the buffer has room.
    pub fn encode(&self, content_type: impl Into<ContentType>, out: &mut Vec<u8>) {
        self.encode_where(content_type.into(), &|_| true, out);
    }

    /// As [`encode`](Self::encode), of the families that are wanted when their turn comes.
    pub(crate) fn encode_where(
        &self,
        content_type: ContentType,
        is_wanted: &dyn Fn(&Desc) -> bool,
        out: &mut Vec<u8>,
    ) {
        let mut encoder = Encoder::new(content_type, out);
        if self.shared.created_lines.load(Ordering::Relaxed) {
            encoder = encoder.with_created_lines();
        }
        self.gather_where(is_wanted, &mut encoder);
        encoder.finish();
    }

    /// The exposition in the Prometheus text format.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.to_string_in(Format::Text)
    }

    /// The exposition in the OpenMetrics format.
    #[must_use]
    pub fn to_openmetrics(&self) -> String {
        self.to_string_in(Format::OpenMetrics)
    }

    fn to_string_in(&self, format: Format) -> String {
        let mut out = Vec::new();
        self.encode(format, &mut out);
        String::from_utf8(out).expect("names, help and values are strings")
    }

    /// The content type and body that answer a request with this `Accept` header; an empty one is as good
    /// as none.
    ///
    /// # Examples
    /// ```
    /// use prom_client::Registry;
    ///
    /// let registry = Registry::new();
    /// let (content_type, body) = registry.render("application/openmetrics-text;version=1.0.0");
    /// assert_eq!(content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    /// assert_eq!(body, b"# EOF\n");
    /// ```
    #[must_use]
    pub fn render(&self, accept: &str) -> (String, Vec<u8>) {
        let content_type = ContentType::negotiate(accept, Format::ALL);
        let mut body = Vec::new();
        self.encode(content_type, &mut body);
        (content_type.to_string(), body)
    }
}

/// What a collector has to say; nothing, and one failure more, if it fails or panics.
fn collect(entry: &CustomEntry) -> Vec<FamilySnapshot> {
    caught(&entry.failures, || {
        let mut collection = Collection::new(&entry.own, &entry.descs, entry.scope.clone());
        entry.collector.collect(&mut collection)?;
        collection.finish()
    })
}

/// What code of the user's gives; nothing, and one failure more, if it fails or panics.
pub(super) fn caught(
    failures: &AtomicU64,
    run: impl FnOnce() -> Result<Vec<FamilySnapshot>, CollectError>,
) -> Vec<FamilySnapshot> {
    // A collector that panicked half-way is called again at the next scrape: whether it is still sound is
    // its own affair, as it is for a request handler. What it had collected is dropped.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(families)) => families,
        Ok(Err(_)) | Err(_) => {
            failures.fetch_add(1, Ordering::Relaxed);
            Vec::new()
        }
    }
}
