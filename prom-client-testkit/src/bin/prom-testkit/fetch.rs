//! One scrape over HTTP.

use std::io;

use prom_client_testkit::{Format, Http, ScrapeRequest};

use crate::input::Body;

/// Asks a target once, as Prometheus would, or for the one format that is to be checked. Then it does not matter
/// what the answer says that it is.
pub(crate) fn get(url: &str, format: Option<Format>, bearer: Option<&str>) -> io::Result<Body> {
    let mut request = ScrapeRequest::new();
    let mut target = Http::new(url)
        .and_then(|target| target.user_agent(concat!("prom-testkit/", env!("CARGO_PKG_VERSION"))))
        .map_err(io::Error::other)?;
    if let Some(token) = bearer {
        target = target.authorization("Bearer", token).map_err(io::Error::other)?;
    }
    if let Some(format) = format {
        accept(format).clone_into(&mut request.accept);
        target = target.fallback(format);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let response = runtime.block_on(target.get(&request)).map_err(io::Error::other)?;
    Ok(Body { bytes: response.body, content_type: Some(response.content_type) })
}

fn accept(format: Format) -> &'static str {
    match format {
        Format::Text => "text/plain;version=0.0.4",
        Format::OpenMetrics => "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
        #[cfg(feature = "protobuf")]
        Format::Protobuf => {
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
        }
        _ => "*/*",
    }
}
