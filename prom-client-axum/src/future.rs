//! The response on its way.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body::Body;
use pin_project_lite::pin_project;
use prom_client::http::{Exchange, RecordAs};

use crate::body::ResponseBody;
use crate::route::{CURRENT, Route};

pin_project! {
    /// The future of [`Metrics`](crate::Metrics). Dropped before it is ready, its request counts as cancelled, or
    /// as a panic if one went through it.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        exchange: Option<Exchange<Route>>,
    }
}

impl<F> ResponseFuture<F> {
    #[inline]
    pub(crate) fn new(inner: F, exchange: Option<Exchange<Route>>) -> Self {
        Self { inner, exchange }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(exchange) = this.exchange else {
            let result = ready!(this.inner.poll(context));
            return Poll::Ready(result.map(|response| wrap(response, None)));
        };
        match ready!(exchange.run(&CURRENT, || this.inner.poll(context))) {
            Ok(response) => {
                respond(exchange, &response);
                let under_way = if exchange.is_finished() { None } else { this.exchange.take() };
                Poll::Ready(Ok(wrap(response, under_way)))
            }
            Err(error) => {
                exchange.service_failed();
                Poll::Ready(Err(error))
            }
        }
    }
}

#[inline]
fn respond<B: Body>(exchange: &mut Exchange<Route>, response: &Response<B>) {
    let body = response.body();
    #[cfg(feature = "grpc")]
    if exchange.is_grpc() {
        match response.headers().get("grpc-status") {
            Some(status) => exchange.grpc_status(status.as_bytes()),
            // Nor will there be one.
            None if body.is_end_stream() && response.status().as_u16() == 200 => {
                exchange.grpc_status(b"");
            }
            None => {}
        }
    }
    let exact = if body.is_end_stream() { Some(0) } else { body.size_hint().exact() };
    // A file's body does not know how long it is, but its response does, and hyper asks for no more than that.
    let exact =
        exact.or_else(|| response.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok());
    let record_as = response.extensions().get::<RecordAs>();
    exchange.respond(response.status().as_u16(), exact, record_as, || {
        let content_type = response.headers().get(CONTENT_TYPE);
        let start = content_type.and_then(|value| value.as_bytes().get(..EVENT_STREAM.len()));
        start.is_some_and(|start| start.eq_ignore_ascii_case(EVENT_STREAM))
    });
}

#[inline]
fn wrap<B>(response: Response<B>, exchange: Option<Exchange<Route>>) -> Response<ResponseBody<B>> {
    response.map(|body| ResponseBody::new(body, exchange))
}

/// The type of a stream of events, before its parameters.
const EVENT_STREAM: &[u8] = b"text/event-stream";
