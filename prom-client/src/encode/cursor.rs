//! How text is copied: in blocks.
//!
//! A line is made of short texts. Copying each with a `memcpy` of just its length costs a call and
//! branches on the length that are hard to predict. So 32 bytes are copied at a time, whatever the
//! length, which is two vector moves; what a block brings too much, the next text overwrites:
//!
//! ```text
//!  jobs_total{queue="··············      the first text, 18 bytes in one block
//!                    mail···········     a label value
//!                        "} ·········    the text behind it, 4 bytes on
//! ```
//!
//! The price: behind every source there is a block's length of readable bytes (`Block`, `Blocks`
//! and `LabelValues::padded` see to that), and whoever writes says beforehand how much at most.

use super::digits::write_digits;
use crate::label::SLACK;

/// How many bytes are copied at a time.
pub(super) const BLOCK: usize = SLACK;

/// What is left of the room for a text. Each write may change a block's length behind it.
///
/// Cutting off what is written, instead of counting it, leaves one comparison for each block.
pub(super) struct Cursor<'a> {
    room: &'a mut [u8],
}

/// Lets `f` write to `room` and returns how much it wrote.
#[inline(always)]
pub(super) fn written(room: &mut [u8], f: impl FnOnce(&mut Cursor<'_>)) -> usize {
    let len = room.len();
    let mut to = Cursor { room };
    f(&mut to);
    len - to.room.len()
}

impl Cursor<'_> {
    /// Copies the first `len` bytes of `from`, behind which there are at least [`BLOCK`] more.
    #[inline(always)]
    pub(super) fn padded(&mut self, mut from: &[u8], mut len: usize) {
        while len > BLOCK {
            let (block, rest) = from.split_first_chunk().expect("the source is padded");
            self.block(block, BLOCK);
            from = rest;
            len -= BLOCK;
        }
        self.block(from.first_chunk().expect("the source is padded"), len);
    }

    /// Copies a block of which the first `len` bytes count.
    #[inline(always)]
    pub(super) fn block(&mut self, block: &[u8; BLOCK], len: usize) {
        *self.next_block() = *block;
        self.advance(len);
    }

    /// Writes the digits of an integer.
    #[inline(always)]
    pub(super) fn integer(&mut self, n: u64) {
        let len = write_digits(n, self.next_block());
        self.advance(len);
    }

    #[inline(always)]
    pub(super) fn byte(&mut self, byte: u8) {
        self.room[0] = byte;
        self.advance(1);
    }

    /// Copies a text that is not padded.
    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        self.room[..text.len()].copy_from_slice(text.as_bytes());
        self.advance(text.len());
    }

    #[inline(always)]
    fn next_block(&mut self) -> &mut [u8; BLOCK] {
        self.room.first_chunk_mut().expect("whoever writes has asked for room")
    }

    #[inline(always)]
    fn advance(&mut self, len: usize) {
        let room = std::mem::take(&mut self.room);
        self.room = &mut room[len..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_are_copied_without_what_lies_behind_them() {
        for len in 0..100 {
            let text: Vec<u8> = (0..len as u8 + SLACK as u8).map(|i| b'a' + i % 26).collect();
            let mut room = [b'.'; 200];
            let end = written(&mut room, |to| {
                to.padded(&text, len);
                to.byte(b'|');
                to.integer(len as u64);
                to.text(" bytes");
            });
            let expected = format!("{}|{len} bytes", std::str::from_utf8(&text[..len]).unwrap());
            assert_eq!(std::str::from_utf8(&room[..end]).unwrap(), expected);
        }
    }
}
