//! Names, labels and buckets, by the options.

use super::*;

#[test]
fn names_and_labels_are_what_the_options_say() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry)
        .namespace("shop")
        .const_label("region", "eu")
        .status_label(StatusLabel::Class)
        .known_methods(["GET"])
        .duration_buckets(Buckets::new([1.0]).unwrap())
        .label("tenant", |head| head.header("x-tenant").unwrap_or_default().to_owned())
        .label("fixed", |_| "yes")
        .route(|head| head.path().starts_with("/users/").then(|| "/users".into()))
        .build()
        .unwrap();
    for (method, path) in [("GET", "/users/7"), ("POST", "/x")] {
        let request = Request { method, path, headers: &[("x-tenant", "acme")], ..GET };
        begin(&metrics, &request).respond(404, Some(0), None, || false);
    }
    let text = registry.to_text();
    for line in [
        "shop_http_requests_total{region=\"eu\",method=\"GET\",route=\"/users\",status=\"4xx\",tenant=\"acme\",fixed=\"yes\"} 1\n",
        "shop_http_requests_total{region=\"eu\",method=\"_OTHER\",route=\"unmatched\",status=\"4xx\",tenant=\"acme\",fixed=\"yes\"} 1\n",
        "status=\"4xx\",tenant=\"acme\",fixed=\"yes\",le=\"1\"} 1\n",
        "shop_http_requests_in_flight{region=\"eu\",method=\"GET\"} 0\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn opentelemetrys_names_are_those_of_its_conventions() {
    let (registry, _hand) = registry();
    let server = HttpMetrics::server(&registry).profile(Profile::OpenTelemetry).build().unwrap();
    let mut exchange = begin(&server, &GET);
    exchange.set_route("/users/{id}".into());
    exchange.respond(503, Some(0), None, || false);
    begin(&server, &GET).respond(404, Some(0), None, || false);
    drop(begin(&server, &GET));
    let client = HttpMetrics::client(&registry).profile(Profile::OpenTelemetry).build().unwrap();
    for host in ["api.example:8443", "[::1]", "_"] {
        let request = Request { headers: &[("host", host)], ..GET };
        begin(&client, &request).respond(404, Some(0), None, || false);
    }
    let text = registry.to_text();
    let common = "network_protocol_version=\"1.1\",url_scheme=\"http\"";
    for line in [
        format!("http_server_request_duration_seconds_count{{http_request_method=\"GET\",http_route=\"/users/{{id}}\",http_response_status_code=\"503\",error_type=\"503\",{common}}} 1\n"),
        format!("http_server_request_duration_seconds_count{{http_request_method=\"GET\",http_response_status_code=\"404\",{common}}} 1\n"),
        format!("http_server_request_duration_seconds_count{{http_request_method=\"GET\",error_type=\"client_disconnect\",{common}}} 1\n"),
        "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 0\n".into(),
        "http_client_request_duration_seconds_count{http_request_method=\"GET\",server_address=\"api.example\",server_port=\"8443\",http_response_status_code=\"404\",error_type=\"404\",network_protocol_version=\"1.1\"} 1\n".into(),
        "http_client_active_requests{http_request_method=\"GET\",server_address=\"[::1]\",server_port=\"80\"} 0\n".into(),
    ] {
        // An empty value equals an absent label, and is written as one.
        let absent = text.replace("http_route=\"\",", "").replace("http_response_status_code=\"\",", "").replace("error_type=\"\",", "").replace("url_template=\"\",", "");
        assert!(absent.contains(&line), "{line}{absent}");
    }
    assert!(!text.contains("requests_total"), "{text}");
}

#[test]
fn requests_of_recorded_traces_are_exemplars() {
    let (registry, _hand) = registry();
    let metrics = HttpMetrics::server(&registry).exemplars().build().unwrap();
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let header = format!("00-{trace}-{span}-01");
    let headers = [("traceparent", header.as_str())];
    begin(&metrics, &Request { headers: &headers, ..GET }).respond(200, Some(0), None, || false);
    begin(&metrics, &GET).respond(200, Some(0), None, || false);
    let text = registry.to_openmetrics();
    let exemplar = format!(" # {{trace_id=\"{trace}\",span_id=\"{span}\"}} ");
    let of = |name: &str| {
        text.lines().filter(|line| line.starts_with(name) && line.contains(&exemplar)).count()
    };
    assert_eq!(of("http_requests_total{"), 1, "{text}");
    assert_eq!(of("http_request_duration_seconds_bucket{"), 1, "{text}");

    let (registry, _hand) = self::registry();
    let metrics = HttpMetrics::server(&registry)
        .exemplars_from(|head, labels| {
            labels.push("path", head.path());
            true
        })
        .build()
        .unwrap();
    begin(&metrics, &GET).respond(200, Some(0), None, || false);
    let text = registry.to_openmetrics();
    assert!(text.contains(" # {path=\"/users/7\"} "), "{text}");
}

#[test]
fn durations_and_sizes_can_have_native_buckets() {
    let (registry, _hand) = registry();
    let all = HttpMetrics::server(&registry).response_sizes();
    let metrics =
        all.duration_buckets(Buckets::native()).size_buckets(Buckets::native()).build().unwrap();
    begin(&metrics, &GET).respond(200, Some(0), None, || false);
    let snapshot = registry.snapshot();
    for name in ["http_request_duration_seconds", "http_response_size_bytes"] {
        let family = snapshot.family(name).unwrap();
        let Value::Histogram(reading) = family.all_series()[0].value() else {
            panic!("{name} is a histogram");
        };
        assert_eq!((reading.count(), reading.native().is_some()), (1, true), "{name}");
    }
}

#[test]
fn metrics_are_registered_once_however_often_they_are_built() {
    let (registry, _hand) = registry();
    let text = |_: HttpMetrics| registry.to_text();
    let once = text(HttpMetrics::new(&registry).unwrap());
    assert_eq!(text(HttpMetrics::new(&registry).unwrap()), once);
    let error = HttpMetrics::server(&registry).label("tenant", |_| "x").build().unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert!(HttpMetrics::server(&registry).namespace("1").build().is_err());
}
