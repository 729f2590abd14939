//! Words per thread: threads that come and go, beside readers that look only at threads with words.

use super::{check, numbers, spawn};
use crate::clock::Clock;
use crate::storage::{Class, Profile, Search, distribution, number, single, slab};

/// Nothing is lost when a thread ends and another goes on in its words, nor when there are more threads than a
/// reader finds by number.
#[test]
fn models_nothing_counted_is_lost_when_threads_come_and_go() {
    check(Some(2), || {
        let counter = single::begin(numbers()).expect("there is room");
        // One slab is free. One thread takes it, or each of the others in turn; some append.
        number::add(counter, 1);
        slab::leave();
        for counting in [(), (), ()].map(|()| spawn(move || number::add(counter, 1))) {
            counting.join().unwrap();
        }
        assert_eq!(number::total(counter), Some(4));
    });
}

/// A reading has what its thread counted before, and what an earlier reading had, also of threads that have
/// just begun.
#[test]
fn models_a_reading_never_goes_back() {
    check(Some(2), || {
        let counter = single::begin(numbers()).expect("there is room");
        let other = spawn(move || (0..2).for_each(|_| number::add(counter, 1)));
        let reader = spawn(move || {
            number::add(counter, 1);
            let (first, second) = (number::total(counter), number::total(counter));
            assert!(Some(1) <= first && first <= second, "{first:?}, then {second:?}");
        });
        other.join().unwrap();
        reader.join().unwrap();
        assert_eq!(number::total(counter), Some(3));
    });
}

/// The same for histograms, whose readers ask the owner of a slab; buckets and sum belong together.
#[test]
fn models_nothing_observed_is_lost_when_threads_come_and_go() {
    check(Some(1), || {
        let search = Some(Search::new(&[5.0]));
        let class = Class::new(Profile { search, ..Profile::plain(Clock::system()) })
            .expect("there is room");
        let histogram = single::begin(class).expect("there is room");
        let read = move || {
            let mut counts = [0; 2];
            let sum = distribution::read(histogram, &mut counts).expect("alive");
            assert_eq!(counts[0] as f64 + 10.0 * counts[1] as f64, sum, "torn");
            sum
        };
        let observers =
            [1.0, 10.0].map(|value| spawn(move || distribution::observe(histogram, value)));
        let reader = spawn(move || {
            read();
        });
        for actor in observers.into_iter().chain([reader]) {
            actor.join().unwrap();
        }
        assert_eq!(read(), 11.0);
    });
}

/// A thread that has just got its slab is in the scan for hazards, new or another's, and one that gave it back
/// is done.
#[test]
fn models_a_set_by_a_thread_without_a_slab_never_lands_in_the_next_life() {
    check(Some(2), || {
        let class = numbers();
        let first = single::begin(class).expect("there is room");
        let writers = [1 << 30, 1 << 31].map(|value| spawn(move || number::set(first, value)));
        let remover = spawn(move || {
            single::end(class, first);
            single::begin(class).expect("there is room")
        });
        for writer in writers {
            writer.join().unwrap();
        }
        let second = remover.join().unwrap();
        assert_eq!(number::total(second), Some(0));
        assert_eq!(number::total(first), None);
    });
}
