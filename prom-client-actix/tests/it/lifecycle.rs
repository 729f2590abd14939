//! Every request is counted once, however it ends.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use actix_web::body::MessageBody;
use actix_web::dev::Service;
use actix_web::http::StatusCode;
use actix_web::middleware::{Condition, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpRequest, HttpResponse, error, test};
use prom_client_actix::MetricsLayer;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;

use crate::support::{
    Chunks, Dropped, Served, ask, counted, in_flight, measured, request, streamed, sum, until,
};

/// A handler that never answers, and says when it begins and when it is dropped.
fn never(
    begun: mpsc::UnboundedSender<()>,
    gone: mpsc::UnboundedSender<()>,
) -> impl Fn(&mut ServiceConfig) + Clone + Send + 'static {
    move |config| {
        let (begun, gone) = (begun.clone(), gone.clone());
        let handler = move || {
            let (begun, gone) = (begun.clone(), Dropped(gone.clone()));
            async move {
                let _gone = gone;
                begun.send(()).unwrap();
                std::future::pending::<HttpResponse>().await
            }
        };
        config.route("/never/{x}", web::get().to(handler));
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[actix_web::test]
async fn a_request_is_in_flight_until_its_body_ends() {
    let (registry, layer) = measured();
    let chunks = || async { streamed(Chunks::data(&["ab", "c"])) };
    let app = App::new().wrap(layer).route("/", web::get().to(chunks));
    let app = test::init_service(app).await;
    let future = app.call(request("GET", "/").to_request());
    assert_eq!(in_flight(&registry), 1.0);
    let mut body = Box::pin(future.await.unwrap().into_body());
    for _ in 0..2 {
        let chunk = body.as_mut().poll_next(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(chunk, Poll::Ready(Some(Ok(_)))));
        assert_eq!((in_flight(&registry), counted(&registry)), (1.0, vec![]));
    }
    let end = body.as_mut().poll_next(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(end, Poll::Ready(None)));
    assert_eq!((in_flight(&registry), counted(&registry)), (0.0, vec!["1 GET / 200".into()]));
    drop(body);
    assert_eq!(counted(&registry), ["1 GET / 200"]);
    assert_eq!(sum(&registry, "http_response_size_bytes"), (3.0, 1));
}

#[actix_web::test]
async fn responses_without_a_body_are_complete_with_their_head() {
    let (registry, layer) = measured();
    let status = |status: u16| {
        web::get().to(move || async move {
            // Of a length that nobody will read.
            let mut body = Chunks::data(&["left out"]);
            body.endless = true;
            let mut response = streamed(body);
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        })
    };
    let app = App::new()
        .wrap(layer)
        .route("/204", status(204))
        .route("/304", status(304))
        .route("/101", status(101))
        .service(web::resource("/head").get(|| async { "five!" }).head(|| async { "five!" }))
        .route("/empty", web::get().to(|| async { "" }));
    let app = test::init_service(app).await;
    for (method, path) in
        [("GET", "/204"), ("GET", "/304"), ("GET", "/101"), ("GET", "/empty"), ("HEAD", "/head")]
    {
        let response = app.call(request(method, path).to_request()).await.unwrap();
        assert_eq!(in_flight(&registry), 0.0, "{path}");
        // Its body is dropped without being asked for anything.
        drop(response);
    }
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

#[actix_web::test]
async fn over_tcp_heads_and_sized_bodies_are_complete() {
    let (registry, layer) = measured();
    let served = Served::with(layer, |config| {
        let root = web::resource("/").get(|| async { "five!" }).head(|| async { "five!" });
        config.service(root.post(|body: String| async move { body }));
        config.route("/204", web::get().to(HttpResponse::NoContent));
    });
    let head = served.ask("HEAD", "/").await;
    assert!(head.starts_with(b"HTTP/1.1 200 OK\r\n") && head.ends_with(b"\r\n\r\n"));
    assert!(served.ask("GET", "/").await.ends_with(b"\r\n\r\nfive!"));
    served.ask("GET", "/204").await;
    served.ask("DELETE", "/").await;
    let post = "POST / HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc";
    assert!(served.exchange(post).await.ends_with(b"\r\n\r\nabc"));
    until("all are over", || in_flight(&registry) == 0.0).await;
    assert_eq!(
        counted(&registry),
        ["1 DELETE / 405", "1 GET / 200", "1 GET /204 204", "1 HEAD / 200", "1 POST / 200"]
    );
    assert_eq!(sum(&registry, "http_response_size_bytes"), (8.0, 5));
    assert_eq!(sum(&registry, "http_request_size_bytes"), (3.0, 5));
}

#[actix_web::test]
async fn a_client_that_goes_before_the_head_is_counted_where_the_server_looks() {
    let (registry, layer) = measured();
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (gone, mut goes) = mpsc::unbounded_channel();
    // By default the server takes a closed connection for one that is closed on one side.
    let served = Served::start(Some(layer), 1, false, never(begun, gone));
    let stream = served.send("GET /never/7 HTTP/1.1\r\nhost: h\r\n\r\n").await;
    begins.recv().await.unwrap();
    assert_eq!(in_flight(&registry), 1.0);
    drop(stream);
    goes.recv().await.unwrap();
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(
        counted(&registry),
        ["1 GET /never/{x} 499", "1 GET /never/{x} client_disconnect handler"]
    );
}

#[actix_web::test]
async fn a_client_that_goes_in_the_body_is_counted() {
    let (registry, layer) = measured();
    let (gone, mut goes) = mpsc::unbounded_channel();
    let served = Served::start(Some(layer), 1, false, move |config| {
        let gone = gone.clone();
        let handler = move || {
            let mut body = Chunks::data(&["some"]);
            body.endless = true;
            body.kept = Some(Dropped(gone.clone()));
            std::future::ready(streamed(body))
        };
        config.route("/s", web::get().to(handler));
    });
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

#[actix_web::test]
async fn panics_are_counted() {
    async fn panics() -> HttpResponse {
        panic!("expected")
    }
    let (registry, layer) = measured();
    let served = Served::with(layer, |config| {
        config.route("/panic/{x}", web::get().to(panics));
    });
    assert_eq!(served.ask("GET", "/panic/1").await, b"");
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET /panic/{x} 500", "1 GET /panic/{x} panic handler"]);
}

#[actix_web::test]
async fn errors_of_handlers_and_of_middleware_are_counted_with_their_status() {
    let (registry, layer) = measured();
    let refuses = from_fn(|request, next| async move {
        let _ = (request, next) as (_, actix_web::middleware::Next<actix_web::body::BoxBody>);
        Err::<actix_web::dev::ServiceResponse, _>(error::ErrorUnauthorized("who?"))
    });
    let scope = web::scope("/s").wrap(refuses).route("/{id}", web::get().to(|| async { "x" }));
    let fails = || async { Err::<&str, _>(error::ErrorBadRequest("no")) };
    let app = App::new().wrap(layer).service(scope).route("/h/{id}", web::get().to(fails));
    let app = test::init_service(app).await;
    assert_eq!(ask(&app, request("GET", "/s/1")).await.0, 401);
    assert_eq!(ask(&app, request("GET", "/h/1")).await.0, 400);
    assert_eq!(counted(&registry), ["1 GET /h/{id} 400", "1 GET /s/{id} 401"]);
    assert_eq!(in_flight(&registry), 0.0);
}

/// An error whose response has another status than it says itself.
#[derive(Debug)]
struct Contrary;

impl std::fmt::Display for Contrary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("contrary")
    }
}

impl error::ResponseError for Contrary {
    fn error_response(&self) -> HttpResponse {
        HttpResponse::ImATeapot().finish()
    }
}

#[actix_web::test]
async fn an_error_of_middleware_counts_as_the_response_that_is_made_of_it() {
    let (registry, layer) = measured();
    let served = Served::with(layer, |config| {
        let refuses = from_fn(|request, next| async move {
            let _ = (request, next) as (_, actix_web::middleware::Next<actix_web::body::BoxBody>);
            Err::<actix_web::dev::ServiceResponse, _>(Contrary.into())
        });
        config.service(web::scope("/s").wrap(refuses).route("/{id}", web::to(|| async { "x" })));
    });
    assert!(served.ask("GET", "/s/1").await.starts_with(b"HTTP/1.1 418 "));
    until("it is over", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET /s/{id} 418"]);
}

#[actix_web::test]
async fn a_body_that_breaks_off_is_counted() {
    let (registry, layer) = measured();
    let served = Served::with(layer, |config| {
        let broken =
            || async { streamed(Chunks::new(vec![Some(web::Bytes::from_static(b"some")), None])) };
        config.route("/broken", web::get().to(broken));
    });
    let answer = served.ask("GET", "/broken").await;
    assert!(!answer.ends_with(b"0\r\n\r\n"), "it was not said to be complete");
    until("the exchange ends", || in_flight(&registry) == 0.0).await;
    assert_eq!(counted(&registry), ["1 GET /broken 200", "1 GET /broken body_error body"]);
}

#[actix_web::test]
async fn a_future_that_is_never_polled_is_a_client_that_went() {
    let (registry, layer) = measured();
    let never = || std::future::pending::<HttpResponse>();
    let app = App::new().wrap(layer).route("/{x}", web::get().to(never));
    let app = test::init_service(app).await;
    drop(app.call(request("GET", "/1").to_request()));
    {
        let mut future = Box::pin(app.call(request("GET", "/2").to_request()));
        assert!(poll(future.as_mut()).is_pending());
        assert_eq!(in_flight(&registry), 1.0);
    }
    assert_eq!(in_flight(&registry), 0.0);
    assert_eq!(counted(&registry), ["2 GET /{x} 499", "2 GET /{x} client_disconnect handler"]);
}

#[actix_web::test]
async fn streams_of_events_are_done_with_their_head() {
    let (registry, layer) = measured();
    let events = || async {
        let mut body = Chunks::data(&["data: 1\n\n"]);
        body.endless = true;
        let mut response = HttpResponse::Ok();
        response.content_type("Text/Event-Stream; charset=utf-8").message_body(body)
    };
    let app = App::new().wrap(layer).route("/events", web::get().to(events));
    let app = test::init_service(app).await;
    let response = app.call(request("GET", "/events").to_request()).await.unwrap();
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

#[actix_web::test]
async fn after_any_mix_of_cancels_and_panics_nothing_is_in_flight() {
    let (registry, layer) = measured();
    let handler = |request: HttpRequest| async move {
        match request.path() {
            "/pending" => std::future::pending().await,
            "/panic" => panic!("expected"),
            "/stream" => {
                let mut body = Chunks::data(&["a", "b"]);
                body.endless = true;
                Ok(streamed(body))
            }
            "/fail" => Err(error::ErrorBadGateway("expected")),
            _ => Ok(HttpResponse::Ok().body("fine")),
        }
    };
    let app = App::new().wrap(layer).default_service(web::to(handler));
    let app = test::init_service(app).await;
    let paths = ["/pending", "/panic", "/stream", "/fail", "/fine"];
    let mut random = Random(7);
    let mut kept = Vec::new();
    let asked = 2_000;
    for _ in 0..asked {
        let path = paths[random.below(5) as usize];
        let mut future = Box::pin(app.call(request("GET", path).to_request()));
        if random.below(4) == 0 {
            continue;
        }
        let polled =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| poll(future.as_mut())));
        let Ok(Poll::Ready(Ok(response))) = polled else { continue };
        let mut body = Box::pin(response.into_body());
        for _ in 0..random.below(4) {
            let _ = body.as_mut().poll_next(&mut Context::from_waker(Waker::noop()));
        }
        kept.push(body);
        if random.below(8) == 0 {
            kept.clear();
        }
    }
    kept.clear();
    assert_eq!(in_flight(&registry), 0.0);
    let requests = crate::support::series(&registry, "http_requests", ["status"]);
    let counted: u64 =
        requests.iter().filter_map(|line| line.split(' ').next()?.parse::<u64>().ok()).sum();
    assert_eq!(counted, asked);
}

#[actix_web::test]
async fn a_layer_that_is_there_twice_counts_once() {
    let (registry, layer) = measured();
    // Built by the same words, though not the same value.
    let again = MetricsLayer::new(&registry).unwrap();
    let scope =
        web::scope("/api").wrap(again.clone()).route("/users/{id}", web::to(|| async { "user" }));
    let app = App::new()
        .service(scope)
        .route("/", web::post().to(|| async { "x" }))
        .wrap(layer.clone())
        .wrap(layer)
        .wrap(again);
    let app = test::init_service(app).await;
    ask(&app, request("GET", "/api/users/7")).await;
    ask(&app, request("POST", "/")).await;
    ask(&app, request("GET", "/nope")).await;
    assert_eq!(
        counted(&registry),
        ["1 GET /api/users/{id} 200", "1 GET unmatched 404", "1 POST / 200"]
    );
    assert_eq!(in_flight(&registry), 0.0);
}

#[actix_web::test]
async fn a_layer_can_be_conditional() {
    for on in [true, false] {
        let (registry, layer) = measured();
        let app =
            App::new().wrap(Condition::new(on, layer)).route("/", web::get().to(|| async { "x" }));
        let app = test::init_service(app).await;
        ask(&app, request("GET", "/")).await;
        assert_eq!(counted(&registry), if on { vec!["1 GET / 200"] } else { vec![] });
    }
}

#[actix_web::test]
async fn built_for_each_worker_it_registers_once_and_counts_together() {
    let registry = prom_client::Registry::new();
    let for_workers = registry.clone();
    let app = move || {
        // The mistake of many: inside of the closure.
        let layer = MetricsLayer::new(&for_workers).unwrap();
        App::new().wrap(layer).route("/", web::get().to(|| async { "x" }))
    };
    let server = actix_web::HttpServer::new(app).workers(3).disable_signals();
    let server = server.bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    for _ in 0..30 {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let text = "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, text.as_bytes()).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    }
    handle.stop(false).await;
    assert_eq!(counted(&registry), ["30 GET / 200"]);
}
