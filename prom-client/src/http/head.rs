//! What is known of a request before its body.

/// The head of a request, as its framework has it.
pub trait RequestHead {
    /// The method as it was sent: `GET`.
    fn method(&self) -> &str;

    /// The path without its query.
    fn path(&self) -> &str;

    /// What follows the question mark.
    fn query(&self) -> Option<&str>;

    /// The version of HTTP: `1.0`, `1.1`, `2` or `3`.
    fn version(&self) -> &'static str;

    /// The scheme, if the target names one: `https`. That of a server's request seldom does.
    fn scheme(&self) -> Option<&str>;

    /// The host and the port that the target names, without the name and password that may stand before them.
    fn authority(&self) -> Option<&str>;

    /// The first header of this name, if it is text.
    fn header(&self, name: &str) -> Option<&str>;

    /// How long the body is, if its framing says so: 0 if there is none.
    fn body_size(&self) -> Option<u64>;
}
