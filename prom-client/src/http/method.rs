//! Methods as a label: those of a list, and one value for all others.

/// The methods of RFC 9110, `PATCH` and `QUERY`, as OpenTelemetry's conventions list them. The usual first,
/// since they are searched in this order.
const KNOWN: [&str; 10] =
    ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "QUERY"];

/// What every other is called.
pub(super) const OTHER: &str = "_OTHER";

/// The methods that have a name; the last stands for all others.
#[derive(Clone, Debug)]
pub(super) struct Methods(Vec<Box<str>>);

impl Methods {
    pub(super) fn of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut all: Vec<Box<str>> = Vec::new();
        // More would not be distinguished by a place of 8 bits.
        for name in names.into_iter().take(usize::from(u8::MAX) - 1) {
            if !all.iter().any(|known| **known == *name.as_ref()) {
                all.push(name.as_ref().into());
            }
        }
        all.push(OTHER.into());
        Self(all)
    }

    /// Where in the list this method is. Case matters, as it does in HTTP.
    #[inline]
    pub(super) fn place(&self, method: &str) -> u8 {
        let place = self.0.iter().position(|name| **name == *method);
        place.unwrap_or(self.0.len() - 1) as u8
    }

    #[inline]
    pub(super) fn name(&self, place: u8) -> &str {
        self.0.get(usize::from(place)).map_or(OTHER, |name| name)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Default for Methods {
    fn default() -> Self {
        Self::of(KNOWN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_methods_have_their_names_and_all_others_share_one() {
        let methods = Methods::default();
        for name in KNOWN {
            assert_eq!(methods.name(methods.place(name)), name);
        }
        for name in ["get", "", "EVIL1", "GET ", "_OTHER", "PROPFIND"] {
            assert_eq!(methods.name(methods.place(name)), OTHER, "{name}");
        }
        let own = Methods::of(["GET", "PROPFIND", "GET"]);
        assert_eq!(own.name(own.place("PROPFIND")), "PROPFIND");
        assert_eq!(own.name(own.place("POST")), OTHER);
        assert_eq!(own.len(), 3);
    }

    proptest! {
        #[test]
        fn no_method_adds_a_name(method in ".*") {
            let methods = Methods::default();
            let name = methods.name(methods.place(&method));
            prop_assert!(KNOWN.contains(&name) && name == method || name == OTHER);
        }
    }
}
