//! The label values of one series, in a buffer that encoders copy from quickly.

/// How far behind the last value the buffer may be read: copies of fixed size need no loop.
pub(crate) const SLACK: usize = 32;

/// The label values of one series, in the order of [`Schema::names`](super::Schema::names).
///
/// The values lie one after the other in one buffer, which is reused from series to series.
#[derive(Clone, Debug)]
pub struct LabelValues {
    /// The values, then [`SLACK`] bytes that mean nothing.
    bytes: Vec<u8>,
    /// Where each value ends.
    ends: Vec<u32>,
    /// The first value that has a character which a text format escapes.
    escaped: Option<usize>,
    /// How many of the first values are those of the series before.
    kept: usize,
}

impl LabelValues {
    /// No values yet.
    #[must_use]
    pub fn new() -> Self {
        Self { bytes: vec![0; SLACK], ends: Vec::new(), escaped: None, kept: 0 }
    }

    /// Appends a value.
    pub fn push(&mut self, value: &str) {
        let start = self.len_bytes();
        self.bytes.truncate(start);
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.resize(start + value.len() + SLACK, 0);
        self.end_value(start + value.len(), !value.bytes().any(needs_escape));
    }

    /// Forgets all values and keeps the memory.
    pub fn clear(&mut self) {
        self.keep(0);
    }

    /// Forgets all but the first `count` values, which are the same in the next series.
    pub(crate) fn keep(&mut self, count: usize) {
        self.ends.truncate(count);
        self.escaped = self.escaped.filter(|first| *first < count);
        self.kept = count;
    }

    /// How many of the first values are certainly those of the series before, in the same buffer.
    pub(crate) fn kept(&self) -> usize {
        self.kept
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The values in order.
    ///
    /// # Panics
    /// Never: the values were strings when they came.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.all_padded().map(|(padded, len)| {
            std::str::from_utf8(&padded[..len]).expect("values come from strings")
        })
    }

    /// Whether no value has a backslash, a quote or a line feed.
    pub(crate) fn is_plain(&self) -> bool {
        self.escaped.is_none()
    }

    /// The bytes of value `i` with all that lies behind them, at least [`SLACK`] bytes, and their length.
    #[inline]
    pub(crate) fn padded(&self, i: usize) -> (&[u8], usize) {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        (&self.bytes[start..], self.ends[i] as usize - start)
    }

    /// Each value's bytes with all that lies behind them, at least [`SLACK`] bytes, and their length.
    #[inline]
    pub(crate) fn all_padded(&self) -> impl Iterator<Item = (&[u8], usize)> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let value = (&self.bytes[start..], end as usize - start);
            start = end as usize;
            value
        })
    }

    /// Appends a value that `write` puts at the beginning of what it is given, where it may write a few
    /// bytes more. It returns the value's length and whether it is plain, as
    /// [`is_plain`](Self::is_plain) has it; if there was not enough room, it is called again. The caller
    /// vouches that the bytes are one whole string, before anyone reads them.
    #[inline(always)]
    pub(crate) fn push_with(&mut self, write: impl Fn(&mut [u8]) -> (usize, bool)) {
        let start = self.len_bytes();
        let (len, plain) = write(&mut self.bytes[start..]);
        if start + len + SLACK > self.bytes.len() {
            self.bytes.resize((start + len + SLACK).next_power_of_two(), 0);
            write(&mut self.bytes[start..]);
        }
        self.end_value(start + len, plain);
    }

    #[inline(always)]
    fn end_value(&mut self, end: usize, plain: bool) {
        if !plain && self.escaped.is_none() {
            self.escaped = Some(self.ends.len());
        }
        self.ends.push(end as u32);
    }

    /// Appends all values to `key`, each behind a byte that sorts before every other: keys sort as the
    /// values do, one after the other.
    pub(crate) fn join(&self, key: &mut Vec<u8>) {
        for (padded, len) in self.all_padded() {
            key.extend_from_slice(&padded[..len]);
            key.push(0);
        }
    }

    fn len_bytes(&self) -> usize {
        self.ends.last().map_or(0, |&end| end as usize)
    }
}

impl Default for LabelValues {
    fn default() -> Self {
        Self::new()
    }
}

/// The bytes of a label value that the text formats write as escapes.
pub(crate) const ESCAPED: [u8; 3] = [b'\\', b'"', b'\n'];

/// Whether the text formats write this byte of a label value as an escape.
pub(crate) const fn needs_escape(byte: u8) -> bool {
    let [backslash, quote, line_feed] = ESCAPED;
    byte == backslash || byte == quote || byte == line_feed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_back_in_order_and_the_buffer_is_reused() {
        let mut values = LabelValues::new();
        for round in [["GET", "/a", ""], ["POST", "naïve", "200"]] {
            values.clear();
            round.iter().for_each(|value| values.push(value));
            assert_eq!(values.iter().collect::<Vec<_>>(), round);
            assert!(values.is_plain());
        }
        values.push("a\"b");
        assert!(!values.is_plain());
    }

    #[test]
    fn values_that_are_written_in_place_are_read_like_others() {
        let text = "/api/v1/items/42".repeat(10);
        let mut values = LabelValues::new();
        values.push_with(|out| {
            let len = out.len().min(text.len());
            out[..len].copy_from_slice(&text.as_bytes()[..len]);
            (text.len(), true)
        });
        values.push("next");
        assert_eq!(values.iter().collect::<Vec<_>>(), [text.as_str(), "next"]);
    }

    #[test]
    fn values_are_kept_from_one_series_to_the_next() {
        let mut values = LabelValues::new();
        ["GET", "a\"b", "200"].iter().for_each(|value| values.push(value));
        assert_eq!((values.kept(), values.is_plain()), (0, false));
        values.keep(2);
        values.push("404");
        assert_eq!((values.kept(), values.is_plain()), (2, false));
        assert_eq!(values.iter().collect::<Vec<_>>(), ["GET", "a\"b", "404"]);
        values.keep(1);
        values.push("c");
        assert_eq!((values.kept(), values.is_plain()), (1, true));
        values.clear();
        assert_eq!(values.kept(), 0);
    }

    #[test]
    fn keys_sort_as_values_do() {
        let key = |values: &[&str]| {
            let mut buffer = LabelValues::new();
            values.iter().for_each(|value| buffer.push(value));
            let mut key = Vec::new();
            buffer.join(&mut key);
            key
        };
        let sorted = [["", "z"], ["a", "b"], ["a", "ba"], ["ab", ""], ["b", "a"]];
        assert!(sorted.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
    }
}
