//! The one table of exposed names, which decides what is a duplicate.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::panic::Location;
use std::sync::Arc;

use super::callback::Callback;
use super::collector::{Collector, Scope};
use super::error::{RegisterError, Site, Why};
use super::source::Source;
use crate::desc::{Desc, Escaping};
use crate::label::{LabelName, Schema};

/// All registrations of a registry, by family name.
#[derive(Default)]
pub(super) struct Table {
    families: BTreeMap<String, Arc<Entry>>,
    /// Every name that a family may give a sample, in any format, with the family.
    names: HashMap<String, Site>,
    /// The same of families whose names are not classic, escaped in each way.
    escaped: HashMap<(Escaping, String), Site>,
    collectors: Vec<Arc<CustomEntry>>,
}

/// One family, and the registrations that share it by different constant labels.
pub(super) struct Entry {
    pub(super) desc: Desc,
    /// Sorted by constant labels.
    pub(super) parts: Vec<Arc<Part>>,
}

/// One registration.
pub(super) struct Part {
    pub(super) schema: Schema,
    pub(super) source: Arc<dyn Source>,
    /// What the user got, to give it to whoever registers the same again.
    pub(super) instrument: Box<dyn Any + Send + Sync>,
    pub(super) site: Site,
}

/// A collector, and where its families stand.
pub(super) struct CustomEntry {
    pub(super) collector: Arc<dyn Collector>,
    pub(super) scope: Scope,
    /// As the collector knows them, and as they are exposed.
    pub(super) own: Vec<Desc>,
    pub(super) descs: Vec<Desc>,
    pub(super) label: String,
    pub(super) failures: std::sync::atomic::AtomicU64,
}

impl Entry {
    /// The closures, of a family that closures read: either all of its parts are such or none.
    pub(super) fn callbacks(&self) -> impl Iterator<Item = &Callback> {
        self.parts.iter().filter_map(|part| part.source.callback())
    }
}

impl Table {
    /// Families in the order of their names.
    pub(super) fn families(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.families.values()
    }

    pub(super) fn collectors(&self) -> &[Arc<CustomEntry>] {
        &self.collectors
    }

    /// Adds a registration, to a family of its own or to one that differs in the values of constant
    /// labels only.
    pub(super) fn insert(&mut self, desc: Desc, part: Part) -> Result<(), RegisterError> {
        let Some(entry) = self.families.get_mut(desc.name()) else {
            self.reserve(&desc, &part.site)?;
            let entry = Entry { desc, parts: vec![Arc::new(part)] };
            self.families.insert(entry.desc.name().to_owned(), Arc::new(entry));
            return Ok(());
        };
        let first = &entry.parts[0];
        let fail = |why: Why| Err(RegisterError::new(why));
        let old = || first.site.clone();
        let different = |what| fail(Why::Different { what, new: part.site.clone(), old: old() });
        let constant_names = |part: &Part| -> Vec<_> {
            part.schema.constant().iter().map(|(name, _)| name.clone()).collect()
        };
        let same_constants =
            entry.parts.iter().find(|other| other.schema.constant() == part.schema.constant());
        if entry.desc.kind() != desc.kind() || same_constants.is_some() {
            let old = same_constants.map_or_else(old, |other| other.site.clone());
            return fail(Why::Taken { name: desc.name().into(), new: part.site, old });
        }
        if entry.desc.help() != desc.help() {
            return different("help");
        }
        if entry.desc.stated_unit() != desc.stated_unit() {
            return different("unit");
        }
        if first.source.callback().is_some() != part.source.callback().is_some() {
            return different("source");
        }
        if first.schema.names() != part.schema.names() {
            return different("set of labels");
        }
        if constant_names(first) != constant_names(&part) {
            return different("set of constant labels");
        }
        let mut parts = entry.parts.clone();
        parts.push(Arc::new(part));
        parts.sort_by(|a, b| a.schema.constant().cmp(b.schema.constant()));
        *entry = Arc::new(Entry { desc: entry.desc.clone(), parts });
        Ok(())
    }

    /// The name of the family of this name, which may have the suffix of its kind.
    fn named(&self, name: &str) -> Option<&str> {
        let bare = || name.strip_suffix("_total").or_else(|| name.strip_suffix("_info"));
        let entry = self.families.get(name).or_else(|| self.families.get(bare()?))?;
        Some(entry.desc.name()).filter(|_| entry.desc.is_named(name))
    }

    /// The registration of this name and these constant labels.
    pub(super) fn find(
        &self,
        name: &str,
        constant: &[(LabelName, String)],
    ) -> Option<(&Desc, &Part)> {
        let entry = self.families.get(name)?;
        let part = entry.parts.iter().find(|part| part.schema.constant() == constant)?;
        Some((&entry.desc, part))
    }

    /// Takes a registration out. The family as it was is for the caller to drop, without the lock.
    pub(super) fn remove(
        &mut self,
        name: &str,
        constant: &[(LabelName, String)],
    ) -> Option<Arc<Entry>> {
        let name = &self.named(name)?.to_owned();
        let entry = self.families.get_mut(name)?;
        let mut parts = entry.parts.clone();
        parts.retain(|part| part.schema.constant() != constant);
        if parts.is_empty() {
            self.release(name);
            return self.families.remove(name);
        }
        let removed = parts.len() < entry.parts.len();
        let rest = Arc::new(Entry { desc: entry.desc.clone(), parts });
        removed.then(|| std::mem::replace(entry, rest))
    }

    pub(super) fn insert_collector(
        &mut self,
        entry: &Arc<CustomEntry>,
        at: &'static Location<'static>,
    ) -> Result<(), RegisterError> {
        for (i, desc) in entry.descs.iter().enumerate() {
            let site = Site { kind: desc.kind(), name: desc.name().into(), at };
            if let Err(error) = self.reserve(desc, &site) {
                entry.descs[..i].iter().for_each(|desc| self.release(desc.name()));
                return Err(error);
            }
        }
        self.collectors.push(Arc::clone(entry));
        Ok(())
    }

    /// What is taken out is for the caller to drop, without the lock: a collector's `Drop` may use the
    /// registry.
    pub(super) fn remove_collector(
        &mut self,
        collector: &Arc<dyn Collector>,
        scope: &Scope,
    ) -> Option<Arc<CustomEntry>> {
        let is_it = |entry: &Arc<CustomEntry>| {
            Arc::ptr_eq(&entry.collector, collector) && entry.scope.is_same_part(scope)
        };
        let i = self.collectors.iter().position(is_it)?;
        let entry = self.collectors.remove(i);
        entry.descs.iter().for_each(|desc| self.release(desc.name()));
        Some(entry)
    }

    /// Takes all names of a family, or none.
    fn reserve(&mut self, desc: &Desc, site: &Site) -> Result<(), RegisterError> {
        let with_suffixes = |name: &str| -> Vec<String> {
            let suffixes = desc.kind().sample_suffixes().iter();
            suffixes.map(|suffix| format!("{name}{suffix}")).collect()
        };
        let names = with_suffixes(desc.name());
        if let Some((name, old)) = names.iter().find_map(|name| Some((name, self.names.get(name)?)))
        {
            let why = Why::Taken { name: name.clone(), new: site.clone(), old: old.clone() };
            return Err(RegisterError::new(why));
        }
        // A classic name is the same in every escaping: it is only in `names`, and stands there for all.
        let mut escaped = Vec::new();
        for scheme in Escaping::CHANGING {
            let family = scheme.family_name(desc);
            let is_classic = family == desc.name();
            for name in with_suffixes(&family) {
                let key = (scheme, name);
                let other = self.escaped.get(&key).or_else(|| self.names.get(&key.1));
                if let Some(old) = other {
                    let why = Why::Alike { name: key.1, new: site.clone(), old: old.clone() };
                    return Err(RegisterError::new(why));
                }
                if !is_classic {
                    escaped.push((key, site.clone()));
                }
            }
        }
        self.names.extend(names.into_iter().map(|name| (name, site.clone())));
        self.escaped.extend(escaped);
        Ok(())
    }

    fn release(&mut self, family: &str) {
        self.names.retain(|_, site| site.name != family);
        self.escaped.retain(|_, site| site.name != family);
    }
}
