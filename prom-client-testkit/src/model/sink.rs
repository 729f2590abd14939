//! Where a parser puts what it reads.

use super::{Kind, SampleRef};

/// Takes an exposition piece by piece, in the order of the body.
///
/// Everything that it is handed is borrowed. If the parser fails afterwards, what was taken so far is part
/// of a broken exposition, and Prometheus would keep none of it.
///
/// # Examples
/// A sink that counts:
///
/// ```
/// use prom_client_testkit::{Format, Parser, SampleRef, Sink};
///
/// struct Count(usize);
///
/// impl Sink for Count {
///     fn sample(&mut self, _: &SampleRef<'_>) {
///         self.0 += 1;
///     }
/// }
///
/// let mut count = Count(0);
/// Parser::new(Format::Text).read(b"a 1\nb 2\n", &mut count)?;
/// assert_eq!(count.0, 2);
/// # Ok::<(), prom_client_testkit::ParseError>(())
/// ```
pub trait Sink {
    /// A sample.
    fn sample(&mut self, sample: &SampleRef<'_>);

    /// A sample with a label that is there twice, which Prometheus notices only when it stores it. Whether that is
    /// fine, for which there are reasons when relabelling drops it; otherwise it is a mistake of the body.
    fn repeated(&mut self, sample: &SampleRef<'_>) -> bool {
        let _ = sample;
        false
    }

    /// The type of a family.
    fn kind(&mut self, family: &str, kind: Kind) {
        let _ = (family, kind);
    }

    /// What a family is about.
    fn help(&mut self, family: &str, text: &str) {
        let _ = (family, text);
    }

    /// What a family is measured in.
    fn unit(&mut self, family: &str, unit: &str) {
        let _ = (family, unit);
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn sample(&mut self, sample: &SampleRef<'_>) {
        (**self).sample(sample);
    }

    fn repeated(&mut self, sample: &SampleRef<'_>) -> bool {
        (**self).repeated(sample)
    }

    fn kind(&mut self, family: &str, kind: Kind) {
        (**self).kind(family, kind);
    }

    fn help(&mut self, family: &str, text: &str) {
        (**self).help(family, text);
    }

    fn unit(&mut self, family: &str, unit: &str) {
        (**self).unit(family, unit);
    }
}
