//! How bodies are compressed, and the choice of it.
//!
//! The rules are those of RFC 9110, section 12.5.3. Where they leave a choice: no compression where a client does not
//! name one, so `*` and a missing header mean none; of codings that are wanted as much, the first here that is no
//! identity; and where nothing fits, the body as it is rather than an error 406.

use crate::encode::thousandths;

/// A content coding that there is in this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    #[cfg(feature = "gzip")]
    Gzip,
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Coding {
    /// The one that is preferred first.
    const ALL: &[Self] = &[
        #[cfg(feature = "gzip")]
        Self::Gzip,
        #[cfg(feature = "zstd")]
        Self::Zstd,
    ];

    /// The one that an `Accept-Encoding` header asks for, if it asks for any.
    pub(super) fn negotiate(header: Option<&str>) -> Option<Self> {
        let listed: Vec<_> = header.unwrap_or_default().split(',').filter_map(weighed).collect();
        let weight = |wanted: &dyn Fn(&str) -> bool| {
            listed.iter().find(|(name, _)| wanted(name)).map(|(_, weight)| *weight)
        };
        let anything = weight(&|name| name == "*");
        // It needs no decoder, so it is acceptable where nobody says otherwise.
        let identity = weight(&|name| name.eq_ignore_ascii_case("identity")).or(anything);
        let mut best = (identity.unwrap_or(0), Named::Identity);
        let mut chosen = None;
        for coding in Self::ALL {
            let rank = match (weight(&|name| coding.is_named(name)), anything) {
                (Some(weight), _) => (weight, Named::Itself),
                (None, Some(weight)) => (weight, Named::Anything),
                (None, None) => continue,
            };
            if rank.0 > 0 && rank > best {
                (best, chosen) = (rank, Some(*coding));
            }
        }
        chosen
    }

    fn is_named(self, name: &str) -> bool {
        let is = |own: &str| name.eq_ignore_ascii_case(own);
        is(self.name()) || self.name() == "gzip" && is("x-gzip")
    }

    /// What the header of the answer says.
    pub(super) fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => "gzip",
            #[cfg(feature = "zstd")]
            Self::Zstd => "zstd",
        }
    }

    /// Appends the body in this coding.
    #[cfg_attr(
        not(any(feature = "gzip", feature = "zstd")),
        expect(
            unused_variables,
            clippy::ptr_arg,
            reason = "without codings there is no value to call this on"
        )
    )]
    pub(super) fn compress(self, body: &[u8], to: &mut Vec<u8>) {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => {
                use std::io::Write;

                let mut encoder = flate2::write::GzEncoder::new(to, flate2::Compression::fast());
                let written = encoder.write_all(body).and_then(|()| encoder.finish());
                written.expect("vectors take all that is written");
            }
            #[cfg(feature = "zstd")]
            Self::Zstd => {
                let written = zstd::stream::copy_encode(body, to, ZSTD_LEVEL);
                written.expect("vectors take all that is written");
            }
        }
    }
}

/// Enough for text that repeats itself, and fast.
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 1;

/// By what a coding is named. Who accepts anything as much as it accepts no coding may have no decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Anything,
    Identity,
    Itself,
}

/// An element of the header, such as `gzip;q=0.5`, and its weight in thousandths.
fn weighed(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let mut weights = parts.filter_map(|part| {
        let (key, weight) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| thousandths(weight.trim()))
    });
    Some((name, weights.next().unwrap_or(Some(1000))?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn negotiated(header: &str) -> &'static str {
        Coding::negotiate(Some(header)).map_or("identity", Coding::name)
    }

    /// The first of these that this build has.
    fn first_of(codings: &[&'static str]) -> &'static str {
        let has = |name: &str| Coding::ALL.iter().any(|coding| coding.is_named(name));
        codings.iter().copied().find(|name| *name == "identity" || has(name)).unwrap()
    }

    #[test]
    fn a_coding_is_used_where_it_is_named_and_wanted_at_least_as_much_as_none() {
        let gzip = first_of(&["gzip", "identity"]);
        let zstd = first_of(&["zstd", "identity"]);
        let any = first_of(&["gzip", "zstd", "identity"]);
        for (header, expected) in [
            ("", "identity"),
            ("identity", "identity"),
            ("br", "identity"),
            ("gzip", gzip),
            ("GZIP", gzip),
            ("x-gzip", gzip),
            ("zstd", zstd),
            ("gzip, zstd", first_of(&["gzip", "zstd", "identity"])),
            ("zstd, gzip", first_of(&["gzip", "zstd", "identity"])),
            ("gzip;q=0.5, zstd", first_of(&["zstd", "gzip", "identity"])),
            ("gzip;q=0.5, zstd;q=0.4", first_of(&["gzip", "zstd", "identity"])),
            ("gzip, deflate, br, zstd", first_of(&["gzip", "zstd", "identity"])),
            ("gzip;q=0", "identity"),
            ("gzip;q=0.000", "identity"),
            ("gzip;q=0.001", gzip),
            ("gzip ; Q=0.5 , identity", "identity"),
            ("gzip, identity", gzip),
            ("gzip;q=0.5, identity;q=0.5", gzip),
            // Anything is nothing, unless nothing is excluded.
            ("*", "identity"),
            ("*;q=0.5", "identity"),
            ("*;q=0.5, identity;q=0.4", any),
            ("*, identity;q=0", any),
            ("identity;q=0", "identity"),
            ("identity;q=0, gzip;q=0.1", gzip),
            ("*;q=0", "identity"),
            ("*;q=0, gzip;q=0.1", gzip),
            ("gzip;q=0, *", "identity"),
            ("gzip;q=0, *;q=0.5, identity;q=0.1", first_of(&["zstd", "identity"])),
            // What is no weight is no element.
            ("gzip;q=2", "identity"),
            ("gzip;q=NaN", "identity"),
            ("gzip;q=", "identity"),
            ("gzip;level=9", gzip),
            (" , ,;,;q=1,=", "identity"),
        ] {
            assert_eq!(negotiated(header), expected, "{header:?}");
        }
        assert_eq!(Coding::negotiate(None), None);
    }

    proptest! {
        #[test]
        fn any_header_is_read(header in "\\PC*|((gzip|zstd|identity|\\*|)(;q=[0-9.]*)? ?,? ?)*") {
            negotiated(&header);
        }
    }
}
