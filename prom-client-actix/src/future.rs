//! The response on its way.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::CONTENT_TYPE;
use pin_project_lite::pin_project;
use prom_client::http::{Exchange, RecordAs};

use crate::body::ResponseBody;
use crate::route::{CURRENT, Path, Route};

pin_project! {
    /// The future of [`Metrics`](crate::Metrics). Dropped before it is ready, its request counts as cancelled, or
    /// as a panic if one went through it.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        exchange: Option<(Exchange<Route>, Path)>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some((exchange, path)) = this.project().exchange {
                find_route(exchange, path);
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    #[inline]
    pub(crate) fn new(inner: F, exchange: Option<(Exchange<Route>, Path)>) -> Self {
        Self { inner, exchange }
    }
}

impl<F, B> Future for ResponseFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, actix_web::Error>>,
    B: MessageBody,
{
    type Output = Result<ServiceResponse<ResponseBody<B>>, actix_web::Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some((exchange, path)) = this.exchange else {
            let result = ready!(this.inner.poll(context));
            return Poll::Ready(result.map(|response| wrap(response, None)));
        };
        match ready!(exchange.run(&CURRENT, || this.inner.poll(context))) {
            Ok(response) => {
                respond(exchange, &response);
                let under_way = if exchange.is_finished() { None } else { this.exchange.take() };
                Poll::Ready(Ok(wrap(response, under_way.map(|(exchange, _)| exchange))))
            }
            Err(error) => {
                find_route(exchange, path);
                // A response will be made of it, further outside: how long that is cannot be seen from here.
                let status = error.error_response().status().as_u16();
                exchange.respond(status, None, Some(&RecordAs::default().until_head()), || false);
                Poll::Ready(Err(error))
            }
        }
    }
}

#[inline]
fn respond<B: MessageBody>(exchange: &mut Exchange<Route>, response: &ServiceResponse<B>) {
    // Now, not before: only now its guards have decided.
    if let Some(pattern) = response.request().match_pattern() {
        exchange.set_route(Route(pattern));
    }
    let exact = match response.response().body().size() {
        BodySize::None => Some(0),
        BodySize::Sized(size) => Some(size),
        BodySize::Stream => None,
    };
    let extensions = response.response().extensions();
    let record_as = extensions.get::<RecordAs>();
    exchange.respond(response.status().as_u16(), exact, record_as, || {
        let content_type = response.headers().get(CONTENT_TYPE);
        let start = content_type.and_then(|value| value.as_bytes().get(..EVENT_STREAM.len()));
        start.is_some_and(|start| start.eq_ignore_ascii_case(EVENT_STREAM))
    });
}

/// For an exchange that ends without a response to ask.
#[cold]
fn find_route(exchange: &mut Exchange<Route>, path: &Path) {
    if exchange.is_finished() || exchange.has_route() {
        return;
    }
    if let Some(route) = path.route() {
        exchange.set_route(route);
    }
}

#[inline]
fn wrap<B>(
    response: ServiceResponse<B>,
    exchange: Option<Exchange<Route>>,
) -> ServiceResponse<ResponseBody<B>> {
    response.map_body(|_, body| ResponseBody::new(body, exchange))
}

/// The type of a stream of events, before its parameters.
const EVENT_STREAM: &[u8] = b"text/event-stream";
