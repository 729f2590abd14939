//! Bodies: decompressed as they come, and no longer than they may be.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::HttpError;

/// Reads all of a body. What is compressed is kept to the limit by what it comes to.
///
/// Prometheus fails at the limit already, not only beyond it. 0 is no limit.
pub(super) async fn read(
    mut body: Incoming,
    gzip: bool,
    limit: usize,
) -> Result<Vec<u8>, HttpError> {
    let limit = if limit == 0 { usize::MAX } else { limit };
    let failed = |error: io::Error| match error.get_ref() {
        Some(inner) if inner.is::<Full>() => HttpError::TooLarge(limit),
        _ => HttpError::Body(error.into()),
    };
    let kept = Bounded { bytes: Vec::new(), limit };
    let mut sink = if gzip { Sink::Gzip(MultiGzDecoder::new(kept)) } else { Sink::Plain(kept) };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| HttpError::Body(error.into()))?;
        if let Some(data) = frame.data_ref() {
            sink.write_all(data).map_err(failed)?;
        }
    }
    sink.finish().map_err(failed)
}

enum Sink {
    Plain(Bounded),
    Gzip(MultiGzDecoder<Bounded>),
}

impl Sink {
    fn write_all(&mut self, data: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(bounded) => bounded.write_all(data),
            Self::Gzip(decoder) => decoder.write_all(data),
        }
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain(bounded) => Ok(bounded.bytes),
            Self::Gzip(decoder) => Ok(decoder.finish()?.bytes),
        }
    }
}

/// Bytes, fewer than the limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

/// There would be as many bytes as the limit, or more.
#[derive(Debug)]
struct Full;

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("body size limit exceeded")
    }
}

impl std::error::Error for Full {}

impl Write for Bounded {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.len() >= self.limit - self.bytes.len() {
            return Err(io::Error::other(Full));
        }
        self.bytes.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
