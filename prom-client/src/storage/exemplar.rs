//! One exemplar: a value, a time and labels that belong together.
//!
//! # Problem
//! Many threads may bring an exemplar for the same bucket at the same time, while a scrape reads it. The
//! scrape must show one of them whole or none, and none of an earlier life of the area; and no update waits.
//!
//! # Protocol
//! A place has a sequence, which is odd while the place is written, the generation that its exemplar is of,
//! and the exemplar in words.
//!
//! * **Write**: the sequence from even to odd, by a compare-and-swap. Who fails leaves: another exemplar of
//!   about the same moment is as good. If the place has one of a later generation, nothing is written.
//!   Fence, words, and the next even sequence.
//! * **Read**: sequence, words, fence, sequence again: even and the same, or another attempt, of which there
//!   are a few. A writer that was stopped half-way costs the scrape this exemplar and nobody a wait.
//! * **Removal** does nothing here. An exemplar is of a generation, and generations of an area do not come
//!   again: a reader asks for that of its handle.
//!
//! A reading leaves a note of what it has shown: then it is time for another one. The note is a hint.
//!
//! # Orderings
//! | site | ordering | pairs with | carries |
//! |---|---|---|---|
//! | write, CAS | Acquire | write, last store Release | writers take turns; the later one sees the generation of the one before |
//! | write, fence | Release | read, fence Acquire | who reads a word of the next exemplar sees that the sequence moved |
//! | write, last store | Release | read, first load Acquire | the sequence implies its words, and that the update is counted |
//!
//! # Progress and cost
//! A write is one locked instruction and a dozen stores. Nobody waits for anybody.
//!
//! # Verified by
//! `models::exemplar`; each named weakening fails.

use super::sync::{AtomicU64, OnceBox, Ordering, fence};

/// Most bytes of labels.
pub(crate) const MOST: usize = 512;

/// Words for labels of usual length: a trace id of 32 digits and a span id of 16, with their names.
const SHORT: usize = if cfg!(loom) { 1 } else { 10 };

/// Attempts of a reader.
const ATTEMPTS: u32 = if cfg!(loom) { 1 } else { 64 };

/// Where one exemplar is kept.
#[derive(Debug)]
pub(crate) struct Place {
    sequence: AtomicU64,
    /// The sequence that a reading has shown last.
    shown: AtomicU64,
    generation: AtomicU64,
    value: AtomicU64,
    /// In nanoseconds since the Unix epoch.
    time: AtomicU64,
    /// Bytes of labels.
    len: AtomicU64,
    short: [AtomicU64; SHORT],
    /// For labels that are longer; made when the first such come.
    long: OnceBox<[AtomicU64; MOST / 8]>,
}

/// What a place had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) value: f64,
    pub(crate) time: u64,
    /// The labels, and how many bytes of them count.
    pub(crate) labels: [u8; MOST],
    pub(crate) len: usize,
}

impl Place {
    pub(crate) fn new() -> Box<Self> {
        Box::new(Self {
            sequence: AtomicU64::new(0),
            shown: AtomicU64::new(0),
            generation: AtomicU64::new(0),
            value: AtomicU64::new(0),
            time: AtomicU64::new(0),
            len: AtomicU64::new(0),
            short: std::array::from_fn(|_| AtomicU64::new(0)),
            long: OnceBox::new(),
        })
    }

    /// Whether another exemplar is wanted: there is none of this life, or a reading has shown it.
    pub(crate) fn is_due(&self, generation: u32) -> bool {
        // Ordering: Relaxed - a hint.
        self.generation.load(Ordering::Relaxed) != u64::from(generation)
            || self.shown.load(Ordering::Relaxed) == self.sequence.load(Ordering::Relaxed)
    }

    /// Keeps an exemplar, unless another thread is writing or there is one of a later life. `labels` are
    /// at most [`MOST`] bytes.
    pub(crate) fn write(&self, generation: u32, value: f64, time: u64, labels: &[u8]) -> bool {
        let seen = self.sequence.load(Ordering::Relaxed);
        let free = seen & 1 == 0;
        if !free
            || self
                .sequence
                .compare_exchange(seen, seen + 1, Ordering::Acquire, Ordering::Relaxed)
                .is_err()
        {
            return false;
        }
        if self.generation.load(Ordering::Relaxed) > u64::from(generation) {
            // Ordering: Release - hands on what was acquired from the writer before.
            self.sequence.store(seen, Ordering::Release);
            return false;
        }
        fence(Ordering::Release);
        self.generation.store(generation.into(), Ordering::Relaxed);
        self.value.store(value.to_bits(), Ordering::Relaxed);
        self.time.store(time, Ordering::Relaxed);
        self.len.store(labels.len() as u64, Ordering::Relaxed);
        let words = if labels.len() <= 8 * SHORT {
            &self.short[..]
        } else {
            &self.long.get_or_init(|| Box::new(std::array::from_fn(|_| AtomicU64::new(0))))[..]
        };
        for (word, bytes) in words.iter().zip(labels.chunks(8)) {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_le_bytes(padded), Ordering::Relaxed);
        }
        self.sequence.store(seen + 2, Ordering::Release);
        true
    }

    /// The exemplar, if there is one of this life.
    pub(crate) fn read(&self, generation: u32) -> Option<Kept> {
        for _ in 0..ATTEMPTS {
            if let Some((of, kept)) = self.attempt() {
                return (of == u64::from(generation)).then_some(kept);
            }
            std::hint::spin_loop();
        }
        None
    }

    /// What is kept, and of which generation; `None` when a writer came between.
    fn attempt(&self) -> Option<(u64, Kept)> {
        let seen = self.sequence.load(Ordering::Acquire);
        if seen & 1 == 1 {
            return None;
        }
        let generation = self.generation.load(Ordering::Relaxed);
        let value = f64::from_bits(self.value.load(Ordering::Relaxed));
        let time = self.time.load(Ordering::Relaxed);
        let len = (self.len.load(Ordering::Relaxed) as usize).min(MOST);
        let words = if len <= 8 * SHORT { &self.short[..] } else { &self.long.get()?[..] };
        let mut labels = [0; MOST];
        for (bytes, word) in labels[..len.next_multiple_of(8)].chunks_exact_mut(8).zip(words) {
            bytes.copy_from_slice(&word.load(Ordering::Relaxed).to_le_bytes());
        }
        fence(Ordering::Acquire);
        if self.sequence.load(Ordering::Relaxed) != seen {
            return None;
        }
        self.shown.store(seen, Ordering::Relaxed);
        Some((generation, Kept { value, time, labels, len }))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn labels(kept: Option<Kept>) -> Option<Vec<u8>> {
        kept.map(|kept| kept.labels[..kept.len].to_vec())
    }

    #[test]
    fn labels_of_every_length_come_back_and_the_latest_stays() {
        let place = Place::new();
        let text: Vec<u8> = (0..MOST).map(|i| i as u8).collect();
        for len in (0..=MOST).rev().chain([MOST, 3]) {
            assert!(place.write(3, 0.5, 7, &text[..len]));
            let kept = place.read(3);
            assert_eq!(kept.map(|kept| (kept.value, kept.time)), Some((0.5, 7)));
            assert_eq!(labels(kept).as_deref(), Some(&text[..len]));
        }
    }

    #[test]
    fn lives_are_kept_apart_and_an_earlier_one_never_replaces_a_later_one() {
        let place = Place::new();
        assert!(place.is_due(3) && place.read(3).is_none());
        assert!(place.write(5, 1.0, 1, b"five"));
        assert!(!place.is_due(5) && place.is_due(7));
        assert!(!place.write(3, 1.0, 1, b"three"));
        assert_eq!(labels(place.read(3)), None);
        assert_eq!(labels(place.read(5)).as_deref(), Some(&b"five"[..]));
        assert!(place.is_due(5), "it was shown");
        assert!(place.write(7, 1.0, 1, b"seven"));
        assert_eq!(labels(place.read(5)), None);
        assert_eq!(labels(place.read(7)).as_deref(), Some(&b"seven"[..]));
    }

    #[test]
    fn a_writer_that_was_stopped_half_way_costs_the_exemplar_and_no_wait() {
        let place = Place::new();
        assert!(place.write(3, 1.0, 1, b"one"));
        place.sequence.fetch_add(1, Ordering::Relaxed);
        assert!(place.read(3).is_none() && !place.write(3, 2.0, 2, b"two"));
        place.sequence.fetch_add(1, Ordering::Relaxed);
        assert!(place.write(3, 2.0, 2, b"two"));
        assert_eq!(labels(place.read(3)).as_deref(), Some(&b"two"[..]));
    }
}
