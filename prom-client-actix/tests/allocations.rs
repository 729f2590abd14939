//! What the layer allocates, by an allocator that counts. A program of its own, so that nothing else allocates.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::future::{Ready, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::{App, test, web};
use prom_client::Registry;
use prom_client::http::{HttpMetrics, Profile};
use prom_client_actix::MetricsLayer;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

fn main() {
    actix_web::rt::System::new().block_on(only_what_match_pattern_allocates_is_allocated());
    println!("1 passed, 0 failed");
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

/// Allocations of so many requests, after as many that warm up.
fn allocations<S, B>(app: &S, path: &str) -> usize
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let all = |times| {
        let mut counted = 0;
        for i in 0..times {
            let method = if i % 2 == 0 { "GET" } else { "POST" };
            let request = test::TestRequest::default().method(method.parse().unwrap()).uri(path);
            let request = request.to_request();
            let region = Region::new(ALLOCATOR);
            let mut context = Context::from_waker(Waker::noop());
            let mut future = pin!(app.call(request));
            let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else {
                panic!("it waits")
            };
            let mut body = pin!(response.into_body());
            while let Poll::Ready(Some(chunk)) = body.as_mut().poll_next(&mut context) {
                assert!(chunk.is_ok());
            }
            let change = region.change();
            counted += change.allocations + change.reallocations;
        }
        counted
    };
    all(WARM);
    all(TIMES)
}

async fn only_what_match_pattern_allocates_is_allocated() {
    let registry = Registry::new();
    let routes = |config: &mut web::ServiceConfig| {
        config
            .route("/users/{id}", web::get().to(|| async { "user" }))
            .service(web::scope("/shop").route("/items/{id}", web::get().to(|| async { "item" })));
    };
    for path in ["/users/7", "/shop/items/7", "/nope"] {
        // A middleware that does nothing, and one that only asks for the pattern: both leave bodies as they are.
        let bare = test::init_service(App::new().configure(routes).wrap(Nothing { asks: false }));
        let asks = test::init_service(App::new().configure(routes).wrap(Nothing { asks: true }));
        let (bare, asks) = (allocations(&bare.await, path), allocations(&asks.await, path));
        println!("{path}: {TIMES} patterns take {} allocations", asks - bare);
        for layer in layers(&registry) {
            let app = test::init_service(App::new().configure(routes).wrap(layer)).await;
            assert_eq!(allocations(&app, path), asks, "{path}");
        }
    }
    assert!(registry.to_text().contains("route=\"/shop/items/{id}\",status=\"200\"} "));
}

/// A middleware that does nothing else.
#[derive(Clone, Copy, Debug)]
struct Nothing {
    asks: bool,
}

struct NothingOf<S> {
    inner: S,
    asks: bool,
}

impl<S, B> Transform<S, ServiceRequest> for Nothing
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Transform = NothingOf<S>;
    type InitError = ();
    type Future = Ready<Result<NothingOf<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(NothingOf { inner, asks: self.asks }))
    }
}

impl<S, B> Service<ServiceRequest> for NothingOf<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = NothingFuture<S::Future>;

    forward_ready!(inner);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        NothingFuture { inner: self.inner.call(request), asks: self.asks }
    }
}

pin_project_lite::pin_project! {
    struct NothingFuture<F> {
        #[pin]
        inner: F,
        asks: bool,
    }
}

impl<F, B> Future for NothingFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, actix_web::Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let response = std::task::ready!(this.inner.poll(context));
        if let (Ok(response), true) = (&response, *this.asks) {
            let _pattern = response.request().match_pattern();
        }
        Poll::Ready(response)
    }
}
