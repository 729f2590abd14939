//! Quantiles: of a list of numbers, and of the buckets of a classic histogram.

/// A quantile of these numbers, which it sorts: between two of them, the mean by how near it is to each.
pub(crate) fn quantile(q: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    // What is not a number is less than all that is.
    values.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan())));
    #[expect(clippy::cast_precision_loss, reason = "there are not as many numbers")]
    let rank = q * (values.len() - 1) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is the place of a number"
    )]
    let below = rank.floor() as usize;
    let above = (below + 1).min(values.len() - 1);
    let weight = rank - rank.floor();
    values[below] * (1.0 - weight) + values[above] * weight
}

/// A bucket of a classic histogram: how many observations are not above its bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) bound: f64,
    pub(crate) count: f64,
}

/// The buckets that had to be raised to what those below them hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Raised {
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    /// The most that one was raised by.
    pub(crate) most: f64,
}

/// Counts that differ by less than this part of their sum do so since floats are not exact.
const TOLERANCE: f64 = 1e-12;

/// The quantile of a histogram, whose buckets are sorted by bound. In the bucket where it lies, observations are
/// taken to be spread evenly; the lowest bucket begins at 0 if it ends above.
pub(crate) fn of_buckets(q: f64, buckets: &mut Vec<Bucket>) -> (f64, Option<Raised>) {
    if q.is_nan() {
        return (f64::NAN, None);
    }
    if q < 0.0 {
        return (f64::NEG_INFINITY, None);
    }
    if q > 1.0 {
        return (f64::INFINITY, None);
    }
    if buckets.last().is_none_or(|bucket| bucket.bound != f64::INFINITY) {
        return (f64::NAN, None);
    }
    coalesce(buckets);
    let raised = raise(buckets);
    let [lower @ .., last] = &buckets[..] else { return (f64::NAN, raised) };
    if lower.is_empty() || last.count == 0.0 {
        return (f64::NAN, raised);
    }
    let rank = q * last.count;
    let at = first(lower, |bucket| bucket.count >= rank);
    let value = match lower.get(at) {
        None => lower[lower.len() - 1].bound,
        Some(first) if at == 0 && first.bound <= 0.0 => first.bound,
        Some(bucket) => {
            let below = at.checked_sub(1).map_or(Bucket { bound: 0.0, count: 0.0 }, |at| lower[at]);
            let (rank, count) = (rank - below.count, bucket.count - below.count);
            below.bound + (bucket.bound - below.bound) * (rank / count)
        }
    };
    (value, raised)
}

/// The first bucket of which it is so, if it is so of all behind it. If it is not, for what is not a number, it is the
/// one that the reference comes upon: so the halves are its halves.
fn first(buckets: &[Bucket], is: impl Fn(&Bucket) -> bool) -> usize {
    let (mut from, mut to) = (0, buckets.len());
    while from < to {
        let middle = from.midpoint(to);
        if is(&buckets[middle]) { to = middle } else { from = middle + 1 }
    }
    from
}

/// Which part of the observations lies between two values. The buckets are sorted by bound.
pub(crate) fn fraction(lower: f64, upper: f64, buckets: &mut Vec<Bucket>) -> f64 {
    if buckets.last().is_none_or(|bucket| bucket.bound != f64::INFINITY) {
        return f64::NAN;
    }
    coalesce(buckets);
    let count = buckets[buckets.len() - 1].count;
    if count == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    (rank(upper, buckets) - rank(lower, buckets)) / count
}

/// How many observations lie below a value.
fn rank(value: f64, buckets: &[Bucket]) -> f64 {
    let all = buckets[buckets.len() - 1].count;
    let mut below =
        Bucket { bound: if buckets[0].bound <= 0.0 { f64::NEG_INFINITY } else { 0.0 }, count: 0.0 };
    for bucket in buckets {
        if below.bound >= value {
            return if below.count > all { all } else { below.count };
        }
        if bucket.bound > value {
            // Nothing is known of where observations lie in a bucket without begin: they are below.
            let rank = if below.bound == f64::NEG_INFINITY {
                bucket.count
            } else {
                let part = (bucket.count - below.count) * (value - below.bound);
                below.count + part / (bucket.bound - below.bound)
            };
            return if rank > all { all } else { rank };
        }
        below = *bucket;
    }
    all
}

/// Makes one bucket of those that have the same bound.
fn coalesce(buckets: &mut Vec<Bucket>) {
    buckets.dedup_by(|next, kept| {
        let same = next.bound == kept.bound;
        if same {
            kept.count += next.count;
        }
        same
    });
}

/// Makes no bucket hold less than the one below it, which observations between two reads of them and errors of
/// rounding may have done.
fn raise(buckets: &mut [Bucket]) -> Option<Raised> {
    let mut raised: Option<Raised> = None;
    let mut before = buckets[0].count;
    for Bucket { bound, count } in &mut buckets[1..] {
        if *count == before {
            continue;
        }
        if almost_equal(before, *count) {
            *count = before;
        } else if *count < before {
            let new = Raised { lowest: *bound, highest: *bound, most: before - *count };
            let known = raised.get_or_insert(new);
            known.lowest = known.lowest.min(new.lowest);
            known.highest = known.highest.max(new.highest);
            known.most = known.most.max(new.most);
            *count = before;
        } else {
            before = *count;
        }
    }
    raised
}

fn almost_equal(a: f64, b: f64) -> bool {
    if a.is_nan() && b.is_nan() || a == b {
        return true;
    }
    let (sum, difference) = (a.abs() + b.abs(), (a - b).abs());
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < TOLERANCE * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    fn buckets(of: &[(f64, f64)]) -> Vec<Bucket> {
        of.iter().map(|(bound, count)| Bucket { bound: *bound, count: *count }).collect()
    }

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        for (q, values, expected) in [
            (0.5, &[3.0, 1.0, 2.0][..], 2.0),
            (0.25, &[4.0, 0.0], 1.0),
            (0.0, &[4.0, 2.0], 2.0),
            (1.0, &[4.0, 2.0], 4.0),
            (-0.1, &[1.0], f64::NEG_INFINITY),
            (1.1, &[1.0], INF),
            // What is not a number is the least.
            (1.0, &[2.0, f64::NAN, 1.0], 2.0),
            (0.5, &[2.0, f64::NAN, 1.0], 1.0),
        ] {
            assert_eq!(quantile(q, &mut values.to_vec()), expected, "{q} of {values:?}");
        }
        assert!(quantile(0.5, &mut []).is_nan());
        assert!(quantile(f64::NAN, &mut [1.0]).is_nan());
        assert!(quantile(0.0, &mut [1.0, f64::NAN]).is_nan());
    }

    #[test]
    fn quantiles_lie_in_their_buckets() {
        for (q, of, expected) in [
            (0.5, &[(1.0, 2.0), (2.0, 6.0), (INF, 8.0)][..], 1.5),
            // The lowest bucket begins at 0, unless it ends there or below.
            (0.125, &[(1.0, 2.0), (2.0, 6.0), (INF, 8.0)], 0.5),
            (0.1, &[(-1.0, 2.0), (2.0, 6.0), (INF, 8.0)], -1.0),
            (0.5, &[(-1.0, 2.0), (2.0, 6.0), (INF, 8.0)], 0.5),
            (1.0, &[(1.0, 2.0), (INF, 8.0)], 1.0),
            // Two of one bound are one.
            (0.5, &[(1.0, 1.0), (1.0, 1.0), (2.0, 6.0), (INF, 8.0)], 1.5),
            (0.0, &[(1.0, 0.0), (2.0, 4.0), (INF, 4.0)], f64::NAN),
        ] {
            let (value, raised) = of_buckets(q, &mut buckets(of));
            assert!(
                value == expected || value.is_nan() && expected.is_nan(),
                "{q} {of:?}: {value}"
            );
            assert_eq!(raised, None);
        }
        for (q, of) in [
            (f64::NAN, &[(1.0, 2.0), (INF, 8.0)][..]),
            (0.5, &[(INF, 8.0)]),
            (0.5, &[(1.0, 2.0), (2.0, 8.0)]),
            (0.5, &[(1.0, 0.0), (INF, 0.0)]),
            (0.5, &[]),
        ] {
            assert!(of_buckets(q, &mut buckets(of)).0.is_nan(), "{q} {of:?}");
        }
    }

    #[test]
    fn buckets_that_shrink_are_raised_unless_rounding_did_it() {
        let mut shrunk = buckets(&[(1.0, 5.0), (2.0, 3.0), (4.0, 4.0), (8.0, 6.0), (INF, 6.0)]);
        let (value, raised) = of_buckets(0.5, &mut shrunk);
        assert_eq!(value, 0.6);
        assert_eq!(raised, Some(Raised { lowest: 2.0, highest: 4.0, most: 2.0 }));

        let small = 1e-13;
        let mut rounded =
            buckets(&[(1.0, 5.0), (2.0, 5.0 - small), (4.0, 5.0 + small), (INF, 5.0)]);
        assert_eq!(of_buckets(1.0, &mut rounded), (1.0, None));
        assert!(rounded.iter().all(|bucket| bucket.count == 5.0), "{rounded:?}");
    }

    #[test]
    fn counts_that_are_no_numbers_are_passed_by_halves() {
        const NAN: f64 = f64::NAN;
        for (of, expected) in [
            (&[(1.0, NAN), (2.0, 1.0), (3.0, 2.0), (5.0, 6.0), (7.0, NAN), (INF, 8.0)][..], 7.0),
            (&[(1.0, 1.0), (2.0, NAN), (5.0, 3.0), (INF, 8.0)], 5.0),
            (&[(1.0, NAN), (2.0, NAN), (3.0, NAN), (5.0, 1.0), (7.0, 6.0), (INF, 8.0)], 6.2),
        ] {
            let (value, _) = of_buckets(0.5, &mut buckets(of));
            assert_eq!(value, expected, "{of:?}");
        }
    }

    #[test]
    fn fractions_are_interpolated() {
        let of = [(1.0, 2.0), (2.0, 6.0), (INF, 8.0)];
        let below = [(-1.0, 2.0), (2.0, 6.0), (INF, 8.0)];
        for (lower, upper, of, expected) in [
            (0.0, 1.0, of, 0.25),
            (0.5, 1.5, of, 0.375),
            (-INF, INF, of, 1.0),
            (-5.0, 0.0, of, 0.0),
            (2.0, 1.0, of, 0.0),
            // In the bucket without end nothing is known but that it is above.
            (2.0, 100.0, of, 0.0),
            (2.0, INF, of, 0.25),
            // In the one without begin, that it is below.
            (-INF, -2.0, below, 0.25),
            (-2.0, 2.0, below, 0.5),
        ] {
            assert_eq!(fraction(lower, upper, &mut buckets(&of)), expected, "{lower} to {upper}");
        }
        assert!(fraction(0.0, f64::NAN, &mut buckets(&of)).is_nan());
        assert!(fraction(0.0, 1.0, &mut buckets(&of[..2])).is_nan());
        assert!(fraction(0.0, 1.0, &mut buckets(&[(1.0, 0.0), (INF, 0.0)])).is_nan());
    }
}
