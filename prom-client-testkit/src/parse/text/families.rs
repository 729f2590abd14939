//! The families that the strict reader has met, and which of them a name belongs to.

use std::collections::HashMap;

use crate::model::Kind;

/// Families by name, each with what is known of it.
#[derive(Default)]
pub(super) struct Families {
    families: Vec<Known>,
    by_name: HashMap<Box<str>, usize>,
}

struct Known {
    name: Box<str>,
    kind: Option<Kind>,
    help: bool,
}

/// Where a name belongs.
#[derive(Clone, Copy)]
pub(super) struct Place {
    family: usize,
    /// The name has the suffix `_count` of its family.
    pub(super) is_count: bool,
    /// The name has the suffix `_sum` of its family.
    pub(super) is_sum: bool,
}

impl Families {
    /// The place of a name: the family of this name; or the summary or histogram that it is a part of; or
    /// a family that begins with it.
    pub(super) fn place(&mut self, name: &str) -> Place {
        let whole = |family| Place { family, is_count: false, is_sum: false };
        if let Some(family) = self.by_name.get(name) {
            return whole(*family);
        }
        for (suffix, kinds) in [
            ("_count", &[Kind::Summary, Kind::Histogram, Kind::GaugeHistogram][..]),
            ("_sum", &[Kind::Summary, Kind::Histogram, Kind::GaugeHistogram]),
            ("_bucket", &[Kind::Histogram, Kind::GaugeHistogram]),
        ] {
            let stem = name.strip_suffix(suffix).filter(|stem| !stem.is_empty());
            let Some(family) = stem.and_then(|stem| self.by_name.get(stem)) else { continue };
            if self.families[*family].kind.is_some_and(|kind| kinds.contains(&kind)) {
                return Place {
                    family: *family,
                    is_count: suffix == "_count",
                    is_sum: suffix == "_sum",
                };
            }
        }
        self.families.push(Known { name: name.into(), kind: None, help: false });
        self.by_name.insert(name.into(), self.families.len() - 1);
        whole(self.families.len() - 1)
    }

    pub(super) fn name(&self, place: Place) -> &str {
        &self.families[place.family].name
    }

    /// Takes note of a type, unless there is one already.
    pub(super) fn set_kind(&mut self, place: Place, kind: Kind) -> bool {
        let family = &mut self.families[place.family];
        let first = family.kind.is_none();
        family.kind.get_or_insert(kind);
        first
    }

    /// Takes note of a help text, unless there is one already.
    pub(super) fn set_help(&mut self, place: Place) -> bool {
        !std::mem::replace(&mut self.families[place.family].help, true)
    }

    /// Takes note of a sample, after which no type can be set, and gives the type.
    pub(super) fn sample(&mut self, place: Place) -> Kind {
        *self.families[place.family].kind.get_or_insert(Kind::Unknown)
    }
}
