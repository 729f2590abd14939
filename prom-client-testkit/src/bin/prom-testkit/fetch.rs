//! One scrape over HTTP.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use prom_client_testkit::Format;
use tokio::net::TcpStream;

use crate::input::Body;

/// How long a target has, as in Prometheus.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What Prometheus 3.5 asks for.
const TEXTS: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
    application/openmetrics-text;version=0.0.1;q=0.5,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
    text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

/// Asks a target once. Redirections are not followed, and no encoding is asked for.
pub(crate) fn get(url: &str, format: Option<Format>) -> io::Result<Body> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = async { tokio::time::timeout(TIMEOUT, ask(url, format)).await };
    runtime.block_on(answer).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

async fn ask(url: &str, format: Option<Format>) -> io::Result<Body> {
    let uri: Uri = url.parse().map_err(io::Error::other)?;
    let authority = uri.authority().ok_or_else(|| io::Error::other("a URL without a host"))?;
    if uri.scheme_str() != Some("http") {
        return Err(io::Error::other("only http, and not https"));
    }
    let host = authority.host().trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, authority.port_u16().unwrap_or(80))).await?;
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(io::Error::other)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::get(path)
        .header(HOST, authority.as_str())
        .header(ACCEPT, accept(format))
        .header(USER_AGENT, concat!("prom-testkit/", env!("CARGO_PKG_VERSION")))
        .header("X-Prometheus-Scrape-Timeout-Seconds", TIMEOUT.as_secs())
        .body(Empty::<Bytes>::new())
        .map_err(io::Error::other)?;
    let answer = async {
        let response = sender.send_request(request).await?;
        let (head, body) = response.into_parts();
        Ok::<_, hyper::Error>((head, body.collect().await?.to_bytes()))
    };
    // The connection works as long as the answer is awaited, and ends with it.
    let (head, body) = tokio::select! {
        answer = answer => answer.map_err(io::Error::other)?,
        Err(error) = connection => return Err(io::Error::other(error)),
    };
    if head.status != StatusCode::OK {
        return Err(io::Error::other(format!("the server answers {}", head.status)));
    }
    let content_type = head.headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    let content_type = String::from_utf8_lossy(content_type.unwrap_or_default()).into_owned();
    Ok(Body { bytes: body.to_vec(), content_type: Some(content_type) })
}

fn accept(format: Option<Format>) -> &'static str {
    match format {
        None => TEXTS,
        Some(Format::Text) => "text/plain;version=0.0.4",
        Some(Format::OpenMetrics) => {
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8"
        }
        #[cfg(feature = "protobuf")]
        Some(Format::Protobuf) => {
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
        }
        Some(_) => "*/*",
    }
}
