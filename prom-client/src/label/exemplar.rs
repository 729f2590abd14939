//! The labels of an exemplar: few, short, and checked when they come.

use std::fmt::{self, Write};

use crate::desc::Names;

/// How many characters the names and values of an exemplar may have together: OpenMetrics 1.0.0.
const MOST_CHARS: usize = 128;

/// Enough for so many characters of four bytes, and two ends for each label: a name has one byte or more.
const ROOM: usize = 4 * MOST_CHARS;

/// Ends names and values, since no UTF-8 text has this byte.
const END: u8 = 0xff;

/// The labels that say where an exemplar comes from, such as a trace id.
///
/// Names are those of labels, each once; names and values together have at most 128 characters. What does
/// not fit spoils the set: an exemplar with a set that does not [fit](Self::fits) is refused as a whole,
/// and counted in `prom_client_refused_exemplars_total`. A label with an empty value is as good as absent.
///
/// # Examples
/// ```
/// use prom_client::ExemplarLabels;
///
/// let mut labels = ExemplarLabels::new();
/// labels.push("trace_id", format_args!("{:08x}", 0xc0ffee)).push("span_id", 7);
/// assert!(labels.iter().eq([("trace_id", "00c0ffee"), ("span_id", "7")]));
/// assert!(labels.fits());
/// labels.push("path", "x".repeat(128));
/// assert!(!labels.fits());
/// ```
///
/// # Cost
/// It is 520 bytes and allocates nothing.
#[derive(Clone)]
pub struct ExemplarLabels {
    /// Names and values in turn, each with its end.
    bytes: [u8; ROOM],
    len: u16,
    chars: u16,
    fits: bool,
}

impl ExemplarLabels {
    /// No labels.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: [0; ROOM], len: 0, chars: 0, fits: true }
    }

    /// Adds a label. If its name is invalid or there already, or if there are too many characters now,
    /// the set does not fit any more.
    pub fn push(&mut self, name: &str, value: impl fmt::Display) -> &mut Self {
        let valid = Names::Classic.check(name).is_ok() && !name.starts_with("__");
        if !valid || self.value(name).is_some() {
            self.fits = false;
        }
        if !self.fits {
            return self;
        }
        let (before, chars) = (self.len, self.chars);
        self.append(name);
        self.end();
        let start = self.len;
        if write!(Value(self), "{value}").is_err() {
            self.fits = false;
        }
        if self.fits && self.len > start {
            self.end();
        } else {
            (self.len, self.chars) = (before, chars);
        }
        self
    }

    /// These labels.
    pub(crate) fn of(labels: &[(&str, &str)]) -> Self {
        let mut all = Self::new();
        for (name, value) in labels {
            all.push(name, value);
        }
        all
    }

    /// Whether all that was added is there: valid, each name once, not too long.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.fits
    }

    /// Names and values, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        // What was added were strings, so nothing ends this early.
        let text = |bytes| std::str::from_utf8(bytes).ok();
        let mut parts = self.as_bytes().split(|byte| *byte == END).map_while(text);
        // Behind the last end there is nothing, which is no name.
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }

    /// The value of the label of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// All of it, in a form that is kept elsewhere.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// What [`as_bytes`](Self::as_bytes) of others was.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let mut all = Self::new();
        all.bytes[..bytes.len()].copy_from_slice(bytes);
        all.len = bytes.len() as u16;
        all.chars = all.iter().map(|(n, v)| n.len() + v.chars().count()).sum::<usize>() as u16;
        all
    }

    /// Adds text that belongs to the last name or value, if it fits.
    fn append(&mut self, text: &str) {
        let chars = usize::from(self.chars) + text.chars().count();
        if chars > MOST_CHARS {
            self.fits = false;
            return;
        }
        self.chars = chars as u16;
        self.append_bytes(text.as_bytes());
    }

    fn end(&mut self) {
        if self.fits {
            self.append_bytes(&[END]);
        }
    }

    fn append_bytes(&mut self, bytes: &[u8]) {
        let len = usize::from(self.len) + bytes.len();
        match self.bytes.get_mut(self.len.into()..len) {
            Some(room) => room.copy_from_slice(bytes),
            None => return self.fits = false,
        }
        self.len = len as u16;
    }
}

/// Where a value is written to.
struct Value<'a>(&'a mut ExemplarLabels);

impl Write for Value<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.append(text);
        if self.0.fits { Ok(()) } else { Err(fmt::Error) }
    }
}

impl Default for ExemplarLabels {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for ExemplarLabels {
    fn eq(&self, other: &Self) -> bool {
        self.fits == other.fits && self.as_bytes() == other.as_bytes()
    }
}

impl Eq for ExemplarLabels {}

impl fmt::Debug for ExemplarLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.fits {
            return f.write_str("ExemplarLabels(too many characters, or a bad name)");
        }
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_fits_up_to_128_characters_of_any_length_with_good_names_each_once() {
        let long = |n| "x".repeat(n);
        for (labels, fits) in [
            (vec![], true),
            (vec![("trace_id", "abc".to_owned())], true),
            (vec![("a", long(127))], true),
            (vec![("a", long(128))], false),
            (vec![("a", "😀".repeat(127))], true),
            (vec![("a", "😀".repeat(128))], false),
            (vec![("a", long(60)), ("bc", long(65))], true),
            (vec![("a", long(60)), ("bc", long(66))], false),
            (vec![("a", long(1)), ("a", long(1))], false),
            (vec![("", long(1))], false),
            (vec![("1a", long(1))], false),
            (vec![("a-b", long(1))], false),
            (vec![("é", long(1))], false),
            (vec![("__a", long(1))], false),
            (vec![("le", "1".to_owned())], true),
        ] {
            let pairs: Vec<_> = labels.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let set = ExemplarLabels::of(&pairs);
            assert_eq!(set.fits(), fits, "{labels:?}");
            if fits {
                assert!(set.iter().eq(pairs.iter().copied()), "{set:?}");
                let again = ExemplarLabels::from_bytes(set.as_bytes());
                assert_eq!((again.chars, &again), (set.chars, &set));
            }
        }
    }

    #[test]
    fn one_that_does_not_fit_spoils_all_and_an_empty_one_is_absent() {
        let mut labels = ExemplarLabels::new();
        labels.push("a", 1).push("empty", "").push("b", '\u{7f}');
        assert!(labels.iter().eq([("a", "1"), ("b", "\u{7f}")]));
        assert_eq!((labels.value("b"), labels.value("empty")), (Some("\u{7f}"), None));
        labels.push("bad name", 1).push("c", 2);
        assert!(!labels.fits());
        let most: Vec<String> = (0..64).map(|i| char::from(b'0' + i).to_string()).collect();
        let mut many = ExemplarLabels::new();
        most.iter().enumerate().filter(|(i, _)| *i < 26).for_each(|(i, value)| {
            many.push(&char::from(b'a' + i as u8).to_string(), value);
        });
        assert!(many.fits() && many.iter().count() == 26);
    }
}
