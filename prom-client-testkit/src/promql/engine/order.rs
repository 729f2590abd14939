//! The order of samples by value. What is not a number comes last, whichever way they are sorted.

/// A row and its value at a step.
pub(crate) type Entry = (usize, f64);

/// The reference sorts so many by insertion.
const FEW: usize = 12;

/// Whether a value stands behind another one. Of two that are not numbers, each does.
pub(crate) fn is_worse(ascending: bool, a: f64, b: f64) -> bool {
    a.is_nan() || if ascending { a > b } else { a < b }
}

/// Sorts as the reference does where that is defined: among few.
pub(crate) fn sort(ascending: bool, entries: &mut [Entry]) {
    if entries.len() > FEW {
        return entries.sort_by(|a, b| {
            let order = if ascending { a.1.partial_cmp(&b.1) } else { b.1.partial_cmp(&a.1) };
            order.unwrap_or_else(|| a.1.is_nan().cmp(&b.1.is_nan()))
        });
    }
    for i in 1..entries.len() {
        let mut at = i;
        while at > 0 && is_worse(ascending, entries[at - 1].1, entries[at].1) {
            entries.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_sorted_as_few_are() {
        for count in [1, 5, 12, 13, 40] {
            for ascending in [true, false] {
                let value = |i: usize| if i == 3 { f64::NAN } else { (i * 7 % count) as f64 };
                let mut entries: Vec<Entry> = (0..count).map(|i| (i, value(i))).collect();
                let mut expected = entries.clone();
                sort(ascending, &mut entries);
                expected.sort_by(
                    |a, b| if ascending { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) },
                );
                expected.sort_by_key(|(_, value)| value.is_nan());
                let rows = |entries: &[Entry]| entries.iter().map(|e| e.0).collect::<Vec<_>>();
                assert_eq!(rows(&entries), rows(&expected), "{count} {ascending}");
            }
        }
    }
}
