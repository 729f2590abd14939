//! Names and values of labels, each kept once.

use std::collections::HashMap;
use std::sync::Arc;

/// The number of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Symbol(u32);

/// A name and a value.
pub(super) type Pair = (Symbol, Symbol);

/// All texts, by number and by text.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Symbol>,
}

impl Symbols {
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }

    pub(super) fn find(&self, text: &str) -> Option<Symbol> {
        self.numbers.get(text).copied()
    }

    /// The number of a text, which it gets now if it had none.
    pub(super) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.find(text) {
            return symbol;
        }
        let number = u32::try_from(self.texts.len()).expect("as many texts do not fit into memory");
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, Symbol(number));
        Symbol(number)
    }

    /// Forgets all texts from this number on.
    pub(super) fn truncate(&mut self, length: usize) {
        for text in self.texts.drain(length..) {
            self.numbers.remove(&text);
        }
    }
}
