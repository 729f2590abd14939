//! Servers that answer in JSON, and how they are asked.

use std::time::Duration;

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use prom_client_testkit::promql::{MatrixSeries, Point, QueryValue, VectorSample};
use prom_client_testkit::{Labels, QueryError, Server, Source, Timestamp, Value};

use crate::http::server::{Answer, Server as Fake, run, typed};

fn json(body: &str) -> Answer {
    typed("application/json", body.to_owned())
}

fn status(status: u16, body: &str) -> Answer {
    Response::builder()
        .status(status)
        .body(Full::new(Bytes::from(body.to_owned())))
        .expect("an answer")
}

fn data(kind: &str, result: &str) -> String {
    format!(r#"{{"status":"success","data":{{"resultType":"{kind}","result":{result}}}}}"#)
}

#[test]
fn answers_are_read_by_their_type() {
    let labels = Labels::from([("__name__", "up"), ("job", "a")]);
    let at = |millis| Timestamp::from_millis(millis);
    let number = Value::Float;
    for (kind, result, value) in [
        ("scalar", r#"[1.5,"2.5"]"#, QueryValue::Scalar(2.5)),
        ("scalar", r#"[0,"-Inf"]"#, QueryValue::Scalar(f64::NEG_INFINITY)),
        ("string", r#"[0,"a \"b\""]"#, QueryValue::String("a \"b\"".into())),
        ("vector", "[]", QueryValue::Vector(vec![])),
        (
            "vector",
            r#"[{"metric":{"__name__":"up","job":"a"},"value":[1704067200.123,"1e-07"]}]"#,
            QueryValue::Vector(vec![VectorSample { labels: labels.clone(), value: number(1e-7) }]),
        ),
        (
            "matrix",
            r#"[{"metric":{"__name__":"up","job":"a"},"values":[[1704067200.003,"1"],[1704067215,"NaN"]]}]"#,
            QueryValue::Matrix(vec![MatrixSeries {
                labels,
                points: vec![
                    Point { at: at(1_704_067_200_003), value: number(1.0) },
                    Point { at: at(1_704_067_215_000), value: number(f64::NAN) },
                ],
            }]),
        ),
    ] {
        run(async {
            let body = data(kind, result);
            let fake = Fake::new(move |_| json(&body)).await;
            let server = Server::new(&fake.url("")).expect("a URL");
            let answer = server.query("x").await.expect("an answer");
            assert_eq!(answer.value, value);
        });
    }
}

#[test]
fn warnings_and_infos_come_with_the_answer() {
    run(async {
        let body = r#"{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["a"],"infos":["b","c"]}"#;
        let fake = Fake::new(|_| json(body)).await;
        let answer =
            Server::new(&fake.url("")).expect("a URL").query("x").await.expect("an answer");
        assert_eq!(
            (answer.warnings, answer.infos),
            (vec!["a".to_owned()], vec!["b".to_owned(), "c".to_owned()])
        );
    });
}

#[test]
fn what_is_no_answer_says_why() {
    for (answer, message) in [
        (
            status(
                400,
                r#"{"status":"error","errorType":"bad_data","error":"1:5: parse error: no"}"#,
            ),
            "the server refuses, status 400, bad_data: 1:5: parse error: no",
        ),
        (
            status(422, r#"{"status":"error","errorType":"execution","error":"many-to-many"}"#),
            "the server refuses, status 422, execution: many-to-many",
        ),
        (
            status(503, r#"{"status":"error","errorType":"timeout","error":"late"}"#),
            "the server refuses, status 503, timeout: late",
        ),
        (status(404, "not here"), "server returned HTTP status 404 Not Found"),
        (status(502, ""), "server returned HTTP status 502 Bad Gateway"),
        (json("<html>"), "the server's answer cannot be used: expected value at line 1 column 1"),
        (
            json(r#"{"status":"success"}"#),
            "the server's answer cannot be used: there is no data in it",
        ),
        (
            json(&data("tensor", "[]")),
            "the server's answer cannot be used: unknown type of result `tensor`",
        ),
        (
            json(&data("scalar", r#"[0,"x"]"#)),
            "the server's answer cannot be used: \"x\" is no number",
        ),
        (
            json(&data("vector", r#"[{"metric":{"__name__":"h"},"histogram":[0,{}]}]"#)),
            "the server's answer cannot be used: h is a native histogram",
        ),
        (
            json(&data("matrix", r#"[{"metric":{"__name__":"h"},"histograms":[[0,{}]]}]"#)),
            "the server's answer cannot be used: h has native histograms",
        ),
    ] {
        run(async {
            let fake = Fake::new(move |_| answer.clone()).await;
            let server = Server::new(&fake.url("")).expect("a URL");
            let error = server.query("x").await.expect_err(message);
            assert_eq!(error.to_string(), message);
        });
    }
}

#[test]
fn a_server_that_takes_no_forms_is_asked_by_get() {
    for refusal in [403, 405, 501] {
        run(async {
            let fake = Fake::new(move |path| {
                if path.contains('?') {
                    json(&data("scalar", r#"[0,"1"]"#))
                } else {
                    status(refusal, "no")
                }
            });
            let fake = fake.await;
            let server = Server::new(&fake.url("/prometheus/?x#y")).expect("a URL");
            server.query("a + b{c=\"&\"}").await.expect("an answer");
            let paths: Vec<String> = fake.asked().into_iter().map(|(path, _)| path).collect();
            let query = "query=a+%2B+b%7Bc%3D%22%26%22%7D&timeout=120000ms";
            let by_get = format!("/prometheus/api/v1/query?{query}");
            assert_eq!(paths, ["/prometheus/api/v1/query", &by_get]);
        });
    }
}

#[test]
fn moments_steps_and_timeouts_are_in_the_request() {
    run(async {
        let fake = Fake::new(|_| json(&data("matrix", "[]"))).await;
        let server = Server::new(&fake.url("")).expect("a URL").by_get();
        let server = server.timeout(Duration::from_secs(5));
        let (start, end) = (Timestamp::from_millis(1_500), Timestamp::from_millis(60_000));
        server.query_range("up", start, end, "250ms").await.expect("an answer");
        server.query_at("up", Some(start)).await.expect("an answer");
        let paths: Vec<String> = fake.asked().into_iter().map(|(path, _)| path).collect();
        let range = "/api/v1/query_range?query=up&start=1.500&end=60&step=0.250&timeout=5000ms";
        assert_eq!(paths, [range, "/api/v1/query?query=up&time=1.500&timeout=5000ms"]);
        let error = server.query_range("up", start, end, "1").await.expect_err("no unit");
        assert!(matches!(error, QueryError::Duration(_)));
    });
}

#[test]
fn credentials_go_with_every_request() {
    run(async {
        let fake = Fake::new(|_| json(&data("scalar", r#"[0,"1"]"#))).await;
        let url = fake.url("").replace("http://", "http://me:secret@");
        let by_url = Server::new(&url).expect("a URL");
        let basic = Server::new(&fake.url("")).expect("a URL").basic_auth("me", "secret");
        let bearer = Server::new(&fake.url("")).expect("a URL").authorization("Bearer", "token");
        for server in [by_url, basic, bearer.expect("a header")] {
            server.query("1").await.expect("an answer");
        }
        let sent: Vec<String> = fake.asked().into_iter().map(|(_, headers)| headers).collect();
        for (headers, credentials) in
            sent.iter().zip(["Basic bWU6c2VjcmV0", "Basic bWU6c2VjcmV0", "Bearer token"])
        {
            assert!(headers.contains(&format!("authorization: {credentials}\n")), "{headers}");
        }
    });
}

#[test]
fn a_claim_asks_for_the_time_and_then_for_that_moment() {
    run(async {
        let fake = Fake::new(|path| {
            let result = if path.contains("time%28%29") {
                data("scalar", r#"[100.5,"100.5"]"#)
            } else if path.contains("query=up&") {
                data(
                    "vector",
                    r#"[{"metric":{"job":"a"},"value":[100.5,"1"]},{"metric":{"job":"b"},"value":[100.5,"0"]}]"#,
                )
            } else {
                data("vector", r#"[{"metric":{"job":"a"},"value":[100.5,"1"]}]"#)
            };
            json(&result)
        });
        let fake = fake.await;
        let server = Server::new(&fake.url("")).expect("a URL").by_get();
        let error = server.assert_query("up == 1").await.expect_err("one is down");
        let shown = "this does not hold at 100.500: up == 1\nthe left side, up\n  - {job=\"b\"} 0\n    {job=\"a\"} 1";
        assert_eq!(error.to_string(), shown);
        let times = fake.asked().iter().filter(|(path, _)| path.contains("time=100.500&")).count();
        assert_eq!(times + 1, fake.asked().len(), "all but the first");
    });
}

#[test]
fn a_claim_that_does_not_hold_is_shown_also_where_its_selectors_have_no_numbers() {
    run(async {
        let fake = Fake::new(|path| {
            let result = if path.contains("time%28%29") {
                data("scalar", r#"[60,"60"]"#)
            } else if path.contains("query=h&") {
                let histogram = r#"[60,{"count":"1","sum":"1"}]"#;
                data(
                    "vector",
                    &format!(r#"[{{"metric":{{"__name__":"h"}},"histogram":{histogram}}}]"#),
                )
            } else if path.contains("%3E") {
                data("vector", "[]")
            } else {
                data("vector", r#"[{"metric":{"job":"a"},"value":[60,"0.5"]}]"#)
            };
            json(&result)
        });
        let fake = fake.await;
        let server = Server::new(&fake.url("")).expect("a URL").by_get();
        let error = server.assert_query("histogram_quantile(0.9, h) > 1").await;
        assert_eq!(
            error.expect_err("a half is less").to_string(),
            "this does not hold at 60: histogram_quantile(0.9, h) > 1\n\
             the left side, histogram_quantile(0.9, h)\n  - {job=\"a\"} 0.5"
        );
    });
}

#[test]
fn a_server_that_is_late_is_not_waited_for() {
    run(async {
        let url = crate::http::server::bytes("HTTP/1.1 200 OK\r\n", false).await;
        let server = Server::new(&url.replace("/metrics", "")).expect("a URL");
        let server = server.timeout(Duration::from_millis(50)).by_get();
        let error = server.query("up").await.expect_err("it is late");
        assert!(error.to_string().ends_with("context deadline exceeded"), "{error}");
    });
}
