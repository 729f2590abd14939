//! What kind of areas a metric has, and how their lives begin and end.

use super::area::Handle;
use super::profile::Profile;
use super::space::UNIT_WORDS;
use super::{block, cell, number, space};

/// Size and profile of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// Number of the profile.
    profile: u16,
    /// Buckets of a block; `None` for a cell.
    buckets: Option<u16>,
    /// Updates are sampled for exemplars: the areas lie apart.
    sampled: bool,
}

/// What became of an attempt to begin a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It began.
    Live(Handle),
    /// The last life's writer has not left yet.
    Busy,
    /// The area has no generations left.
    WornOut,
}

impl Class {
    /// The class of areas with this profile. `None` if the process has too many profiles.
    pub(crate) fn new(profile: Profile) -> Option<Self> {
        let buckets = profile.search.as_ref().map(|search| search.buckets() as u16);
        Some(Self { profile: space::intern(profile)?, buckets, sampled: false })
    }

    /// As this one, with updates that are sampled for exemplars.
    pub(crate) fn sampled(self) -> Self {
        Self { sampled: true, ..self }
    }

    pub(super) fn is_sampled(self) -> bool {
        self.sampled
    }

    pub(super) fn profile(self) -> u16 {
        self.profile
    }

    /// Words of an area: a power of two, so that areas tile a chunk; of a block at least a unit, which
    /// aligns it to one.
    pub(super) fn words(self) -> usize {
        match self.buckets {
            None => number::WORDS,
            Some(buckets) => block::words(buckets.into()).next_power_of_two().max(UNIT_WORDS),
        }
    }

    /// Begins a life in an area that the caller owns and no life is in. `hot` areas skip the shared stage.
    pub(crate) fn start(self, slot: u32, hot: bool) -> Start {
        let shared = space::shared(slot);
        let generation = match self.buckets {
            None => cell::start(shared, hot),
            Some(buckets) => block::start(shared, buckets.into(), hot),
        };
        match generation {
            Some(generation) => Start::Live(Handle { slot, generation }),
            None if self.buckets.is_some() && !block::is_worn_out(shared) => Start::Busy,
            None => Start::WornOut,
        }
    }

    /// Ends a life that the caller began.
    pub(crate) fn end(self, handle: Handle) {
        let shared = space::shared(handle.slot);
        match self.buckets {
            None => cell::end(shared, handle.generation),
            Some(_) => block::end(shared),
        }
    }
}
