//! One exemplar: writers at the same time, a reader, lives that follow each other.

use std::sync::Arc;

use loom::sync::atomic::{AtomicU64, Ordering};
use loom::thread;

use super::check;
use crate::storage::exemplar::Place;

/// An exemplar all of whose parts say the same.
fn write(place: &Place, generation: u32, n: u8) -> bool {
    place.write(generation, f64::from(n), n.into(), &[n])
}

/// What the place shows, if its parts say the same.
fn read(place: &Place, generation: u32) -> Option<u8> {
    let kept = place.read(generation)?;
    let n = kept.labels[0];
    assert_eq!((kept.value, kept.time, kept.len), (f64::from(n), n.into(), 1), "torn");
    Some(n)
}

fn place() -> Arc<Place> {
    Arc::from(Place::new())
}

/// One thread writes twice while another reads: what is shown is whole, and of an update that is counted.
#[test]
fn models_an_exemplar_is_whole_and_counted() {
    check(Some(3), || {
        let (place, counted) = (place(), Arc::new(AtomicU64::new(0)));
        let writer = {
            let (place, counted) = (Arc::clone(&place), Arc::clone(&counted));
            thread::spawn(move || {
                for n in [1, 2] {
                    counted.fetch_add(1, Ordering::Relaxed);
                    assert!(write(&place, 3, n), "nobody else writes");
                }
            })
        };
        let reader = {
            let (place, counted) = (Arc::clone(&place), Arc::clone(&counted));
            thread::spawn(move || {
                if let Some(n) = read(&place, 3) {
                    let counted = counted.load(Ordering::Relaxed);
                    assert!(counted >= n.into(), "{n} is shown, {counted} are counted");
                }
            })
        };
        writer.join().unwrap();
        reader.join().unwrap();
        assert_eq!(read(&place, 3), Some(2));
    });
}

/// Two threads write at the same time: one of them at least succeeds, and what is kept is whole.
#[test]
fn models_writers_take_turns() {
    check(Some(3), || {
        let place = place();
        let writers = [1, 2].map(|n| {
            let place = Arc::clone(&place);
            thread::spawn(move || write(&place, 3, n))
        });
        let done = writers.map(|writer| writer.join().unwrap());
        assert!(done[0] || done[1]);
        assert!(read(&place, 3).is_some());
    });
}

/// One thread writes for a life that is over, another for the next: a reading of one never shows what is of
/// the other, and what the next life has is not replaced.
#[test]
fn models_an_exemplar_of_an_ended_life_never_shows_in_the_next() {
    check(Some(2), || {
        let place = place();
        let late = {
            let place = Arc::clone(&place);
            thread::spawn(move || write(&place, 3, 1))
        };
        let next = {
            let place = Arc::clone(&place);
            thread::spawn(move || write(&place, 5, 2))
        };
        let reader = {
            let place = Arc::clone(&place);
            thread::spawn(move || assert!(matches!(read(&place, 5), None | Some(2))))
        };
        reader.join().unwrap();
        late.join().unwrap();
        if next.join().unwrap() {
            assert_eq!(read(&place, 5), Some(2));
        }
    });
}
