//! What a layer for HTTP metrics adds to a request: its time with the layer less its time without.
//!
//! Both are taken in turns, in process, so that whatever slows the machine slows both. The route has a parameter, the
//! handler answers with a short text, and bodies are read to their end.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{Service as ActixService, ServiceResponse};
use actix_web::{App, test, web};
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use criterion::{Criterion, criterion_group, criterion_main};
use http_body::Body as _;
use prom_client::Registry;
use prom_client_benches::harness::config;
use tower_service::Service;

criterion_main!(benches);
criterion_group! {
    name = benches;
    config = config().measurement_time(Duration::from_secs(3));
    targets = http_axum, http_actix
}

/// How many requests are one turn: few enough that most turns are not interrupted.
const TURN: u64 = 64;

/// What so many requests take longer with the layer than without, by the median of all turns: those that something
/// interrupted say nothing.
fn difference(requests: u64, mut with: impl FnMut(), mut without: impl FnMut()) -> Duration {
    let turns = requests.div_ceil(TURN);
    let mut differences = Vec::with_capacity(turns as usize);
    for _ in 0..turns {
        let less = time(TURN, &mut without);
        let more = time(TURN, &mut with);
        differences.push(more.as_nanos() as i64 - less.as_nanos() as i64);
    }
    differences.sort_unstable();
    let median = differences[differences.len() / 2].max(0) as f64 / TURN as f64;
    // Criterion takes no time for an error.
    Duration::from_nanos((median * requests as f64) as u64).max(Duration::from_nanos(1))
}

fn time(times: u64, mut f: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        f();
    }
    start.elapsed()
}

fn http_axum(criterion: &mut Criterion) {
    let app = || Router::new().route("/users/{id}", get(|| async { "a user" }));
    // As `axum::serve` does to each router before it answers; without this, layers are built anew for each request.
    let ready = |app: Router| -> Router { app.with_state(()) };
    let registry = Registry::new();
    let ours = prom_client_axum::MetricsLayer::new(&registry).expect("an empty registry");
    // It has a task of its own for its recorder, which is never run here.
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let _entered = runtime.enter();
    let (others, _recorder) = axum_prometheus::PrometheusMetricLayer::pair();
    let all: [(&str, Router); 3] = [
        ("ours", ready(app().layer(ours))),
        ("axum-prometheus", ready(app().layer(others))),
        // It counts through the recorder of the one before.
        ("axum-metrics", ready(app().layer(axum_metrics::MetricLayer::default()))),
    ];
    let mut group = criterion.benchmark_group("http_axum/1t");
    for (library, mut with) in all {
        let mut without = ready(app());
        ask_axum(&mut with);
        group.bench_function(library, |bencher| {
            bencher.iter_custom(|requests| {
                difference(requests, || ask_axum(&mut with), || ask_axum(&mut without))
            });
        });
    }
    group.finish();
    assert!(registry.to_text().contains("route=\"/users/{id}\",status=\"200\"} "));
}

fn ask_axum(app: &mut Router) {
    let mut context = Context::from_waker(Waker::noop());
    let mut request = http::Request::new(Body::empty());
    *request.uri_mut() = http::Uri::from_static("/users/7");
    let mut future = pin!(app.call(request));
    let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else {
        panic!("nothing here waits");
    };
    let mut body = pin!(response.into_body());
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut context) {
        assert!(frame.is_ok());
    }
}

fn http_actix(criterion: &mut Criterion) {
    actix_web::rt::System::new().block_on(async {
        let routes = |config: &mut web::ServiceConfig| {
            config.route("/users/{id}", web::get().to(|| async { "a user" }));
        };
        let registry = Registry::new();
        let ours = prom_client_actix::MetricsLayer::new(&registry).expect("an empty registry");
        let theirs = actix_web_prom::PrometheusMetricsBuilder::new("api").build();
        let theirs = theirs.expect("an empty registry of its own");
        let bare = test::init_service(App::new().configure(routes)).await;
        let ours = test::init_service(App::new().configure(routes).wrap(ours)).await;
        let theirs = test::init_service(App::new().configure(routes).wrap(theirs)).await;

        ask_actix(&ours);
        let mut group = criterion.benchmark_group("http_actix/1t");
        group.bench_function("ours", |bencher| {
            bencher.iter_custom(|requests| {
                difference(requests, || ask_actix(&ours), || ask_actix(&bare))
            });
        });
        group.bench_function("actix-web-prom", |bencher| {
            bencher.iter_custom(|requests| {
                difference(requests, || ask_actix(&theirs), || ask_actix(&bare))
            });
        });
        group.finish();
        assert!(registry.to_text().contains("route=\"/users/{id}\",status=\"200\"} "));
    });
}

fn ask_actix<S, B>(app: &S)
where
    S: ActixService<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut context = Context::from_waker(Waker::noop());
    let request = test::TestRequest::with_uri("/users/7").to_request();
    let mut future = pin!(app.call(request));
    let Poll::Ready(Ok(response)) = future.as_mut().poll(&mut context) else {
        panic!("nothing here waits");
    };
    let mut body = pin!(response.into_body());
    while let Poll::Ready(Some(chunk)) = body.as_mut().poll_next(&mut context) {
        assert!(chunk.is_ok());
    }
}
