//! Labels of series, read without a lock.

use super::super::area::Handle;
use super::Address;
use super::record::{Record, is_alive};
use super::series::SeriesMap;
use super::text;
use super::value::{Kept, Value};
use crate::label::LabelValues;

impl SeriesMap {
    /// Copies a value to the beginning of `out`, as much of it as there is room for. Up to seven bytes
    /// more are written.
    #[inline(always)]
    pub(super) fn copy(&self, value: Value, out: &mut [u8]) {
        match value.kept() {
            Kept::Short(bytes, _) => {
                if let Some(place) = out.first_chunk_mut::<8>() {
                    *place = bytes;
                }
            }
            Kept::Long(at, length) => text::copy(self.values.from(at), length, out),
        }
    }

    #[inline(always)]
    fn push(&self, value: Value, values: &mut LabelValues) {
        values.push_with(|out| {
            self.copy(value, out);
            (value.length(), value.is_plain())
        });
    }

    /// Reads the labels of a record that is alive, and in this generation if one is given. Returns what
    /// it is and when it began.
    pub(super) fn read(
        &self,
        at: Address,
        generation: Option<u32>,
        values: &mut LabelValues,
    ) -> Option<(Handle, u64)> {
        let record = self.record(at)?;
        let life = record.life();
        let seen = life.generation;
        if !is_alive(seen) || generation.is_some_and(|wanted| wanted != seen) {
            return None;
        }
        values.clear();
        for i in 0..self.labels {
            self.push(record.value(i)?, values);
        }
        let start = record.start();
        record.is_still(life).then_some((life, start))
    }

    /// As [`read`](Self::read), for many series one after the other: `last` are the values of the last
    /// one, of which the first are kept as long as they are the same.
    ///
    /// All of them must have been alive in their generation since before the first was read. Then a
    /// place that two of them share has had the same bytes all the time.
    #[inline]
    pub(super) fn read_next(
        &self,
        record: Record<'_>,
        life: Handle,
        last: &mut [Value],
        values: &mut LabelValues,
    ) -> Option<u64> {
        let same = |(i, last): (usize, &Value)| record.value(i) == Some(*last);
        let same = last.iter().enumerate().take(values.len()).take_while(|x| same(*x)).count();
        values.keep(same);
        for (i, place) in last.iter_mut().enumerate().skip(same) {
            *place = record.value(i)?;
            self.push(*place, values);
        }
        let start = record.start();
        if record.is_still(life) {
            return Some(start);
        }
        values.clear();
        None
    }
}
