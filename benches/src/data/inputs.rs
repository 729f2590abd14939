//! Endless inputs for hot loops, cheap enough not to show in the result.
//!
//! They are `Copy`, and their items are leaked, so that a loop can hold pointer and length in
//! registers: behind a reference, `black_box` would make it load them anew each time.

use super::SEED;

/// How many draws there are before they repeat; more than a branch predictor learns by heart.
const DRAWS: usize = 1 << 14;

/// An endless sequence of inputs that can be entered anywhere.
pub trait Inputs: Copy + Send + Sync + 'static {
    /// One input.
    type Item;

    /// The input at this position. There is one at every position.
    fn at(&self, position: usize) -> Self::Item;
}

/// A list of inputs, over and over.
#[derive(Clone, Copy, Debug)]
pub struct Cycle<T: 'static>(&'static [T]);

impl<T: Copy> Cycle<T> {
    /// Repeats `items`, the last of which are followed by the first of them once more: the length is
    /// rounded up to a power of two, so that no position needs a division.
    #[must_use]
    pub fn new(items: &[T]) -> Self {
        let length = items.len().next_power_of_two();
        Self(items.iter().copied().cycle().take(length).collect::<Vec<T>>().leak())
    }

    /// How many inputs there are before they repeat.
    #[must_use]
    pub fn period(self) -> usize {
        self.0.len()
    }
}

impl Cycle<u32> {
    /// The numbers below `count`, each once, in random order.
    #[must_use]
    pub fn shuffled(count: u32) -> Self {
        let mut numbers: Vec<u32> = (0..count).collect();
        fastrand::Rng::with_seed(SEED).shuffle(&mut numbers);
        Self::new(&numbers)
    }
}

impl<T: Copy + Send + Sync + 'static> Inputs for Cycle<T> {
    type Item = T;

    #[inline]
    fn at(&self, position: usize) -> T {
        self.0[position & (self.0.len() - 1)]
    }
}

/// Items drawn from a list at random, again and again.
///
/// Unlike a [`Cycle`] of the draws, this holds every item once: many draws of a few large items stay
/// within the cache of the processor.
#[derive(Clone, Copy, Debug)]
pub struct Draws<T: 'static> {
    items: &'static [T],
    order: Cycle<u32>,
}

impl<T: Copy> Draws<T> {
    /// Draws from these items.
    ///
    /// # Panics
    /// If there are none.
    #[must_use]
    pub fn new(items: &[T]) -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let count = u32::try_from(items.len()).expect("fewer items than a u32 counts");
        let draws: Vec<u32> = (0..DRAWS.max(items.len())).map(|_| random.u32(0..count)).collect();
        Self { items: items.to_vec().leak(), order: Cycle::new(&draws) }
    }

    /// The items themselves, each once.
    #[must_use]
    pub fn items(self) -> &'static [T] {
        self.items
    }
}

impl<T: Copy + Send + Sync + 'static> Inputs for Draws<T> {
    type Item = T;

    #[inline]
    fn at(&self, position: usize) -> T {
        self.items[self.order.at(position) as usize]
    }
}

impl<A: Inputs, B: Inputs> Inputs for (A, B) {
    type Item = (A::Item, B::Item);

    #[inline]
    fn at(&self, position: usize) -> Self::Item {
        (self.0.at(position), self.1.at(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_repeats_after_its_period() {
        let cycle = Cycle::new(&[1, 2, 3]);
        let seen: Vec<i32> = (0..6).map(|position| cycle.at(position)).collect();
        assert_eq!(seen, [1, 2, 3, 1, 1, 2]);
        assert_eq!(cycle.period(), 4);
    }

    #[test]
    fn draws_reach_all_items() {
        let draws = Draws::new(&[10, 20, 30]);
        let mut seen: Vec<i32> = (0..100).map(|position| draws.at(position)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [10, 20, 30]);
    }
}
