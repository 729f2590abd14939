//! Who has which words: areas of a registry that was dropped are used again, by another.

use super::map::Map;
use super::{check, numbers, spawn};
use crate::clock::Clock;
use crate::storage::{Class, Handle, Profile, Search, number};

/// What `update` does through a handle to a map that was dropped, or is being dropped, is not in the map that
/// gets its words.
fn check_dropped(update: fn(Handle)) {
    check(None, move || {
        let old = Map::new();
        let stale = old.insert("old");
        let writer = spawn(move || update(stale));
        let owner = spawn(move || {
            drop(old);
            let new = Map::new();
            let handle = new.insert("new");
            (new, handle)
        });
        writer.join().unwrap();
        let (new, handle) = owner.join().unwrap();
        assert_eq!(number::total(handle), Some(0));
        number::add(handle, 1);
        assert_eq!(new.scrape(), [("new".to_owned(), 1)]);
    });
}

#[test]
fn models_an_add_never_lands_in_the_words_next_owner() {
    check_dropped(|stale| (0..3).for_each(|_| number::add(stale, 100)));
}

#[test]
fn models_a_set_never_lands_in_the_words_next_owner() {
    check_dropped(|stale| number::set(stale, 1 << 30));
}

/// Threads that register equal profiles get one number, and whoever has a handle finds the profile.
#[test]
fn models_equal_profiles_have_one_number() {
    check(None, || {
        let class = |bound: f64| {
            let search = Some(Search::new(&[bound]));
            Class::new(Profile { search, ..Profile::plain(Clock::system()) })
                .expect("there is room")
        };
        let classes =
            [spawn(move || class(1.0)), spawn(move || class(1.0)), spawn(move || class(2.0))]
                .map(|thread| thread.join().unwrap());
        assert_eq!(classes[0], classes[1]);
        assert_ne!(classes[0], classes[2]);
        assert_ne!(classes[0], numbers());
    });
}
