//! Values of labels, and how they become text.

/// A type whose values are label values: strings, integers, booleans, and enums of yours.
///
/// # Examples
/// ```
/// use prom_client::LabelValue;
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Backend { Postgres, Redis }
///
/// impl LabelValue for Backend {
///     type Of<'a> = Backend;
///     const COUNT: usize = 2;
///     fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
///         f(match self { Backend::Postgres => "postgres", Backend::Redis => "redis" })
///     }
///     fn parse(text: &str) -> Option<Backend> {
///         match text { "postgres" => Some(Backend::Postgres), "redis" => Some(Backend::Redis), _ => None }
///     }
///     fn index(&self) -> usize { *self as usize }
/// }
/// assert_eq!(Backend::parse("redis"), Some(Backend::Redis));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no label value",
    note = "strings, integers, booleans and `char` are; an enum of yours can implement `LabelValue`"
)]
pub trait LabelValue {
    /// The same type with borrowed contents, which is what look-ups take: `&'a str` for `String`.
    type Of<'a>: LabelValue;

    /// How many different values there are, if the type is a small enum; 0 for all others. With it
    /// goes [`index`](Self::index).
    const COUNT: usize = 0;

    /// Calls `f` with the value as text. Equal values give equal text.
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R;

    /// The value whose text this is; the inverse of [`with_str`](Self::with_str).
    fn parse(text: &str) -> Option<Self::Of<'_>>;

    /// A number below [`COUNT`](Self::COUNT), different for each value. Not called if `COUNT` is 0.
    fn index(&self) -> usize {
        0
    }
}

macro_rules! text {
    ($($type:ty),*) => {$(
        impl LabelValue for $type {
            type Of<'a> = &'a str;
            #[inline]
            fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
                f(self)
            }
            fn parse(text: &str) -> Option<&str> {
                Some(text)
            }
        }
    )*};
}
text!(&str, String, std::borrow::Cow<'_, str>, std::sync::Arc<str>, Box<str>);

macro_rules! integer {
    ($($type:ty),*) => {$(
        impl LabelValue for $type {
            type Of<'a> = Self;
            #[inline]
            fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
                f(itoa::Buffer::new().format(*self))
            }
            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}
integer!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl LabelValue for bool {
    type Of<'a> = Self;
    const COUNT: usize = 2;
    #[inline]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(if *self { "true" } else { "false" })
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn index(&self) -> usize {
        usize::from(*self)
    }
}

impl LabelValue for char {
    type Of<'a> = Self;
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self.encode_utf8(&mut [0; 4]))
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<V: for<'a> LabelValue<Of<'a> = V> + PartialEq + std::fmt::Debug>(value: V, text: &str) {
        value.with_str(|rendered| {
            assert_eq!(rendered, text);
            assert_eq!(V::parse(rendered).as_ref(), Some(&value));
        });
    }

    #[test]
    fn values_are_the_text_they_parse_from() {
        there_and_back(true, "true");
        there_and_back(-7_i64, "-7");
        there_and_back(u64::MAX, "18446744073709551615");
        there_and_back('ß', "ß");
        assert_eq!(String::from("x").with_str(str::len), 1);
        assert_eq!(<&str>::parse("x"), Some("x"));
        assert_eq!(u8::parse("300"), None);
    }
}
