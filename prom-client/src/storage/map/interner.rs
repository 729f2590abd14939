//! Long label values, each kept once however many series have it.

use hashbrown::HashTable;

use super::super::sync::AtomicU64;
use super::Address;
use super::growing::{End, Growing};
use super::hash::{Seed, hash_value};
use super::text;
use super::value::{Kept, Value};

/// Which long values there are, and which places for them are free. The writer has it; the words
/// themselves are in a [`Growing`] that look-ups read.
#[derive(Debug, Default)]
pub(super) struct Interner {
    interned: HashTable<Interned>,
    /// Free places, by class of length.
    free: Vec<Vec<Address>>,
    end: End,
}

/// A value that some series have.
#[derive(Clone, Copy, Debug)]
struct Interned {
    value: Value,
    series: u32,
    /// Kept, so that the table grows without a look at the values.
    hash: u64,
}

impl Interner {
    /// How many values there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.interned.len()
    }

    /// A long value for one series more, written now if no series had it. `None` when there is no room.
    pub(super) fn intern(
        &mut self,
        values: &Growing<AtomicU64>,
        seed: Seed,
        look: Value,
        value: &[u8],
    ) -> Option<Value> {
        let hash = hash_value(seed, value);
        let same = |interned: &Interned| match interned.value.place_of(look) {
            Some(Some(at)) => text::equals(values.from(at), value),
            _ => false,
        };
        if let Some(interned) = self.interned.find_mut(hash, same) {
            interned.series += 1;
            return Some(interned.value);
        }
        let (class, words) = class(value.len());
        let free = self.free.get_mut(class).and_then(Vec::pop);
        let at = match free {
            Some(at) => at,
            None => values.push(&mut self.end, words)?,
        };
        text::write(values.from(at), value);
        let value = Value::long(value, at);
        let interned = Interned { value, series: 1, hash };
        self.interned.insert_unique(hash, interned, |interned| interned.hash);
        Some(value)
    }

    /// One series less has this value, if it is a long one.
    pub(super) fn release(&mut self, values: &Growing<AtomicU64>, seed: Seed, value: Value) {
        let Kept::Long(at, length) = value.kept() else { return };
        let mut bytes = vec![0; length + 8];
        text::copy(values.from(at), length, &mut bytes);
        let hash = hash_value(seed, &bytes[..length]);
        let same = |interned: &Interned| interned.value == value;
        let Ok(mut entry) = self.interned.find_entry(hash, same) else {
            return;
        };
        entry.get_mut().series -= 1;
        if entry.get().series == 0 {
            entry.remove();
            let (class, _) = class(length);
            if self.free.len() <= class {
                self.free.resize(class + 1, Vec::new());
            }
            self.free[class].push(at);
        }
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
