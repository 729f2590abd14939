//! From a value to its exponential bucket, and back to the bucket's upper bound.
//!
//! Bucket `i` of schema `s` ends at `2^(i / 2^s)`, its bound included, and begins behind the bound of `i - 1`. The
//! bounds of a schema are every other one of the next finer schema, so a value's bucket is found at the finest
//! schema, 8, and then halved, rounding up, as often as the schema says. At schema 8 an octave has 256
//! bounds. The first nine bits of the mantissa say how many of them are below, but for at most one, with which
//! the rest of the mantissa is compared: no logarithm, no search.
//!
//! Between powers of two the bounds are irrational. Which floats stand for them is defined by the tables of
//! Go's client library, from which Prometheus' servers have theirs: each octave is halved by multiplying with
//! `2^(1/2)`, each half with `2^(1/4)`, and so on. So they may be a few units in the last place off, and a value
//! that is as close to a bound is in the bucket where the reference has it.

/// The finest schema: 256 buckets from a power of two to the next.
pub(crate) const FINEST: i32 = 8;
/// The coarsest schema: a bucket spans 16 powers of two.
pub(crate) const COARSEST: i32 = -4;

/// Buckets of an octave at the finest schema.
const OCTAVE: usize = 1 << FINEST;
/// So many leading bits of the mantissa choose a cell; no cell holds two bounds.
const CELL_BITS: u32 = 9;
const MANTISSA_BITS: u32 = 52;
const MANTISSA: u64 = (1 << MANTISSA_BITS) - 1;

/// `2^(2^-s)` for the schemas from 1 on; the first is a unit in the last place below the nearest float, as in
/// the reference.
const FACTORS: [f64; FINEST as usize] = [
    f64::from_bits(std::f64::consts::SQRT_2.to_bits() - 1),
    1.189_207_115_002_721,
    1.090_507_732_665_257_7,
    1.044_273_782_427_413_8,
    1.021_897_148_654_116_6,
    1.010_889_286_051_700_5,
    1.005_429_901_112_802_7,
    1.002_711_275_050_202_5,
];

/// The bounds from 1, which is included, to 2, which is not.
static BOUNDS: [f64; OCTAVE] = bounds();
/// Their mantissas, and from there on one that is above all. A power of two of them, so that a masked index needs
/// no check.
static MANTISSAS: [u64; 2 * OCTAVE] = mantissas();
/// How many bounds are below each cell.
static BELOW: [u16; 1 << CELL_BITS] = below();

const fn bounds() -> [f64; OCTAVE] {
    let mut bounds = [1.0; OCTAVE];
    let mut schema = 1;
    while schema <= FINEST as usize {
        let step = OCTAVE >> schema;
        let mut at = step;
        while at < OCTAVE {
            bounds[at] = bounds[at - step] * FACTORS[schema - 1];
            at += 2 * step;
        }
        schema += 1;
    }
    bounds
}

const fn mantissas() -> [u64; 2 * OCTAVE] {
    let bounds = bounds();
    let mut mantissas = [MANTISSA + 1; 2 * OCTAVE];
    let mut at = 0;
    while at < OCTAVE {
        mantissas[at] = bounds[at].to_bits() & MANTISSA;
        at += 1;
    }
    mantissas
}

const fn below() -> [u16; 1 << CELL_BITS] {
    let mantissas = mantissas();
    let mut below = [0; 1 << CELL_BITS];
    let mut cell = 0;
    while cell < below.len() {
        let start = (cell as u64) << (MANTISSA_BITS - CELL_BITS);
        let mut count = 0;
        while mantissas[count] < start {
            count += 1;
        }
        below[cell] = count as u16;
        cell += 1;
    }
    below
}

/// The bucket at the finest schema of a magnitude that is normal: not 0, infinite or NaN.
#[inline(always)]
const fn finest(magnitude: f64) -> i32 {
    let bits = magnitude.to_bits();
    let mantissa = bits & MANTISSA;
    let below = BELOW[(mantissa >> (MANTISSA_BITS - CELL_BITS)) as usize] as usize;
    let above = mantissa > MANTISSAS[below & (2 * OCTAVE - 1)];
    let exponent = (bits >> MANTISSA_BITS) as i32 - 1023;
    exponent * OCTAVE as i32 + below as i32 + above as i32
}

/// The bucket of a magnitude above 0, which is not NaN. Infinity has the bucket behind that of the largest float.
#[inline(always)]
pub(crate) fn index(magnitude: f64, schema: i32) -> i32 {
    if magnitude.is_normal() {
        coarsen(finest(magnitude), FINEST - schema)
    } else {
        index_of_extreme(magnitude, schema)
    }
}

#[cold]
fn index_of_extreme(magnitude: f64, schema: i32) -> i32 {
    if magnitude.is_infinite() {
        return coarsen(finest(f64::MAX), FINEST - schema) + 1;
    }
    const UP: i32 = 64;
    let up = f64::from_bits((1023 + UP as u64) << MANTISSA_BITS);
    coarsen(finest(magnitude * up) - UP * OCTAVE as i32, FINEST - schema)
}

/// The bucket that holds this one, so many schemas coarser.
#[inline(always)]
pub(crate) const fn coarsen(index: i32, steps: i32) -> i32 {
    // Halved so many times, rounding up.
    (index + (1 << steps) - 1) >> steps
}

/// The upper bound of a bucket; of the last one before that of infinity it is the largest float.
pub(crate) fn upper_bound(index: i32, schema: i32) -> f64 {
    let finest = i64::from(index) << (FINEST - schema);
    let exponent = finest >> FINEST;
    let bound = BOUNDS[(finest & (OCTAVE as i64 - 1)) as usize];
    if exponent == 1024 && bound == 1.0 {
        return f64::MAX;
    }
    let power = |exponent: i64| f64::from_bits(((exponent + 1023) as u64) << MANTISSA_BITS);
    match exponent {
        1024.. => f64::INFINITY,
        -1022..1024 => bound * power(exponent),
        // In two steps, of which only the last one rounds.
        _ => bound * power((exponent + 512).max(-1022)) * power(-512),
    }
}

/// The finest schema whose buckets grow by no more than `factor`, which is above 1; the finest of all for what is
/// closer to 1 than any.
pub(crate) fn schema_of(factor: f64) -> i32 {
    let schema = -factor.log2().log2().floor();
    schema.clamp(f64::from(COARSEST), f64::from(FINEST)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By the definition of the reference: a search over the bounds of one octave of the schema.
    fn searched(magnitude: f64, schema: i32) -> i32 {
        let exponent = magnitude.log2().floor();
        let scaled = magnitude / 2_f64.powi(exponent as i32);
        // The logarithm may be rounded over a power of two.
        let (exponent, scaled) = match scaled {
            s if s < 1.0 => (exponent - 1.0, s * 2.0),
            s if s >= 2.0 => (exponent + 1.0, s / 2.0),
            s => (exponent, s),
        };
        let exponent = exponent as i32;
        if schema <= 0 {
            let ceiling = exponent + i32::from(scaled > 1.0);
            return ceiling.div_euclid(1 << -schema)
                + i32::from(ceiling.rem_euclid(1 << -schema) > 0);
        }
        let step = OCTAVE >> schema;
        let bounds: Vec<f64> = BOUNDS.iter().copied().step_by(step).collect();
        bounds.partition_point(|bound| *bound < scaled) as i32 + exponent * (1 << schema)
    }

    /// A number of many digits in base 2^32, least first.
    fn times(a: &[u32], b: &[u32]) -> Vec<u32> {
        let mut product = vec![0_u32; a.len() + b.len()];
        for (i, x) in a.iter().enumerate() {
            let mut carry = 0_u64;
            for (j, y) in b.iter().enumerate() {
                let sum = u64::from(product[i + j]) + u64::from(*x) * u64::from(*y) + carry;
                product[i + j] = sum as u32;
                carry = sum >> 32;
            }
            product[i + b.len()] = carry as u32;
        }
        product
    }

    /// Compares `mantissa^256` with `2^(52 * 256 + k)`, so a bound of schema 8 with the true `2^(k / 256)`.
    fn above_true_bound(mantissa: u64, k: usize) -> bool {
        let mut power = vec![mantissa as u32, (mantissa >> 32) as u32];
        for _ in 0..8 {
            power = times(&power, &power);
        }
        let bits = 52 * 256 + k;
        let len = power.iter().rposition(|digit| *digit > 0).map_or(0, |at| at + 1);
        let top = power[len - 1];
        let highest = 32 * (len - 1) + top.ilog2() as usize;
        let is_power = top.is_power_of_two() && power[..len - 1].iter().all(|digit| *digit == 0);
        highest > bits || highest == bits && !is_power
    }

    #[test]
    fn every_bound_is_within_five_units_of_the_true_power() {
        for (k, bound) in BOUNDS.iter().enumerate() {
            let mantissa = bound.to_bits() & MANTISSA | 1 << MANTISSA_BITS;
            assert!(!above_true_bound(mantissa - 5, k), "{k}: {bound} is too high");
            assert!(above_true_bound(mantissa + 5, k), "{k}: {bound} is too low");
        }
        assert_eq!(BOUNDS[128], std::f64::consts::SQRT_2.next_down());
        assert!(BOUNDS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn no_cell_holds_two_bounds() {
        for pair in MANTISSAS[..=OCTAVE].windows(2) {
            assert!(
                pair[0] >> (MANTISSA_BITS - CELL_BITS) < pair[1] >> (MANTISSA_BITS - CELL_BITS)
            );
        }
    }

    #[test]
    fn bounds_are_exact_in_every_schema() {
        for schema in COARSEST..=FINEST {
            let per_octave = 2_f64.powi(schema);
            let (low, high) = ((-1021.0 * per_octave) as i32, (1023.0 * per_octave) as i32);
            for i in (low..=high).step_by(if schema > 4 { 97 } else { 1 }) {
                let bound = upper_bound(i, schema);
                assert_eq!(index(bound, schema), i, "{bound:e} of schema {schema}");
                assert_eq!(index(bound.next_up(), schema), i + 1, "above {bound:e} of {schema}");
                assert_eq!(index(bound.next_down(), schema), i, "below {bound:e} of {schema}");
            }
            let last = index(f64::MAX, schema);
            assert_eq!(upper_bound(last, schema), f64::MAX);
            assert_eq!(index(f64::INFINITY, schema), last + 1);
            assert_eq!(upper_bound(last + 1, schema), f64::INFINITY);
            let least = f64::from_bits(1);
            assert!(upper_bound(index(least, schema), schema) >= least);
        }
    }

    #[test]
    fn factors_choose_the_schema_of_the_reference() {
        for (factor, schema) in [
            (1.000_1, 8),
            (1.002_711_275_050_202_5, 8),
            (1.005, 8),
            (1.01, 7),
            (1.02, 6),
            (1.03, 5),
            (1.05, 4),
            (1.1, 3),
            (1.2, 2),
            (1.5, 1),
            (2.0, 0),
            (4.0, -1),
            (16.0, -2),
            (256.0, -3),
            (65_535.0, -3),
            (65_536.0, -4),
            (f64::MAX, -4),
        ] {
            assert_eq!(schema_of(factor), schema, "{factor}");
        }
    }

    proptest! {
        #[test]
        fn indexes_are_those_of_a_search(
            bits in 1_u64..f64::INFINITY.to_bits(), schema in COARSEST..=FINEST,
        ) {
            let magnitude = f64::from_bits(bits);
            prop_assume!(magnitude.is_normal());
            prop_assert_eq!(index(magnitude, schema), searched(magnitude, schema));
        }

        #[test]
        fn a_value_is_between_the_bounds_of_its_bucket(
            bits in 1_u64..=f64::INFINITY.to_bits(), schema in COARSEST..=FINEST,
        ) {
            let magnitude = f64::from_bits(bits);
            let i = index(magnitude, schema);
            let (low, high) = (upper_bound(i - 1, schema), upper_bound(i, schema));
            // Near 0 floats are too far apart for the bounds of fine schemas, of which several are one float then.
            prop_assert!(magnitude <= high && (magnitude > low || low == high));
        }

        #[test]
        fn a_coarser_index_is_that_of_the_coarser_schema(
            bits in 1_u64..=f64::INFINITY.to_bits(), fine in COARSEST..=FINEST, steps in 0..=12,
        ) {
            let magnitude = f64::from_bits(bits);
            prop_assume!(fine - steps >= COARSEST);
            prop_assert_eq!(coarsen(index(magnitude, fine), steps), index(magnitude, fine - steps));
        }
    }
}
