//! Counts by place, packed.

use super::sketch::Place;

/// How often each place was counted, in order of places: two to four bytes for a place that was, none for
/// one that was not.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(Box<[u8]>);

impl Tally {
    /// Of places in order.
    pub(super) fn new(counts: impl Iterator<Item = (Place, u64)>) -> Self {
        let (mut bytes, mut next) = (Vec::new(), 0);
        for (place, n) in counts.filter(|(_, n)| *n > 0) {
            let number = u64::from(place.number());
            push(&mut bytes, number - next);
            push(&mut bytes, n);
            next = number + 1;
        }
        Self(bytes.into_boxed_slice())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Place, u64)> {
        let (mut bytes, mut next) = (self.0.iter(), 0);
        std::iter::from_fn(move || {
            let number = next + take(&mut bytes)?;
            next = number + 1;
            Some((Place::of_number(number as u32), take(&mut bytes)?))
        })
    }
}

/// Adds counts to others; both are in order of places.
pub(super) fn add(to: &mut Vec<(Place, u64)>, counts: impl Iterator<Item = (Place, u64)>) {
    merge(to, counts, u64::wrapping_add);
}

/// Takes counts from others, which have all of them.
pub(super) fn subtract(from: &mut Vec<(Place, u64)>, counts: impl Iterator<Item = (Place, u64)>) {
    merge(from, counts, u64::wrapping_sub);
}

fn merge(
    to: &mut Vec<(Place, u64)>,
    counts: impl Iterator<Item = (Place, u64)>,
    combine: impl Fn(u64, u64) -> u64,
) {
    let mut counts = counts.peekable();
    let mut merged = Vec::with_capacity(to.len());
    for (place, n) in to.drain(..) {
        while let Some(other) = counts.next_if(|(other, _)| *other < place) {
            merged.push((other.0, combine(0, other.1)));
        }
        let same = counts.next_if(|(other, _)| *other == place).map_or(0, |(_, m)| m);
        merged.push((place, combine(n, same)));
    }
    merged.extend(counts.map(|(place, m)| (place, combine(0, m))));
    *to = merged;
}

/// Seven bits to a byte, the lowest first; the top bit says that more follow.
fn push(bytes: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
}

fn take<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<u64> {
    let mut n = 0;
    for shift in (0..).step_by(7) {
        let byte = *bytes.next()?;
        n |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Some(n)
}

#[cfg(test)]
mod tests {
    use super::super::page::CELLS;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Counts = BTreeMap<(u32, u32), u64>;

    fn counts() -> impl Strategy<Value = Counts> {
        let n = prop_oneof![1_u64..300, Just(u64::MAX), any::<u64>()];
        prop::collection::btree_map((0_u32..4_000, 0..CELLS as u32), n, 0..60)
    }

    fn places(counts: &Counts) -> impl Iterator<Item = (Place, u64)> {
        counts.iter().map(|((page, cell), n)| (Place { page: *page, cell: *cell }, *n))
    }

    proptest! {
        #[test]
        fn counts_come_back(mut counts in counts()) {
            let tally = Tally::new(places(&counts));
            counts.retain(|_, n| *n > 0);
            prop_assert!(tally.iter().eq(places(&counts)));
        }

        #[test]
        fn sums_and_differences_are_those_of_maps(a in counts(), b in counts()) {
            let mut sum = a.clone();
            for (place, n) in &b {
                let there = sum.entry(*place).or_default();
                *there = there.wrapping_add(*n);
            }
            let mut merged: Vec<_> = places(&a).collect();
            add(&mut merged, places(&b));
            prop_assert!(merged.iter().copied().eq(places(&sum)));
            subtract(&mut merged, places(&a));
            merged.retain(|(_, n)| *n > 0);
            let mut b = b;
            b.retain(|_, n| *n > 0);
            prop_assert!(merged.iter().copied().eq(places(&b)));
        }
    }
}
