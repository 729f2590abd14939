//! Every request is counted once, however it ends.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::error_handling::HandleErrorLayer;
use axum::routing::{any, get, post};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use prom_client_axum::MetricsLayer;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;

use crate::support::{
    Dropped, Frames, Served, ask, counted, in_flight, measured, poll_once, request, streamed, sum,
    until,
};

/// A handler that never answers, and says when it begins and when it is dropped.
fn never(begun: mpsc::UnboundedSender<()>, gone: mpsc::UnboundedSender<()>) -> Router {
    let handler = move || {
        let (begun, gone) = (begun.clone(), Dropped(gone.clone()));
        async move {
            let _gone = gone;
            begun.send(()).unwrap();
            std::future::pending::<()>().await;
        }
    };
    Router::new().route("/never", get(handler))
}

#[tokio::test]
async fn a_request_is_in_flight_until_its_body_ends() {
    let (registry, layer) = measured();
    let app =
        |_: Request<Body>| async { Ok::<_, Infallible>(streamed(Frames::data(&["ab", "c"]))) };
    let mut app = layer.layer(service_fn(app));
    let future = app.ready().await.unwrap().call(request("GET", "/"));
    assert_eq!(in_flight(&registry), 1.0);
    let mut body = future.await.unwrap().into_body();
    for _ in 0..2 {
        assert!(body.frame().await.is_some());
        assert_eq!((in_flight(&registry), counted(&registry)), (1.0, vec![]));
    }
    assert!(body.frame().await.is_none());
    assert_eq!(
        (in_flight(&registry), counted(&registry)),
        (0.0, vec!["1 GET unmatched 200".into()])
    );
    drop(body);
    assert_eq!(counted(&registry), ["1 GET unmatched 200"]);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (3.0, 1));
}

#[tokio::test]
async fn responses_without_a_body_are_complete_with_their_head() {
    let (registry, layer) = measured();
    let status = |status: u16| {
        get(move || async move {
            // Of a length that nobody will read.
            let mut body = Frames::data(&["left out"]);
            body.endless = true;
            let mut response = streamed(body);
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        })
    };
    let app = Router::new()
        .route("/204", status(204))
        .route("/304", status(304))
        .route("/101", status(101))
        .route("/head", get(|| async { "five!" }))
        .route("/empty", get(|| async { "" }))
        .layer(layer);
    for path in ["/204", "/304", "/101", "/empty"] {
        let response = app.clone().oneshot(request("GET", path)).await.unwrap();
        assert_eq!(in_flight(&registry), 0.0, "{path}");
        // Its body is dropped without being asked for anything.
        drop(response);
    }
    drop(app.clone().oneshot(request("HEAD", "/head")).await.unwrap());
    ask(&app, request("POST", "/head")).await;
    assert_eq!(in_flight(&registry), 0.0);
    assert_eq!(
        counted(&registry),
        [
            "1 GET /101 101",
            "1 GET /204 204",
            "1 GET /304 304",
            "1 GET /empty 200",
            "1 HEAD /head 200",
            "1 POST /head 405",
        ]
    );
    assert_eq!(sum(&registry, "http_response_size_bytes"), (0.0, 6));
}

#[tokio::test]
async fn over_tcp_heads_and_sized_bodies_are_complete() {
    let (registry, layer) = measured();
    let app = Router::new()
        .route("/", get(|| async { "five!" }).post(|body: String| async move { body }))
        .route("/204", get(|| async { StatusCode::NO_CONTENT }))
        .layer(layer);
    let served = Served::start(app).await;
    let head = served.ask("HEAD", "/").await;
    assert!(head.starts_with(b"HTTP/1.1 200 OK\r\n") && head.ends_with(b"\r\n\r\n"));
    assert!(served.ask("GET", "/").await.ends_with(b"\r\n\r\nfive!"));
    served.ask("GET", "/204").await;
    served.ask("DELETE", "/").await;
    let post = "POST / HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc";
    assert!(served.exchange(post).await.ends_with(b"\r\n\r\nabc"));
    assert_eq!(
        counted(&registry),
        ["1 DELETE / 405", "1 GET / 200", "1 GET /204 204", "1 HEAD / 200", "1 POST / 200"]
    );
    assert_eq!(in_flight(&registry), 0.0);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (8.0, 5));
    assert_eq!(sum(&registry, "http_request_size_bytes"), (3.0, 5));
}

#[tokio::test]
async fn a_file_that_was_sent_is_complete() {
    let (registry, layer) = measured();
    let files = Router::new().fallback_service(ServeDir::new(env!("CARGO_MANIFEST_DIR")));
    let served = Served::start(files.layer(layer)).await;
    let answer = served.ask("GET", "/Cargo.toml").await;
    let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    assert!(answer.ends_with(&file));
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET unmatched 200"]);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (file.len() as f64, 1));
}

#[tokio::test]
async fn a_body_that_ends_in_trailers_is_complete() {
    let (registry, layer) = measured();
    let handler = || async {
        let mut trailers = http::HeaderMap::new();
        trailers.insert("x-checksum", "1234".parse().unwrap());
        let data = http_body::Frame::data(bytes::Bytes::from_static(b"data"));
        let trailers = http_body::Frame::trailers(trailers);
        let mut response = streamed(Frames::new(vec![Some(data), Some(trailers)]));
        response.headers_mut().insert("trailer", "x-checksum".parse().unwrap());
        response
    };
    let served = Served::start(Router::new().route("/", get(handler)).layer(layer)).await;
    let answer = served
        .exchange("GET / HTTP/1.1\r\nhost: h\r\nte: trailers\r\nconnection: close\r\n\r\n")
        .await;
    assert!(answer.ends_with(b"\r\n0\r\nx-checksum: 1234\r\n\r\n"));
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET / 200"]);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (4.0, 1));
}

#[tokio::test]
async fn a_client_that_goes_before_the_head_is_counted() {
    let (registry, layer) = measured();
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (gone, mut goes) = mpsc::unbounded_channel();
    let served = Served::start(never(begun, gone).layer(layer)).await;
    let stream = served.send("GET /never HTTP/1.1\r\nhost: h\r\n\r\n").await;
    begins.recv().await.unwrap();
    assert_eq!(in_flight(&registry), 1.0);
    drop(stream);
    goes.recv().await.unwrap();
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET /never 499", "1 GET /never client_disconnect handler"]);
}

#[tokio::test]
async fn a_client_that_goes_in_the_body_is_counted() {
    let (registry, layer) = measured();
    let (gone, mut goes) = mpsc::unbounded_channel();
    let handler = move || {
        let gone = Dropped(gone.clone());
        async move {
            let mut body = Frames::data(&["some"]);
            body.endless = true;
            let body = body.map_frame(move |frame| {
                let _kept = &gone;
                frame
            });
            Response::new(Body::new(body))
        }
    };
    let served = Served::start(Router::new().route("/s", get(handler)).layer(layer)).await;
    let mut stream = served.send("GET /s HTTP/1.1\r\nhost: h\r\n\r\n").await;
    let mut some = [0; 16];
    stream.read_exact(&mut some).await.unwrap();
    assert_eq!(in_flight(&registry), 1.0);
    drop(stream);
    goes.recv().await.unwrap();
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET /s 200", "1 GET /s client_disconnect body"]);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (4.0, 1));
}

#[tokio::test]
async fn a_stream_of_http_2_that_is_reset_is_counted() {
    let (registry, layer) = measured();
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (gone, mut goes) = mpsc::unbounded_channel();
    let served = Served::start(never(begun, gone).layer(layer)).await;
    let stream = tokio::net::TcpStream::connect(served.address).await.unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut client, connection) =
        hyper::client::conn::http2::handshake::<_, _, Body>(executor, io).await.unwrap();
    let connection = tokio::spawn(connection);
    let asked = tokio::spawn(client.send_request(request("GET", "http://h/never")));
    begins.recv().await.unwrap();
    // The connection stays; only this stream ends.
    asked.abort();
    goes.recv().await.unwrap();
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert!(!connection.is_finished());
    assert_eq!(counted(&registry), ["1 GET /never 499", "1 GET /never client_disconnect handler"]);
}

#[tokio::test]
async fn panics_are_counted_wherever_they_are_caught() {
    async fn panics() -> StatusCode {
        panic!("expected")
    }
    let routes = || Router::new().route("/panic", get(panics));
    let aborted = ["1 GET /panic 500", "1 GET /panic panic handler"];

    // Nobody catches it: the connection breaks off.
    let (registry, layer) = measured();
    let served = Served::start(routes().layer(layer)).await;
    assert_eq!(served.ask("GET", "/panic").await, b"");
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), aborted);

    // Outside.
    let (registry, layer) = measured();
    let app = routes().layer(layer).layer(CatchPanicLayer::new());
    assert_eq!(ask(&app, request("GET", "/panic")).await.0, 500);
    assert_eq!(
        (counted(&registry), in_flight(&registry)),
        (aborted.map(String::from).to_vec(), 0.0)
    );

    // Inside it is a response as any other.
    let (registry, layer) = measured();
    let app = routes().layer(CatchPanicLayer::new()).layer(layer);
    assert_eq!(ask(&app, request("GET", "/panic")).await.0, 500);
    assert_eq!((counted(&registry), in_flight(&registry)), (vec!["1 GET /panic 500".into()], 0.0));
}

#[tokio::test]
async fn a_panic_in_a_service_that_has_no_future_yet_is_counted() {
    let (registry, layer) = measured();
    let app = layer.layer(service_fn(|request: Request<Body>| {
        assert!(request.uri().path() != "/", "expected");
        std::future::ready(Ok::<_, Infallible>(Response::new(Body::empty())))
    }));
    let task = tokio::spawn(app.oneshot(request("GET", "/")));
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(
        (counted(&registry), in_flight(&registry)),
        (vec!["1 GET unmatched 500".into(), "1 GET unmatched panic handler".into()], 0.0,)
    );
}

#[tokio::test]
async fn errors_of_services_are_counted_and_handed_on() {
    let (registry, layer) = measured();
    let failing = || service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>("no luck") });
    let error = layer.layer(failing()).oneshot(request("GET", "/")).await.unwrap_err();
    assert_eq!(error, "no luck");
    assert_eq!(
        counted(&registry),
        ["1 GET unmatched 500", "1 GET unmatched service_error handler"]
    );

    // Made a response inside, it is one.
    let (registry, layer) = measured();
    let handled = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(|error: &str| {
            std::future::ready((StatusCode::BAD_GATEWAY, error.to_owned()))
        }))
        .service(failing());
    let app = Router::new().route_service("/x", handled).layer(layer);
    assert_eq!(ask(&app, request("GET", "/x")).await.0, 502);
    assert_eq!((counted(&registry), in_flight(&registry)), (vec!["1 GET /x 502".into()], 0.0));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_is_a_response_and_outside_a_client_that_went() {
    let routes = || Router::new().route("/slow", get(std::future::pending::<()>));
    let timeout =
        || TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(1));
    let (registry, layer) = measured();
    let app = routes().layer(timeout()).layer(layer);
    assert_eq!(ask(&app, request("GET", "/slow")).await.0, 408);
    assert_eq!(counted(&registry), ["1 GET /slow 408"]);

    let (registry, layer) = measured();
    let app = routes().layer(layer).layer(timeout());
    assert_eq!(ask(&app, request("GET", "/slow")).await.0, 408);
    assert_eq!(counted(&registry), ["1 GET /slow 499", "1 GET /slow client_disconnect handler"]);
    assert_eq!(in_flight(&registry), 0.0);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_counted() {
    let (registry, layer) = measured();
    let data = || Some(http_body::Frame::data(bytes::Bytes::from_static(b"some")));
    let broken = move || async move { streamed(Frames::new(vec![data(), None])) };
    let app = Router::new().route("/broken", get(broken)).layer(layer);
    let served = Served::start(app).await;
    let answer = served.ask("GET", "/broken").await;
    assert!(!answer.ends_with(b"0\r\n\r\n"), "it was not said to be complete");
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET /broken 200", "1 GET /broken body_error body"]);
}

#[tokio::test]
async fn a_future_that_is_never_polled_is_a_client_that_went() {
    let (registry, layer) = measured();
    let mut app = layer.layer(service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<Body>, Infallible>>()
    }));
    drop(app.call(request("GET", "/")));
    {
        let mut future = pin!(app.call(request("GET", "/")));
        assert!(poll_once(future.as_mut()).is_pending());
        assert_eq!(in_flight(&registry), 1.0);
    }
    assert_eq!(in_flight(&registry), 0.0);
    assert_eq!(
        counted(&registry),
        ["2 GET unmatched 499", "2 GET unmatched client_disconnect handler"]
    );
}

#[tokio::test]
async fn streams_of_events_are_done_with_their_head() {
    let (registry, layer) = measured();
    let events = || async {
        let mut body = Frames::data(&["data: 1\n\n"]);
        body.endless = true;
        let mut response = streamed(body);
        let kind = "Text/Event-Stream; charset=utf-8".parse().unwrap();
        response.headers_mut().insert("content-type", kind);
        response
    };
    let app = Router::new().route("/events", get(events)).layer(layer);
    let response = app.oneshot(request("GET", "/events")).await.unwrap();
    assert_eq!((counted(&registry), in_flight(&registry)), (vec!["1 GET /events 200".into()], 0.0));
    drop(response);
    assert_eq!(counted(&registry), ["1 GET /events 200"]);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (0.0, 0));
}

/// The lines of a random generator that needs no crate: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

#[tokio::test]
async fn after_any_mix_of_cancels_and_panics_nothing_is_in_flight() {
    let (registry, layer) = measured();
    let handler = |request: Request<Body>| async move {
        match request.uri().path() {
            "/pending" => std::future::pending().await,
            "/panic" => panic!("expected"),
            "/stream" => {
                let mut body = Frames::data(&["a", "b"]);
                body.endless = true;
                Ok(streamed(body))
            }
            "/fail" => Err("expected"),
            _ => Ok(Response::new(Body::from("fine"))),
        }
    };
    let app = layer.layer(service_fn(handler));
    let paths = ["/pending", "/panic", "/stream", "/fail", "/fine"];
    let mut random = Random(7);
    let kept = Arc::new(Mutex::new(Vec::new()));
    let mut asked = 0;
    for _ in 0..2_000 {
        let path = paths[random.below(5) as usize];
        // Asked here and now: a task that is aborted before it runs would ask for nothing.
        let future = app.clone().call(request("GET", path));
        let keeps = Arc::clone(&kept);
        let frames = random.below(4);
        let task = tokio::spawn(async move {
            let Ok(response) = future.await else { return };
            let mut body = response.into_body();
            for _ in 0..frames {
                let frame = std::pin::pin!(body.frame());
                let _ = poll_once(frame);
            }
            keeps.lock().unwrap().push(body);
        });
        asked += 1;
        for _ in 0..random.below(3) {
            tokio::task::yield_now().await;
        }
        if random.below(2) == 0 {
            task.abort();
        }
        // Those that never end are dropped with the tasks, one by one.
        if path == "/pending" {
            task.abort();
        }
        let _ = task.await;
        if random.below(8) == 0 {
            kept.lock().unwrap().clear();
        }
    }
    kept.lock().unwrap().clear();
    assert_eq!(in_flight(&registry), 0.0);
    let requests = crate::support::series(&registry, "http_requests", ["status"]);
    let counted: u64 =
        requests.iter().filter_map(|line| line.split(' ').next()?.parse::<u64>().ok()).sum();
    assert_eq!(counted, asked);
}

#[tokio::test]
async fn a_layer_that_is_there_twice_counts_once() {
    let (registry, layer) = measured();
    // Built by the same words, though not the same value.
    let again = MetricsLayer::new(&registry).unwrap();
    let inner = Router::new().route("/users/{id}", any(|| async { "user" })).layer(again.clone());
    let app = Router::new()
        .route("/", post(|| async { "x" }))
        .nest("/api", inner)
        .layer(layer.clone())
        .layer(layer)
        .layer(again);
    ask(&app, request("GET", "/api/users/7")).await;
    ask(&app, request("POST", "/")).await;
    ask(&app, request("GET", "/nope")).await;
    assert_eq!(
        counted(&registry),
        ["1 GET /api/users/{id} 200", "1 GET unmatched 404", "1 POST / 200"]
    );
    assert_eq!(in_flight(&registry), 0.0);
}
