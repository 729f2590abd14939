//! The body of a response.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use pin_project_lite::pin_project;
use prom_client::http::Exchange;

use crate::route::Route;

pin_project! {
    /// A body that is measured while it is sent; from [`Metrics`](crate::Metrics). It is the inner body in all that
    /// can be seen of it: chunks, size and bytes.
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

impl<B: MessageBody> MessageBody for ResponseBody<B> {
    type Error = B::Error;

    #[inline]
    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        let this = self.project();
        let Some(exchange) = this.exchange else {
            return this.inner.poll_next(context);
        };
        let chunk = ready!(exchange.run_body(|| this.inner.poll_next(context)));
        match &chunk {
            Some(Ok(bytes)) => exchange.chunk(bytes.len()),
            Some(Err(_)) => exchange.body_failed(),
            None => exchange.end(),
        }
        Poll::Ready(chunk)
    }

    #[inline]
    fn size(&self) -> BodySize {
        self.inner.size()
    }

    /// Whoever takes the bytes has taken the whole body.
    #[inline]
    fn try_into_bytes(self) -> Result<Bytes, Self> {
        let Self { inner, mut exchange } = self;
        match inner.try_into_bytes() {
            Ok(bytes) => {
                if let Some(exchange) = &mut exchange {
                    exchange.chunk(bytes.len());
                    exchange.end();
                }
                Ok(bytes)
            }
            Err(inner) => Err(Self { inner, exchange }),
        }
    }
}
