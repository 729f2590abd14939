//! Who may read metrics.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use subtle::{Choice, ConstantTimeEq};

/// Passwords and tokens, one of which a request must have in its header `Authorization`.
///
/// # Examples
/// ```
/// use prom_client::http::Authorization;
///
/// let who = Authorization::basic("prometheus", "s3cret")?.or(Authorization::bearer("t0ken")?);
/// assert!(who.admits(Some("Basic cHJvbWV0aGV1czpzM2NyZXQ=")));
/// assert!(who.admits(Some("bearer t0ken")));
/// assert!(!who.admits(Some("Bearer token")));
/// assert!(!who.admits(None));
/// # Ok::<(), prom_client::http::AuthorizationError>(())
/// ```
///
/// # Timing
/// How long a comparison takes tells nothing of a secret but its length. It is one of text: what a client sends
/// is not decoded.
#[derive(Clone)]
pub struct Authorization {
    credentials: Vec<Credentials>,
}

#[derive(Clone)]
struct Credentials {
    scheme: &'static str,
    secret: Box<str>,
}

impl Authorization {
    /// By name and password: HTTP's scheme `Basic`, in UTF-8.
    ///
    /// # Errors
    /// When the name has a colon, which would end it, or either has a control character.
    pub fn basic(user: &str, password: &str) -> Result<Self, AuthorizationError> {
        if user.contains(':') {
            return Err(AuthorizationError(Why::Colon));
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err(AuthorizationError(Why::Control));
        }
        Ok(Self::one("Basic", BASE64_STANDARD.encode(format!("{user}:{password}"))))
    }

    /// By a token: the scheme `Bearer`.
    ///
    /// # Errors
    /// When no header can have the token, since it is empty or has other characters than `A-Z a-z 0-9 - . _ ~ + / =`.
    pub fn bearer(token: &str) -> Result<Self, AuthorizationError> {
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if token.is_empty() || !token.bytes().all(valid) {
            return Err(AuthorizationError(Why::Token));
        }
        Ok(Self::one("Bearer", token.to_owned()))
    }

    /// By any of both.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.credentials.extend(other.credentials);
        self
    }

    /// Whether a request with this header `Authorization` may read.
    #[must_use]
    pub fn admits(&self, header: Option<&str>) -> bool {
        let (scheme, secret) = header.and_then(|text| text.split_once(' ')).unwrap_or_default();
        let secret = secret.trim_matches(' ').as_bytes();
        // All are compared, whichever fits.
        let fits = self.credentials.iter().fold(Choice::from(0), |fits, one| {
            let same_scheme = one.scheme.eq_ignore_ascii_case(scheme);
            fits | one.secret.as_bytes().ct_eq(secret) & Choice::from(u8::from(same_scheme))
        });
        fits.into()
    }

    /// What a refusal says in its header `WWW-Authenticate`.
    #[must_use]
    pub fn challenge(&self) -> &'static str {
        let has = |scheme| self.credentials.iter().any(|one| one.scheme == scheme);
        match (has("Basic"), has("Bearer")) {
            (true, true) => r#"Basic realm="metrics", charset="UTF-8", Bearer realm="metrics""#,
            (true, false) => r#"Basic realm="metrics", charset="UTF-8""#,
            _ => r#"Bearer realm="metrics""#,
        }
    }

    fn one(scheme: &'static str, secret: String) -> Self {
        Self { credentials: vec![Credentials { scheme, secret: secret.into() }] }
    }
}

/// Without the secrets.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes = self.credentials.iter().map(|one| one.scheme);
        f.debug_list().entries(schemes).finish()
    }
}

/// Why a name, password or token cannot be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationError(Why);

#[derive(Clone, PartialEq, Eq)]
enum Why {
    Colon,
    Control,
    Token,
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Why::Colon => "a user's name cannot have a colon, which ends it",
            Why::Control => "a name and a password cannot have control characters",
            Why::Token => "a token is not empty and has only letters, digits and `-._~+/=`",
        })
    }
}

impl std::error::Error for AuthorizationError {}

/// The message: what `main` prints when it returns the error.
impl fmt::Debug for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_of_the_right_scheme_is_admitted() {
        let who = Authorization::basic("Aladdin", "open sesame").unwrap();
        let who = who.or(Authorization::bearer("abc.DEF-123").unwrap());
        for (header, admitted) in [
            (Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), true),
            (Some("bAsIc  QWxhZGRpbjpvcGVuIHNlc2FtZQ== "), true),
            (Some("Bearer abc.DEF-123"), true),
            (Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ="), false),
            (Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==="), false),
            (Some("Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), false),
            (Some("Basic abc.DEF-123"), false),
            (Some("Bearer abc.DEF-12"), false),
            (Some("Bearer abc.DEF-1234"), false),
            (Some("Bearer abc.def-123"), false),
            (Some("Bearer "), false),
            (Some("Bearer"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(who.admits(header), admitted, "{header:?}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_with_the_reason() {
        let errors = [
            Authorization::basic("a:b", "c"),
            Authorization::basic("a", "b\n"),
            Authorization::bearer(""),
            Authorization::bearer("two words"),
        ]
        .map(|result| result.unwrap_err().to_string());
        assert_eq!(errors[0], "a user's name cannot have a colon, which ends it");
        assert_eq!(errors[1], "a name and a password cannot have control characters");
        assert_eq!(errors[2], errors[3]);
    }

    #[test]
    fn secrets_are_not_shown() {
        let who = Authorization::basic("user", "hidden").unwrap();
        assert_eq!(format!("{who:?}"), "[\"Basic\"]");
        assert_eq!(who.challenge(), r#"Basic realm="metrics", charset="UTF-8""#);
    }
}
