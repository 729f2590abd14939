//! Long label values, each kept once however many series have it.
//!
//! ```text
//!  [series, length and flags | bytes ..]     how many series have it; the upper half of its `Value`
//!                              └─ the address in its `Value`
//! ```
//!
//! They are found by an [`Index`], which grows a little at a time: a hash table that moves 100,000 values at once
//! would stop, for milliseconds, whoever happens to create the series.

use super::super::sync::{AtomicU64, Ordering};
use super::Address;
use super::growing::{Growing, Room};
use super::hash::{Seed, hash_value};
use super::index::{Index, Load};
use super::rendered::Rendered;
use super::text;
use super::value::{Kept, Value};

/// Which long values there are, and which places for them are free. The writer has it; the words
/// themselves are in a [`Growing`] that look-ups read.
#[derive(Debug, Default)]
pub(super) struct Interner {
    /// From the hash of a value to its place. Made for the first one: many families have none.
    index: Option<Box<Index>>,
    load: Load,
    /// Free places, by class of length.
    free: Vec<Vec<Address>>,
    room: Room<AtomicU64>,
}

/// Words in front of the bytes.
const HEADER: usize = 1;

impl Interner {
    /// How many values there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.load.live()
    }

    /// A long value for one series more, written now if no series had it. `None` when there is no room.
    pub(super) fn intern(
        &mut self,
        values: &Growing<AtomicU64>,
        value: Rendered<'_>,
    ) -> Option<Value> {
        let Rendered { look, hash, words } = value;
        let index = self.index.get_or_insert_with(|| Box::new(Index::new()));
        for at in index.candidates(hash) {
            let place = Place::new(values, at)?;
            if place.value().place_of(look).is_some() && text::begins_with(place.text, words) {
                place.set_series(place.series() + 1);
                return Some(place.value());
            }
        }
        let (class, room) = class(look.length());
        let at = match self.free.get_mut(class).and_then(Vec::pop) {
            Some(at) => at,
            None => values.push(&mut self.room, HEADER + room)?,
        };
        if index.insert(&mut self.load, hash, at, None).is_none() {
            self.give_back(class, at);
            return None;
        }
        let place = Place::new(values, at)?;
        text::write(place.text, words);
        place.begin(look, words);
        Some(place.value())
    }

    /// One series less has this value, if it is a long one.
    pub(super) fn release(&mut self, values: &Growing<AtomicU64>, seed: Seed, value: Value) {
        let Kept::Long(text, length) = value.kept() else { return };
        let at = text - HEADER as Address;
        let Some(place) = Place::new(values, at) else { return };
        place.set_series(place.series() - 1);
        if place.series() > 0 {
            return;
        }
        let mut bytes = vec![0; length + 8];
        text::copy(place.text, length, &mut bytes);
        if let Some(index) = &self.index {
            index.remove(&mut self.load, hash_value(seed, &bytes[..length]), at);
        }
        self.give_back(class(length).0, at);
    }

    fn give_back(&mut self, class: usize, at: Address) {
        if self.free.len() <= class {
            self.free.resize(class + 1, Vec::new());
        }
        self.free[class].push(at);
    }
}

/// Where a value is kept. Only the writer, under its lock, looks at more than the bytes.
#[derive(Clone, Copy)]
struct Place<'a> {
    at: Address,
    header: &'a AtomicU64,
    /// The words of the value, and whatever is kept behind them.
    text: &'a [AtomicU64],
}

impl<'a> Place<'a> {
    fn new(values: &'a Growing<AtomicU64>, at: Address) -> Option<Self> {
        let (header, text) = values.from(at).split_first()?;
        Some(Self { at, header, text })
    }

    /// The word by which records name it.
    fn value(self) -> Value {
        // Ordering: Relaxed, here and below - under the writer's lock.
        let upper = self.header.load(Ordering::Relaxed) << 32;
        Value::from_bits(upper | u64::from(self.at + HEADER as Address))
    }

    fn series(self) -> u32 {
        (self.header.load(Ordering::Relaxed) >> 32) as u32
    }

    fn set_series(self, series: u32) {
        let lower = self.header.load(Ordering::Relaxed) as u32;
        self.header.store(u64::from(series) << 32 | u64::from(lower), Ordering::Relaxed);
    }

    /// One series has the value that was written here.
    fn begin(self, look: Value, words: &[u64]) {
        let upper = Value::long(look, words, 0).to_bits() >> 32;
        self.header.store(1 << 32 | upper, Ordering::Relaxed);
    }
}

/// The class of lengths that share free places, and the words of a place: up to eight words each
/// length is its own class, above that they are rounded up to a power of two.
fn class(length: usize) -> (usize, usize) {
    let words = text::words(length);
    if words <= 8 {
        (words, words)
    } else {
        let words = words.next_power_of_two();
        (words.trailing_zeros() as usize + 8, words)
    }
}
