//! The body of a response.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use prom_client::http::Exchange;

use crate::route::Route;

pin_project! {
    /// A body that is measured while it is sent; from [`Metrics`](crate::Metrics). It is the inner body in all that
    /// can be seen of it: frames, trailers, size hint and end.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        inner: B,
        exchange: Option<Exchange<Route>>,
    }
}

impl<B> ResponseBody<B> {
    #[inline]
    pub(crate) fn new(inner: B, exchange: Option<Exchange<Route>>) -> Self {
        Self { inner, exchange }
    }
}

impl<B: Body> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(exchange) = this.exchange else {
            return this.inner.poll_frame(context);
        };
        let frame = ready!(exchange.run_body(|| this.inner.as_mut().poll_frame(context)));
        match &frame {
            Some(Ok(frame)) => {
                #[cfg(feature = "grpc")]
                if let Some(status) = frame.trailers_ref().and_then(|all| all.get("grpc-status")) {
                    exchange.grpc_status(status.as_bytes());
                }
                exchange.chunk(frame.data_ref().map_or(0, Buf::remaining));
                // Servers need not ask again then, and hyper does not.
                let is_last = || frame.is_trailers() || this.inner.is_end_stream();
                if !exchange.is_finished() && is_last() {
                    exchange.end();
                }
            }
            Some(Err(_)) => exchange.body_failed(),
            None => exchange.end(),
        }
        Poll::Ready(frame)
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
