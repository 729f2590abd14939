//! The order of the exposition: scrapes beside creation, removal, and records that are used again while they
//! are in the queue.

use super::check;
use super::map::Map;

/// The names in a scrape.
fn names(map: &Map) -> Vec<String> {
    map.scrape().into_iter().map(|(name, _)| name).collect()
}

/// A scrape has, in order and once, every series that was there when it began.
#[test]
fn models_a_scrape_has_every_series_that_was_there() {
    check(Some(2), || {
        let map = Map::new();
        map.insert("b");
        let scrapers = ["a", "c"].map(|name| {
            map.spawn(move |map| {
                map.insert(name);
                let names = names(&map);
                for there in [name, "b"] {
                    assert!(names.iter().any(|name| name == there), "no {there} in {names:?}");
                }
            })
        });
        for scraper in scrapers {
            scraper.join().unwrap();
        }
        assert_eq!(names(&map), ["a", "b", "c"]);
    });
}

/// A record that is used again before a scrape took it off the queue, or after, is listed as what it is now.
#[test]
fn models_a_record_used_again_is_listed_once() {
    check(Some(2), || {
        let map = Map::new();
        map.insert("b");
        let writer = map.spawn(|map| {
            for (old, new) in [("b", "c"), ("c", "a")] {
                map.remove(old);
                map.insert(new);
            }
        });
        let scraper = map.spawn(|map| {
            for _ in 0..2 {
                let names = names(&map);
                assert!(names.len() <= 1, "one at a time, but {names:?}");
            }
        });
        writer.join().unwrap();
        scraper.join().unwrap();
        assert_eq!(names(&map), ["a"]);
    });
}
