//! Quantiles and windows that cannot be wrong.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, nanos};
use crate::storage::Sliding;

/// Which quantiles a summary shows, and of how much of the past.
///
/// The default is none: sum and count alone, which cost less and can be added up over instances. Quantiles
/// cannot; where they are to be, take a [`Histogram`](crate::Histogram).
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use prom_client::Quantiles;
///
/// let quantiles = Quantiles::new([0.5, 0.9, 0.99])?.window(Duration::from_secs(60), 6)?;
/// assert_eq!(quantiles.ranks(), [0.5, 0.9, 0.99]);
/// assert_eq!(Quantiles::new([0.5, 99.0]).unwrap_err().to_string(), "quantile 99 is not between 0 and 1");
/// # Ok::<(), prom_client::QuantilesError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quantiles {
    ranks: Arc<[f64]>,
    age: Duration,
    slices: u32,
}

/// As in other clients: ten minutes in five slices.
const AGE: Duration = Duration::from_secs(600);
const SLICES: u32 = 5;

/// More make no sense to a reader, and would make a window that never holds much.
const MOST_SLICES: u32 = 1_000;

/// The shortest slice.
const SHORTEST: Duration = Duration::from_millis(1);

impl Quantiles {
    /// These quantiles, in any order, of the last ten minutes in five slices.
    ///
    /// # Errors
    /// When there is none, when one is not between 0 and 1, or one comes twice.
    pub fn new(ranks: impl IntoIterator<Item = f64>) -> Result<Self, QuantilesError> {
        let mut ranks: Vec<f64> = ranks.into_iter().collect();
        if ranks.is_empty() {
            return Err(QuantilesError(Why::Empty));
        }
        if let Some(wrong) = ranks.iter().find(|rank| !(0.0..=1.0).contains(*rank)) {
            return Err(QuantilesError(Why::OutOfRange(*wrong)));
        }
        // Without the sign that a zero may have.
        ranks.iter_mut().for_each(|rank| *rank += 0.0);
        ranks.sort_by(f64::total_cmp);
        if let Some(pair) = ranks.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(QuantilesError(Why::Repeated(pair[0])));
        }
        Ok(Self { ranks: ranks.into(), age: AGE, slices: SLICES })
    }

    /// Of the last `age`, in so many slices: the window moves on by a slice at a time, so what is shown is
    /// at most `age` old, and reaches back at least `age` less one slice.
    ///
    /// # Errors
    /// When there are no slices or more than 1,000, or one is shorter than a millisecond.
    pub fn window(self, age: Duration, slices: u32) -> Result<Self, QuantilesError> {
        if slices == 0 || slices > MOST_SLICES {
            return Err(QuantilesError(Why::Slices(slices)));
        }
        if age / slices < SHORTEST {
            return Err(QuantilesError(Why::Short { age, slices }));
        }
        Ok(Self { age, slices, ..self })
    }

    /// The quantiles, in order; none by default.
    #[must_use]
    pub fn ranks(&self) -> &[f64] {
        &self.ranks
    }

    /// As the storage wants them.
    pub(super) fn sliding(&self, clock: &Clock) -> Option<Sliding> {
        let slice = nanos(self.age / self.slices);
        (!self.ranks.is_empty()).then(|| Sliding {
            quantiles: self.ranks.to_vec().into(),
            slice,
            slices: self.slices.into(),
            cheap_clock: clock.is_manual(),
        })
    }
}

impl Default for Quantiles {
    fn default() -> Self {
        Self { ranks: Arc::new([]), age: AGE, slices: SLICES }
    }
}

/// Why quantiles or their window make no sense.
#[derive(Clone, PartialEq)]
pub struct QuantilesError(Why);

#[derive(Clone, Debug, PartialEq)]
enum Why {
    Empty,
    OutOfRange(f64),
    Repeated(f64),
    Slices(u32),
    Short { age: Duration, slices: u32 },
}

impl fmt::Display for QuantilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Why::Empty => f.write_str("there is no quantile; a summary has none by default"),
            Why::OutOfRange(rank) => write!(f, "quantile {rank} is not between 0 and 1"),
            Why::Repeated(rank) => write!(f, "quantile {rank} comes twice"),
            Why::Slices(n) => write!(f, "{n} slices are not between 1 and {MOST_SLICES}"),
            Why::Short { age, slices } => {
                write!(f, "{slices} slices of {age:?} are shorter than {SHORTEST:?} each")
            }
        }
    }
}

impl std::error::Error for QuantilesError {}

/// The message: what `main` prints when it returns the error.
impl fmt::Debug for QuantilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused_with_the_reason() {
        let new = |ranks: &[f64]| Quantiles::new(ranks.iter().copied());
        let window = |age, slices| new(&[0.5]).unwrap().window(age, slices);
        let second = Duration::from_secs(1);
        for (error, text) in [
            (new(&[]), "there is no quantile; a summary has none by default"),
            (new(&[0.5, -0.1]), "quantile -0.1 is not between 0 and 1"),
            (new(&[f64::NAN]), "quantile NaN is not between 0 and 1"),
            (new(&[0.9, 0.5, 0.9]), "quantile 0.9 comes twice"),
            (new(&[-0.0, 0.0]), "quantile 0 comes twice"),
            (window(second, 0), "0 slices are not between 1 and 1000"),
            (window(second, 1_001), "1001 slices are not between 1 and 1000"),
            (window(second / 2, 1_000), "1000 slices of 500ms are shorter than 1ms each"),
        ] {
            assert_eq!(error.unwrap_err().to_string(), text);
        }
        assert_eq!(new(&[1.0, 0.0]).unwrap().ranks(), [0.0, 1.0]);
    }
}
