//! The trace that a request belongs to, as the header `traceparent` says it: W3C Trace Context.

/// The two names of a place in a trace, in hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trace {
    trace: [u8; 32],
    span: [u8; 16],
}

impl Trace {
    /// The trace of a header. `None` if it is malformed, or if nobody records the trace: then an exemplar would
    /// lead nowhere.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let bytes = header.as_bytes();
        let part = |from: usize, to: usize| {
            let part = bytes.get(from..to)?;
            let lower = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
            part.iter().all(lower).then_some(part)
        };
        let dashes = [2, 35, 52].iter().all(|at| bytes.get(*at) == Some(&b'-'));
        let version = part(0, 2)?;
        // Version ff is forbidden; version 00 ends here, and later ones may go on behind a dash.
        let ends = bytes.len() == 55 || version != b"00" && bytes.get(55) == Some(&b'-');
        if !dashes || version == b"ff" || !ends {
            return None;
        }
        let (trace, span) = (part(3, 35)?, part(36, 52)?);
        let flags = u8::from_str_radix(std::str::from_utf8(part(53, 55)?).ok()?, 16).ok()?;
        let is_set = |part: &[u8]| part.iter().any(|digit| *digit != b'0');
        if flags & SAMPLED == 0 || !is_set(trace) || !is_set(span) {
            return None;
        }
        Some(Self { trace: trace.try_into().ok()?, span: span.try_into().ok()? })
    }

    /// The labels of an exemplar, by the names that Prometheus' documentation gives them.
    pub(super) fn labels(&self) -> [(&'static str, &str); 2] {
        let text = |digits| std::str::from_utf8(digits).unwrap_or_default();
        [("trace_id", text(&self.trace)), ("span_id", text(&self.span))]
    }
}

/// The flag of a trace that the caller records.
const SAMPLED: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_recorded_traces_of_a_well_formed_header_count() {
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let good = format!("00-{trace}-{span}-01");
        let labels = Trace::parse(&good).map(|found| found.labels().map(|(_, v)| v.to_owned()));
        assert_eq!(labels, Some([trace.to_owned(), span.to_owned()]));
        for (header, counts) in [
            (good.clone(), true),
            (format!("00-{trace}-{span}-ff"), true),
            (format!("cc-{trace}-{span}-01"), true),
            (format!("cc-{trace}-{span}-01-what-comes"), true),
            (format!("cc-{trace}-{span}-01."), false),
            (format!("{good}-what-comes"), false),
            (format!("00-{trace}-{span}-00"), false),
            (format!("ff-{trace}-{span}-01"), false),
            (format!("00-{}-{span}-01", "0".repeat(32)), false),
            (format!("00-{trace}-{}-01", "0".repeat(16)), false),
            (format!("00-{}-{span}-01", trace.to_uppercase()), false),
            (format!("00_{trace}_{span}_01"), false),
            (good[1..].to_owned(), false),
            (good[..54].to_owned(), false),
            (String::new(), false),
            ("ü".repeat(40), false),
        ] {
            assert_eq!(Trace::parse(&header).is_some(), counts, "{header}");
        }
    }
}
