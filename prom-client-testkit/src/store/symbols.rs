//! Names and values of labels, each kept once.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use hashbrown::HashTable;

use super::column::push;

/// The number of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Symbol(u32);

/// A name and a value.
pub(crate) type Pair = (Symbol, Symbol);

/// All texts, by number and by text.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    texts: Vec<Arc<str>>,
    /// Numbers alone, so that a text is nowhere but in its place.
    by_text: HashTable<Symbol>,
    hasher: RandomState,
}

impl Symbol {
    /// The symbol of this number.
    pub(crate) fn new(number: usize) -> Self {
        Self(u32::try_from(number).expect("as many texts do not fit into memory"))
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Symbols {
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn text(&self, symbol: Symbol) -> &Arc<str> {
        &self.texts[symbol.index()]
    }

    pub(crate) fn find(&self, text: &str) -> Option<Symbol> {
        let same = |symbol: &Symbol| *self.texts[symbol.index()] == *text;
        self.by_text.find(self.hasher.hash_one(text), same).copied()
    }

    /// The number of a text, which it gets now if it had none.
    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.find(text) {
            return symbol;
        }
        let new = Symbol::new(self.texts.len());
        push(&mut self.texts, text.into());
        let Self { texts, by_text, hasher } = self;
        let hash = |symbol: &Symbol| hasher.hash_one(&*texts[symbol.index()]);
        by_text.insert_unique(hash(&new), new, hash);
        new
    }

    /// Forgets all texts from this number on.
    pub(super) fn truncate(&mut self, length: usize) {
        for (i, text) in self.texts.drain(length..).enumerate() {
            let same = |symbol: &Symbol| symbol.index() == length + i;
            if let Ok(entry) = self.by_text.find_entry(self.hasher.hash_one(&*text), same) {
                entry.remove();
            }
        }
    }
}
