//! The label for the route is what the router found, wherever the layer stands, and never a path.

use actix_web::http::Method;
use actix_web::{App, HttpRequest, HttpResponse, guard, test, web};
use prom_client::Registry;
use prom_client::http::{HttpMetrics, RecordAs};
use prom_client_actix::MetricsLayer;

use crate::support::{ask, counted, in_flight, measured, request};

#[actix_web::test]
async fn routes_are_patterns_and_what_has_none_is_unmatched() {
    let (registry, layer) = measured();
    let users = || web::resource("/users/{id}").get(|| async { "user" });
    let nested = web::scope("/v1").service(users());
    let app = App::new()
        .wrap(layer)
        .service(users())
        .route("/files/{tail:.*}", web::get().to(|| async { "file" }))
        .service(web::resource(["/m1/{a}", "/m2/{a}"]).to(|| async { "m" }))
        .service(web::scope("/api").service(users()).service(nested));
    let app = test::init_service(app).await;
    for path in [
        "/users/7",
        "/files/a/b.txt",
        "/m2/4",
        "/api/users/7",
        "/api/v1/users/7",
        "/api/nope",
        "/wp-login.php",
        "/users/7/",
    ] {
        ask(&app, request("GET", path)).await;
    }
    ask(&app, request("FOOBAR", "/users/7")).await;
    assert_eq!(
        counted(&registry),
        [
            "1 GET /api/users/{id} 200",
            "1 GET /api/v1/users/{id} 200",
            "1 GET /files/{tail:.*} 200",
            "1 GET /m1/{a} 200",
            "1 GET /users/{id} 200",
            "1 _OTHER /users/{id} 405",
            "3 GET unmatched 404",
        ]
    );
}

#[actix_web::test]
async fn the_route_is_the_one_that_guards_chose() {
    let (registry, layer) = measured();
    let scope = web::scope("/w")
        .service(web::resource("/{id}").guard(guard::Method(Method::GET)).to(|| async { "by id" }))
        .service(
            web::resource("/action").guard(guard::Method(Method::POST)).to(|| async { "action" }),
        );
    let app = test::init_service(App::new().wrap(layer).service(scope)).await;
    ask(&app, request("POST", "/w/action")).await;
    ask(&app, request("GET", "/w/action")).await;
    ask(&app, request("DELETE", "/w/action")).await;
    assert_eq!(
        counted(&registry),
        // What no guard lets in has the pattern that fits first.
        ["1 DELETE /w/{id} 404", "1 GET /w/{id} 200", "1 POST /w/action 200"]
    );
}

#[actix_web::test]
async fn in_a_scope_or_around_a_resource_the_layer_finds_the_whole_pattern() {
    let (registry, layer) = measured();
    let resource = web::resource("/{id}").wrap(layer.clone()).get(|| async { "x" });
    let scope = web::scope("/a").wrap(layer).route("/{id}", web::get().to(|| async { "x" }));
    let app = App::new().service(scope).service(web::scope("/b").service(resource));
    let app = test::init_service(app).await;
    for path in ["/a/1", "/a/1/nope", "/b/1", "/b/1/nope", "/nope"] {
        ask(&app, request("GET", path)).await;
    }
    assert_eq!(
        counted(&registry),
        ["1 GET /a/{id} 200", "1 GET /b/{id} 200", "1 GET unmatched 404"],
        "what does not reach it is not counted"
    );
}

#[actix_web::test]
async fn a_handler_names_its_route() {
    let (registry, layer) = measured();
    let handler = |request: HttpRequest| async move {
        let mut response = HttpResponse::Ok().body("x");
        let record_as = match request.path() {
            "/graphql" => RecordAs::route("query users"),
            _ => RecordAs::nothing(),
        };
        response.extensions_mut().insert(record_as);
        response
    };
    let app = App::new().wrap(layer).default_service(web::to(handler));
    let app = test::init_service(app).await;
    ask(&app, request("POST", "/graphql")).await;
    ask(&app, request("GET", "/secret")).await;
    assert_eq!(counted(&registry), ["1 POST query users 200"]);
    assert_eq!(in_flight(&registry), 0.0);
}

#[actix_web::test]
async fn rules_for_paths_see_the_whole_path_wherever_the_layer_stands() {
    let registry = Registry::new();
    let metrics = HttpMetrics::server(&registry).exclude_path("/api/health");
    let layer = MetricsLayer::from(metrics.build().unwrap());
    let scope = |path| {
        let fine = || web::get().to(|| async { "fine" });
        web::scope(path).wrap(layer.clone()).route("/health", fine()).route("/metrics", fine())
    };
    let app = test::init_service(App::new().service(scope("/api")).service(scope("/other"))).await;
    for path in ["/api/health", "/api/metrics", "/other/health"] {
        ask(&app, request("GET", path)).await;
    }
    assert_eq!(counted(&registry), ["1 GET /api/metrics 200", "1 GET /other/health 200"]);
}

#[actix_web::test]
async fn what_the_outer_layer_excludes_no_inner_one_counts() {
    let registry = Registry::new();
    let metrics = HttpMetrics::server(&registry).exclude_path("/api/health").build().unwrap();
    let scope = web::scope("/api").wrap(MetricsLayer::new(&registry).unwrap());
    let scope = scope.route("/health", web::get().to(|| async { "fine" }));
    let app = App::new().service(scope).wrap(MetricsLayer::from(metrics));
    let app = test::init_service(app).await;
    assert_eq!(ask(&app, request("GET", "/api/health")).await.0, 200);
    assert_eq!(counted(&registry), [""; 0]);
}

#[actix_web::test]
async fn requests_for_metrics_are_not_counted() {
    let (registry, layer) = measured();
    let app = App::new().wrap(layer).route("/metrics", web::get().to(|| async { "x" }));
    let app = test::init_service(app).await;
    ask(&app, request("GET", "/metrics")).await;
    ask(&app, request("GET", "/metrics?name[]=x")).await;
    assert_eq!(counted(&registry), [""; 0]);
}
