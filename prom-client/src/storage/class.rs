//! What kind of areas a metric has, and how their lives begin and end.

use super::area::Handle;
use super::profile::Profile;
use super::space::UNIT_WORDS;
use super::{block, cell, distribution, native, number, page, slab, space, summary};
use crate::clock::nanos;

/// Size and profile of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// Number of the profile.
    profile: u16,
    shape: Shape,
    /// Updates are sampled for exemplars: the areas lie apart.
    sampled: bool,
    /// A number that is only added to, never set.
    sum: bool,
}

/// What an area is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Shape {
    /// One number.
    Cell,
    /// So many buckets.
    Block(u16),
    /// The first stage of a native histogram: so many words.
    Native(u16),
    /// A further one.
    Stage(u16),
    /// Sum and count, and pages that come as they are needed.
    Summary,
    /// A page, or a root of pages.
    Page,
}

/// See [`Class::tile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    words: usize,
    protocol: Protocol,
}

/// See [`Class::tile`]. Labels of native histograms are put where others have counts, by threads that may come late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Cell,
    Block,
    Native,
    Stage,
}

/// What became of an attempt to begin a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It began, in this generation. No handle: that would be put together in memory, by two writes that a
    /// read of both waits for.
    Live(u32),
    /// The last life's writer has not left yet.
    Busy,
    /// The area has no generations left.
    WornOut,
    /// The process has no room for what the area needs besides.
    Full,
}

impl Class {
    /// The class of areas with this profile. `None` if the process has too many profiles.
    pub(crate) fn new(profile: Profile) -> Option<Self> {
        let shape = match (&profile.search, &profile.native, &profile.sliding) {
            (Some(search), ..) => Shape::Block(search.buckets() as u16),
            (None, Some(native), _) => Shape::Native(native.words as u16),
            (None, None, Some(_)) => Shape::Summary,
            (None, None, None) => Shape::Cell,
        };
        Some(Self { profile: space::intern(profile)?, shape, sampled: false, sum: false })
    }

    /// As this one, with updates that are sampled for exemplars.
    pub(crate) fn sampled(self) -> Self {
        Self { sampled: true, ..self }
    }

    /// As this one, of numbers that are only added to. What is set too has to know the sum of the cells of all
    /// threads each time, unless there are none.
    pub(crate) fn sum(self) -> Self {
        Self { sum: true, ..self }
    }

    pub(super) fn is_sampled(self) -> bool {
        self.sampled
    }

    /// The class of pages, which have no use for a profile.
    pub(super) const fn page() -> Self {
        Self { profile: 0, shape: Shape::Page, sampled: false, sum: false }
    }

    /// The class of stages with so many words, which have no use for a profile either.
    pub(super) const fn stage(words: usize) -> Self {
        Self { profile: 0, shape: Shape::Stage(words as u16), sampled: false, sum: false }
    }

    pub(super) fn profile(self) -> u16 {
        self.profile
    }

    /// What areas that take one another's place have in common: their size, and the protocol, since each has
    /// its own way to keep words from being used again while somebody writes to them.
    pub(super) fn tile(self) -> Tile {
        Tile { words: self.words(), protocol: self.protocol() }
    }

    /// Words of an area: a power of two, so that areas tile a chunk; of a block at least a unit, which
    /// aligns it to one.
    pub(super) fn words(self) -> usize {
        match self.shape {
            Shape::Cell => number::WORDS,
            Shape::Block(buckets) => {
                block::words(buckets.into()).next_power_of_two().max(UNIT_WORDS)
            }
            Shape::Native(words) | Shape::Stage(words) => words.into(),
            Shape::Summary => summary::WORDS,
            Shape::Page => page::WORDS,
        }
    }

    /// Begins a life in an area that the caller owns and no life is in. `hot` areas skip the shared stage.
    pub(crate) fn start(self, slot: u32, hot: bool) -> Start {
        let shared = space::shared(slot);
        let generation = match self.shape {
            Shape::Cell if self.sum && slab::has_areas(slot) => cell::start_private(shared, hot),
            Shape::Cell => cell::start(shared, hot),
            Shape::Block(buckets) => block::start(shared, buckets.into(), hot),
            Shape::Summary => match summary::take_root() {
                Some(root) => summary::start(slot, root, hot),
                None => return Start::Full,
            },
            Shape::Native(words) => self.start_native(slot, words.into(), hot),
            Shape::Stage(words) => block::start(shared, block::counts(words.into()), hot),
            Shape::Page => page::start(shared),
        };
        match generation {
            Some(generation) => Start::Live(generation),
            None if self.protocol() != Protocol::Cell && !block::is_worn_out(shared) => Start::Busy,
            None => Start::WornOut,
        }
    }

    fn start_native(self, slot: u32, words: usize, hot: bool) -> Option<u32> {
        let profile = space::profile(slot)?;
        let native = profile.native.as_ref()?;
        let shared = space::shared(slot);
        let generation = block::start(shared, block::counts(words), hot)?;
        native.prepare(shared, nanos(profile.clock.now()));
        Some(generation)
    }

    /// Whether there was an update since the last look at this life, of whatever kind. `seen` is what a look
    /// leaves for the next one; the first look at a life says anything. `None` when the life is over.
    pub(super) fn look(self, handle: Handle, seen: &mut u64) -> Option<bool> {
        match self.shape {
            // Not by their numbers: a gauge that goes up and down, or is set to the same value again and
            // again, is not at rest.
            Shape::Cell => number::ask(handle),
            Shape::Block(_) | Shape::Summary => {
                let count = distribution::total(handle)?;
                Some(std::mem::replace(seen, count) != count)
            }
            Shape::Native(_) => {
                let native = space::profile(handle.slot)?.native.as_ref()?;
                let count = native::total(handle, native)?;
                Some(std::mem::replace(seen, count) != count)
            }
            Shape::Stage(_) | Shape::Page => None,
        }
    }

    /// Ends a life that the caller began.
    pub(crate) fn end(self, handle: Handle) {
        let shared = space::shared(handle.slot);
        match self.shape {
            Shape::Cell => cell::end(shared, handle.generation),
            Shape::Block(_) | Shape::Stage(_) => block::end(shared),
            Shape::Native(_) => native::stages::end(handle),
            Shape::Summary => summary::end(handle),
            Shape::Page => page::end(shared, handle.generation),
        }
    }

    fn protocol(self) -> Protocol {
        match self.shape {
            Shape::Cell | Shape::Page => Protocol::Cell,
            Shape::Block(_) | Shape::Summary => Protocol::Block,
            Shape::Native(_) => Protocol::Native,
            Shape::Stage(_) => Protocol::Stage,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::storage::areas::Areas;

    #[test]
    fn only_a_sum_among_areas_that_a_thread_has_words_for_begins_private() {
        let numbers = Class::new(Profile::plain(Clock::system())).unwrap();
        for (class, sum) in [(numbers, false), (numbers.sum(), true)] {
            let mut areas = Areas::new(class);
            let mut begin = |hot| {
                let slot = areas.take().unwrap();
                let Start::Live(generation) = class.start(slot, hot) else {
                    panic!("not worn out")
                };
                Handle { slot, generation }
            };
            let is_private = |handle: Handle| {
                cell::read(space::shared(handle.slot), handle.generation).unwrap().private
            };
            let hot = begin(true);
            number::add(hot, 1);
            assert!(is_private(hot), "its cell has begun");
            let neighbour = begin(false);
            assert_eq!(is_private(neighbour), sum);
            number::add(neighbour, 2);
            assert_eq!((number::total(hot), number::total(neighbour)), (Some(1), Some(2)));
            for handle in [hot, neighbour] {
                class.end(handle);
            }
        }
    }
}
