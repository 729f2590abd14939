//! Texts that are copied often, kept in whole blocks.

use super::cursor::{BLOCK, Cursor, written};

/// A text of at most [`BLOCK`] bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    bytes: [u8; BLOCK],
    len: u8,
}

/// A text of any length, and behind it a block that means nothing.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<[u8; BLOCK]>,
    len: usize,
}

impl Block {
    /// The text that `f` writes, which fits into a block.
    pub(super) fn new(f: impl FnOnce(&mut Cursor<'_>)) -> Self {
        let mut room = [0; 2 * BLOCK];
        let len = written(&mut room, f);
        debug_assert!(len <= BLOCK, "{len} bytes in a block");
        Self::cut(&room[..len]).next().unwrap_or_default()
    }

    /// A long text in several blocks.
    pub(super) fn cut(text: &[u8]) -> impl Iterator<Item = Self> + '_ {
        text.chunks(BLOCK).map(|chunk| {
            let mut bytes = [0; BLOCK];
            bytes[..chunk.len()].copy_from_slice(chunk);
            Self { bytes, len: chunk.len() as u8 }
        })
    }

    #[inline(always)]
    pub(super) fn write(&self, to: &mut Cursor<'_>) {
        to.block(&self.bytes, self.len.into());
    }
}

impl Blocks {
    /// Takes the text that `f` writes, at most `len` bytes. The memory is used again.
    #[inline(always)]
    pub(super) fn set(&mut self, len: usize, f: impl FnOnce(&mut Cursor<'_>)) {
        self.blocks.resize(len / BLOCK + 2, [0; BLOCK]);
        self.len = written(self.blocks.as_flattened_mut(), f);
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    #[inline(always)]
    pub(super) fn write(&self, to: &mut Cursor<'_>) {
        let (whole, rest) = self.blocks.split_at(self.len / BLOCK);
        for block in whole {
            to.block(block, BLOCK);
        }
        if let Some(last) = rest.first() {
            to.block(last, self.len % BLOCK);
        }
    }

    /// Writes the text from byte `start` on.
    #[inline(always)]
    pub(super) fn write_from(&self, start: usize, to: &mut Cursor<'_>) {
        to.padded(&self.blocks.as_flattened()[start..], self.len - start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(f: impl FnOnce(&mut Cursor<'_>)) -> String {
        let mut room = [b'.'; 1000];
        let len = written(&mut room, f);
        String::from_utf8(room[..len].to_vec()).unwrap()
    }

    #[test]
    fn texts_of_any_length_come_back_from_blocks() {
        let mut kept = Blocks::default();
        for len in (0..200).rev() {
            let expected: String = ('a'..='z').cycle().take(len).collect();
            kept.set(len, |to| to.text(&expected));
            assert_eq!(text(|to| kept.write(to)), expected);
            assert_eq!(text(|to| kept.write_from(len / 3, to)), expected[len / 3..]);
            let cut: Vec<Block> = Block::cut(expected.as_bytes()).collect();
            assert_eq!(text(|to| cut.iter().for_each(|block| block.write(to))), expected);
        }
        assert_eq!(text(|to| Blocks::default().write(to)), "");
        assert_eq!(text(|to| Block::new(|to| to.text("")).write(to)), "");
    }
}
