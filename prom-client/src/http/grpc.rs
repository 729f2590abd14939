//! Calls of gRPC: their names, and the status that comes behind the body.

use super::exchange::End;
use super::method::OTHER;

/// A status, by its number: as libraries for Prometheus spell it, and as OpenTelemetry does.
const NAMES: [(&str, &str); 17] = [
    ("OK", "OK"),
    ("Canceled", "CANCELLED"),
    ("Unknown", "UNKNOWN"),
    ("InvalidArgument", "INVALID_ARGUMENT"),
    ("DeadlineExceeded", "DEADLINE_EXCEEDED"),
    ("NotFound", "NOT_FOUND"),
    ("AlreadyExists", "ALREADY_EXISTS"),
    ("PermissionDenied", "PERMISSION_DENIED"),
    ("ResourceExhausted", "RESOURCE_EXHAUSTED"),
    ("FailedPrecondition", "FAILED_PRECONDITION"),
    ("Aborted", "ABORTED"),
    ("OutOfRange", "OUT_OF_RANGE"),
    ("Unimplemented", "UNIMPLEMENTED"),
    ("Internal", "INTERNAL"),
    ("Unavailable", "UNAVAILABLE"),
    ("DataLoss", "DATA_LOSS"),
    ("Unauthenticated", "UNAUTHENTICATED"),
];

const OK: u8 = 0;
const CANCELLED: u8 = 1;
const UNKNOWN: u8 = 2;
const UNIMPLEMENTED: u8 = 12;
const INTERNAL: u8 = 13;

/// The status of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(u8);

impl Code {
    /// Of a header or trailer `grpc-status`. What is none of the numbers is unknown.
    pub(super) fn parse(value: &[u8]) -> Self {
        let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
        Self(number.filter(|number| usize::from(*number) < NAMES.len()).unwrap_or(UNKNOWN))
    }

    /// Of a call that ended without one, by the rules that clients have for that.
    pub(super) fn of_end(end: End, http: Option<u16>) -> Self {
        Self(match (end, http) {
            (End::Disconnect, _) => CANCELLED,
            (End::Complete, Some(400)) => INTERNAL,
            (End::Complete, Some(401)) => 16,
            (End::Complete, Some(403)) => 7,
            (End::Complete, Some(404)) => UNIMPLEMENTED,
            (End::Complete, Some(429 | 502..=504)) => 14,
            _ => UNKNOWN,
        })
    }

    /// Whether there must be such a method. Only what went well proves it: all else may have been said before
    /// anybody looked for the method, by what asks who calls, sheds load or waits no longer.
    pub(super) fn proves_method(self, http: Option<u16>) -> bool {
        self.0 == OK && http == Some(200)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES[usize::from(self.0)].0
    }

    pub(super) fn upper_name(self) -> &'static str {
        NAMES[usize::from(self.0)].1
    }

    /// What OpenTelemetry takes for an error of a server.
    pub(super) fn is_error(self) -> bool {
        matches!(self.0, UNKNOWN | 4 | UNIMPLEMENTED | INTERNAL | 14 | 15)
    }
}

/// Service and method of a path without its first slash: `pkg.Service/Method`.
pub(super) fn split(method: &str) -> (&str, &str) {
    if method == OTHER { (OTHER, OTHER) } else { method.split_once('/').unwrap_or((method, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_name_and_what_is_none_is_unknown() {
        for (value, name, upper) in [
            ("0", "OK", "OK"),
            ("1", "Canceled", "CANCELLED"),
            ("4", "DeadlineExceeded", "DEADLINE_EXCEEDED"),
            ("16", "Unauthenticated", "UNAUTHENTICATED"),
            ("17", "Unknown", "UNKNOWN"),
            ("256", "Unknown", "UNKNOWN"),
            ("-1", "Unknown", "UNKNOWN"),
            ("", "Unknown", "UNKNOWN"),
            ("x", "Unknown", "UNKNOWN"),
        ] {
            let code = Code::parse(value.as_bytes());
            assert_eq!((code.name(), code.upper_name()), (name, upper), "{value}");
        }
        for (http, name) in [
            (200, "Unknown"),
            (401, "Unauthenticated"),
            (404, "Unimplemented"),
            (503, "Unavailable"),
        ] {
            assert_eq!(Code::of_end(End::Complete, Some(http)).name(), name);
        }
        assert_eq!(Code::of_end(End::Disconnect, Some(200)).name(), "Canceled");
        assert_eq!(Code::of_end(End::Panic, None).name(), "Unknown");
    }
}
