//! Answers that are odd, over a socket, and what Prometheus made of them.

use http_body_util::Full;
use hyper::Response;
use prom_client_testkit::{Format, Http, HttpError, Parser, ScrapeRequest};
use serde_json::Value as Json;

use super::corpus::{Tally, boolean, bytes, cases, string, verdict};
use crate::http::server::{Answer, Server, run};

#[test]
fn conformance_answers_over_http_beside_prometheus_3_5() {
    let Some(cases) = cases("edge-cases/edge-cases.json") else { return };
    let mut tally = Tally::new("answers over HTTP, Prometheus 3.5.3");
    for case in &cases {
        let observed = &case["observed"]["prometheus 3.5.3"];
        if observed.is_null() {
            continue;
        }
        run(async { tally.case(string(&case["name"]), beside_a_server(case, observed).await) });
    }
    tally.finish();
}

/// The answer of a case.
fn answer(case: &Json) -> Answer {
    let mut answer = Response::builder();
    if let Some(status) = case["status"].as_u64() {
        answer = answer.status(u16::try_from(status).expect("a status"));
    }
    if let Some(content_type) = case["content_type"].as_str() {
        answer = answer.header("content-type", content_type);
    }
    for (name, value) in case["headers"].as_object().into_iter().flatten() {
        answer = answer.header(name, string(value));
    }
    answer.body(Full::new(bytes(&case["body_b64"]).into())).expect("an answer")
}

async fn beside_a_server(case: &Json, observed: &Json) -> Result<(), String> {
    let accept = boolean(&observed["accepted"]);
    let sent = case.clone();
    let server = Server::new(move |_| answer(&sent)).await;
    let target = Http::new(&server.url("/metrics")).expect("a URL");
    let response = match target.get(&ScrapeRequest::new()).await {
        Ok(response) => response,
        Err(error) => {
            let words = string(&observed["error"]);
            let same_words = matches!(error, HttpError::Status(..) | HttpError::ContentType(_));
            if same_words && error.to_string() != words {
                return Err(format!("{error}, expected {words}"));
            }
            return verdict::<(), _>(Err(error), accept);
        }
    };
    if response.body.is_empty() {
        // A server gives it to no parser.
        return verdict(Ok::<_, String>(()), accept);
    }
    let format = Format::from_content_type(&response.content_type).expect("it was looked at");
    verdict(Parser::new(format).parse(&response.body), accept)
}
