//! Where an exposition comes from.

use std::ffi::OsStr;
use std::io::{self, Read};

use prom_client_testkit::Format;

/// An exposition that has not been read yet.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// What a server says that it is; empty if it says nothing.
    pub(crate) content_type: Option<String>,
}

/// Takes a file, standard input if it is called `-`, or what a URL answers if asked for this format, by whoever has this token.
pub(crate) fn read(
    input: &OsStr,
    format: Option<Format>,
    bearer: Option<&str>,
) -> io::Result<Body> {
    let mut bytes = Vec::new();
    match input.to_str() {
        Some("-") => {
            io::stdin().read_to_end(&mut bytes)?;
        }
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
            return fetch(url, format, bearer);
        }
        Some(address) if address.contains(':') => {
            bytes = std::fs::read(input).map_err(|error| {
                io::Error::new(error.kind(), format!("{error}; a URL begins with http://"))
            })?;
        }
        _ => bytes = std::fs::read(input)?,
    }
    Ok(Body { bytes, content_type: None })
}

#[cfg(feature = "http")]
fn fetch(url: &str, format: Option<Format>, bearer: Option<&str>) -> io::Result<Body> {
    crate::fetch::get(url, format, bearer)
}

#[cfg(not(feature = "http"))]
fn fetch(_: &str, _: Option<Format>, _: Option<&str>) -> io::Result<Body> {
    Err(io::Error::other("a URL needs prom-testkit with its feature `http`"))
}
