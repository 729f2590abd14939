//! Statuses as a label.

/// How the label of a response's status looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusLabel {
    /// The status: `404`.
    #[default]
    Code,
    /// Its class: `4xx`. Fewer series, but 304 and 303 look alike.
    Class,
}

impl StatusLabel {
    #[inline]
    pub(super) fn text(self, status: u16) -> &'static str {
        match self {
            Self::Code => code(status),
            Self::Class => class(status),
        }
    }
}

/// The three digits of a status; what is none is `_OTHER`.
#[inline]
pub(super) fn code(status: u16) -> &'static str {
    let digits = CODES.get(usize::from(status)).filter(|_| status >= 100);
    digits.and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or(super::method::OTHER)
}

fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => super::method::OTHER,
    }
}

/// The digits of all numbers of up to three, so that no label is ever formatted.
static CODES: [[u8; 3]; 1000] = {
    let mut codes = [[b'0'; 3]; 1000];
    let mut i = 0;
    while i < 1000 {
        codes[i] = [b'0' + (i / 100) as u8, b'0' + (i / 10 % 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    codes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_its_digits_or_its_class() {
        for status in 100..1000 {
            assert_eq!(code(status), status.to_string());
        }
        for (status, text) in
            [(0, "_OTHER"), (99, "_OTHER"), (1000, "_OTHER"), (u16::MAX, "_OTHER")]
        {
            assert_eq!(code(status), text, "{status}");
            assert_eq!(StatusLabel::Class.text(status), text, "{status}");
        }
        assert_eq!(StatusLabel::Class.text(304), "3xx");
        assert_eq!(StatusLabel::Code.text(304), "304");
    }
}
