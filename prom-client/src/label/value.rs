//! Values of labels, and how they become text.

/// What is shown the values of a label set, one after the other. Closures over `&str` are visitors.
pub trait LabelVisitor {
    /// Takes the next value.
    fn value(&mut self, value: &str);
}

impl<F: FnMut(&str)> LabelVisitor for F {
    fn value(&mut self, value: &str) {
        self(value);
    }
}

/// A type whose values are label values: strings, integers, booleans, options of these, and enums of yours.
///
/// With the feature `derive`, `#[derive(LabelValue)]` writes this for an enum. By hand:
///
/// # Examples
/// ```
/// use prom_client::{LabelValue, LabelVisitor};
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Backend { Postgres, Redis }
///
/// impl LabelValue for Backend {
///     type Of<'a> = Backend;
///     const COUNT: usize = 2;
///     fn visit(&self, visitor: &mut impl LabelVisitor) {
///         visitor.value(match self { Backend::Postgres => "postgres", Backend::Redis => "redis" });
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
    note = "strings, integers, booleans, `char` and options of these are; an enum of yours is with `#[derive(LabelValue)]`"
)]
pub trait LabelValue {
    /// The same type with borrowed contents, which is what look-ups take: `&'a str` for `String`.
    type Of<'a>: LabelValue;

    /// How many different values there are, if the type is a small enum; 0 for all others. With it
    /// goes [`index`](Self::index).
    const COUNT: usize = 0;

    /// Shows the value as text, once. Equal values give equal text.
    fn visit(&self, visitor: &mut impl LabelVisitor);

    /// The value whose text this is; the inverse of [`visit`](Self::visit). A series whose text it does not
    /// know is kept by [`Family::retain`](crate::Family::retain).
    fn parse(text: &str) -> Option<Self::Of<'_>>;

    /// A number below [`COUNT`](Self::COUNT), different for each value. Not called if `COUNT` is 0.
    ///
    /// A type that has a `COUNT` and no `index` does not build:
    /// ```compile_fail
    /// # use prom_client::{Counter, Family, LabelValue, LabelVisitor, Registry};
    /// struct Side(bool);
    /// impl LabelValue for Side {
    ///     type Of<'a> = Side;
    ///     const COUNT: usize = 2;
    ///     fn visit(&self, visitor: &mut impl LabelVisitor) { self.0.visit(visitor) }
    ///     fn parse(text: &str) -> Option<Side> { text.parse().ok().map(Side) }
    /// }
    /// let sides: Family<(Side,), Counter> =
    ///     Registry::new().metric("sides", "Sides.").labels(["side"]).register().unwrap();
    /// sides.with(&(Side(true),)).inc();
    /// ```
    fn index(&self) -> usize {
        const { assert!(Self::COUNT == 0, "a `COUNT` that is not 0 needs an `index`") };
        0
    }
}

macro_rules! text {
    ($($type:ty),*) => {$(
        impl LabelValue for $type {
            type Of<'a> = &'a str;
            #[inline(always)]
            fn visit(&self, visitor: &mut impl LabelVisitor) {
                visitor.value(self);
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
            #[inline(always)]
            fn visit(&self, visitor: &mut impl LabelVisitor) {
                visitor.value(itoa::Buffer::new().format(*self));
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
    #[inline(always)]
    fn visit(&self, visitor: &mut impl LabelVisitor) {
        visitor.value(if *self { "true" } else { "false" });
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
    fn visit(&self, visitor: &mut impl LabelVisitor) {
        visitor.value(self.encode_utf8(&mut [0; 4]));
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// `None` is an absent label, which equals one with an empty value.
impl<V: LabelValue> LabelValue for Option<V> {
    type Of<'a> = Option<V::Of<'a>>;
    const COUNT: usize = if V::COUNT == 0 { 0 } else { V::COUNT + 1 };
    #[inline(always)]
    fn visit(&self, visitor: &mut impl LabelVisitor) {
        match self {
            Some(value) => value.visit(visitor),
            None => visitor.value(""),
        }
    }
    fn parse(text: &str) -> Option<Self::Of<'_>> {
        if text.is_empty() { Some(None) } else { V::parse(text).map(Some) }
    }
    #[inline(always)]
    fn index(&self) -> usize {
        self.as_ref().map_or(0, |value| value.index() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<V: for<'a> LabelValue<Of<'a> = V> + PartialEq + std::fmt::Debug>(
        value: &V,
        text: &str,
    ) {
        let mut rendered = String::new();
        value.visit(&mut |text: &str| rendered.push_str(text));
        assert_eq!(rendered, text);
        assert_eq!(V::parse(&rendered).as_ref(), Some(value));
    }

    #[test]
    fn values_are_the_text_they_parse_from() {
        there_and_back(&true, "true");
        there_and_back(&-7_i64, "-7");
        there_and_back(&u64::MAX, "18446744073709551615");
        there_and_back(&'ß', "ß");
        there_and_back(&Some(7_u8), "7");
        there_and_back(&None::<u8>, "");
        assert_eq!(<&str>::parse("x"), Some("x"));
        assert_eq!(u8::parse("300"), None);
        assert_eq!(Option::<u8>::parse("300"), None);
    }
}
