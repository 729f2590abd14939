//! Where text goes: to the end of somebody's vector.

use super::cursor::{BLOCK, Cursor, written};

/// Text being appended to a vector.
///
/// The vector is kept filled beyond its text, so that blocks can be copied to its end without
/// growing it for each. What is filled and not used is cut off in the end.
pub(super) struct Output<'a> {
    /// The text, then bytes that mean nothing.
    bytes: &'a mut Vec<u8>,
    /// Where the text ends.
    end: usize,
}

impl<'a> Output<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        let end = bytes.len();
        Self { bytes, end }
    }

    /// Appends what `f` writes, which is at most `len` bytes.
    #[inline(always)]
    pub(super) fn write(&mut self, len: usize, f: impl FnOnce(&mut Cursor<'_>)) {
        let need = len + BLOCK;
        if self.bytes.len() - self.end < need {
            self.fill(need);
        }
        self.end += written(&mut self.bytes[self.end..], f);
    }

    /// Appends texts of any length.
    pub(super) fn texts(&mut self, texts: &[&str]) {
        self.write(texts.iter().map(|text| text.len()).sum(), |to| {
            texts.iter().for_each(|text| to.text(text));
        });
    }

    /// Appends bytes of any number.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        if self.bytes.len() - self.end < bytes.len() {
            self.fill(bytes.len());
        }
        self.bytes[self.end..][..bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// Where the text ends.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Moves the text from `start` on to the end of `to`.
    pub(super) fn take_back(&mut self, start: usize, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.bytes[start..self.end]);
        self.end = start;
    }

    /// Takes the line feed back that was written last: the line goes on.
    pub(super) fn reopen_line(&mut self) {
        debug_assert_eq!(self.bytes[self.end - 1], b'\n');
        self.end -= 1;
    }

    /// Not to the vector's capacity: of a large buffer only what is used should be touched.
    #[cold]
    fn fill(&mut self, need: usize) {
        self.bytes.resize(self.end + need.max(FILL), 0);
    }
}

impl Drop for Output<'_> {
    fn drop(&mut self) {
        self.bytes.truncate(self.end);
    }
}

/// How much is filled at a time: small enough to be in the first-level cache still when the text
/// comes.
const FILL: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_appended_and_what_was_filled_is_cut_off() {
        let mut bytes = b"before ".to_vec();
        let mut out = Output::new(&mut bytes);
        out.texts(&["text", " ", &"x".repeat(FILL)]);
        out.write(21, |to| {
            to.integer(42);
            to.byte(b';');
        });
        drop(out);
        assert_eq!(bytes, format!("before text {}42;", "x".repeat(FILL)).into_bytes());
    }

    #[test]
    fn a_large_capacity_is_not_filled() {
        let mut bytes = Vec::with_capacity(1 << 30);
        let mut out = Output::new(&mut bytes);
        out.texts(&["short"]);
        assert_eq!(out.bytes.len(), FILL);
        drop(out);
        assert_eq!((bytes.len(), bytes.capacity()), (5, 1 << 30));
    }
}
