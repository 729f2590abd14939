//! What the layer allocates, by an allocator that counts. A program of its own, so that nothing else allocates.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::Full;
use prom_client::Registry;
use prom_client::http::{HttpMetrics, Profile};
use prom_client_axum::{CaptureRouteLayer, MetricsLayer};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tower::{Layer, Service, service_fn};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

fn main() {
    around_a_service_nothing_is_allocated();
    around_a_router_with_its_routes_captured_nothing_is_allocated();
    among_a_routers_layers_nothing_is_allocated_beyond_what_axum_does_for_any_new_body();
    println!("3 passed, 0 failed");
}

/// Sends a request through a service that never waits, and drops the response when its body has ended.
fn drive<S, B>(service: &mut S, method: &str, path: &'static str)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body<Data = Bytes>,
{
    let mut context = Context::from_waker(Waker::noop());
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = http::Uri::from_static(path);
    assert!(service.poll_ready(&mut context).is_ready());
    let mut future = pin!(service.call(request));
    let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else { panic!("it waits") };
    let mut body = pin!(response.into_body());
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut context) {
        assert!(frame.is_ok());
    }
}

/// Allocations of so many requests, after as many that warm up.
fn allocations<S, B>(service: &mut S, path: &'static str) -> usize
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body<Data = Bytes>,
{
    let mut all = |times| {
        for _ in 0..times {
            drive(service, "GET", path);
            drive(service, "POST", path);
        }
    };
    all(WARM);
    let region = Region::new(ALLOCATOR);
    all(TIMES);
    let change = region.change();
    change.allocations + change.reallocations
}

const WARM: usize = 5_000;
const TIMES: usize = 1_000;

/// Every option that needs no text of its own.
fn layers(registry: &Registry) -> [MetricsLayer; 3] {
    let all = HttpMetrics::server(registry).namespace("all").request_sizes().response_sizes();
    let otel = HttpMetrics::server(registry).profile(Profile::OpenTelemetry);
    [
        MetricsLayer::new(registry).unwrap(),
        MetricsLayer::from(all.time_to_first_byte().exemplars().build().unwrap()),
        MetricsLayer::from(otel.build().unwrap()),
    ]
}

fn around_a_service_nothing_is_allocated() {
    let registry = Registry::new();
    let service = || {
        service_fn(|_: Request<Body>| {
            std::future::ready(Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(
                b"x",
            )))))
        })
    };
    let bare = allocations(&mut service(), "/");
    for layer in layers(&registry) {
        assert_eq!(allocations(&mut layer.layer(service()), "/"), bare);
    }
    assert!(registry.to_text().contains("http_requests_total"));
}

fn app() -> Router {
    let nested = Router::new().route("/items/{id}", get(|| async { "item" }));
    Router::new().route("/users/{id}", get(|| async { "user" })).nest("/shop", nested)
}

fn around_a_router_with_its_routes_captured_nothing_is_allocated() {
    let registry = Registry::new();
    for path in ["/users/7", "/shop/items/7", "/nope"] {
        // A layer of axum's costs what it costs, whatever it does.
        let router = || app().layer(IdentityLayer::default());
        let captured = || app().layer(CaptureRouteLayer::new());
        let bare = allocations(&mut router(), path);
        for layer in layers(&registry) {
            assert_eq!(allocations(&mut layer.layer(captured()), path), bare, "{path}");
        }
    }
    assert!(registry.to_text().contains("route=\"/shop/items/{id}\",status=\"200\"} "));
}

fn among_a_routers_layers_nothing_is_allocated_beyond_what_axum_does_for_any_new_body() {
    let registry = Registry::new();
    for path in ["/users/7", "/shop/items/7", "/nope"] {
        let bare = allocations(&mut app().layer(RewrapLayer::default()), path);
        for layer in layers(&registry) {
            assert_eq!(allocations(&mut app().layer(layer), path), bare, "{path}");
        }
    }
    assert!(registry.to_text().contains("route=\"/shop/items/{id}\",status=\"200\"} "));
}

/// Does nothing. It has a size, since axum clones layers into boxes, which those of no size need not.
#[derive(Clone, Debug, Default)]
struct IdentityLayer {
    _size: Option<std::sync::Arc<str>>,
}

impl<S> Layer<S> for IdentityLayer {
    type Service = Identity<S>;

    fn layer(&self, inner: S) -> Identity<S> {
        Identity(inner)
    }
}

#[derive(Clone, Debug)]
struct Identity<S>(S);

impl<S: Service<Request<Body>>> Service<Request<Body>> for Identity<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        self.0.call(request)
    }
}

/// Does nothing but to give bodies a type that is not axum's, which axum then puts into a box.
#[derive(Clone, Debug, Default)]
struct RewrapLayer {
    _size: Option<std::sync::Arc<str>>,
}

impl<S> Layer<S> for RewrapLayer {
    type Service = Rewrap<S>;

    fn layer(&self, inner: S) -> Rewrap<S> {
        Rewrap(inner)
    }
}

#[derive(Clone, Debug)]
struct Rewrap<S>(S);

impl<S> Service<Request<Body>> for Rewrap<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    type Response = Response<Rewrapped>;
    type Error = S::Error;
    type Future = RewrapFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        RewrapFuture { inner: self.0.call(request) }
    }
}

pin_project_lite::pin_project! {
    struct RewrapFuture<F> {
        #[pin]
        inner: F,
    }
}

impl<F: Future<Output = Result<Response<Body>, E>>, E> Future for RewrapFuture<F> {
    type Output = Result<Response<Rewrapped>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().inner.poll(context).map_ok(|response| response.map(Rewrapped))
    }
}

#[derive(Debug)]
struct Rewrapped(Body);

impl http_body::Body for Rewrapped {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.0.size_hint()
    }
}
