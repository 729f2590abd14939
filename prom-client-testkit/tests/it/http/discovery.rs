//! `http_sd`, by a clock that is moved by hand, and a configuration from the file to the scrape.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::Response;
use prom_client_testkit::{HttpDiscovery, Timestamp};

#[cfg(feature = "yaml")]
use super::server::text;
use super::server::{Answer, Server, run, typed};

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn addresses(discovery: &HttpDiscovery) -> Vec<String> {
    let targets = discovery.groups().iter().flat_map(prom_client_testkit::TargetGroup::iter);
    targets.map(|labels| labels.get("__address__").unwrap_or_default().to_owned()).collect()
}

/// An answer as its status, content type and body.
type Said = (u16, &'static str, String);

async fn server(said: &Arc<Mutex<Said>>) -> Server {
    let said = said.clone();
    Server::new(move |_| -> Answer {
        let (status, content_type, body) = said.lock().expect("no panic").clone();
        let mut answer: Response<_> = typed(content_type, body);
        *answer.status_mut() = status.try_into().expect("a status");
        answer
    })
    .await
}

#[test]
fn a_url_is_asked_when_it_is_time_to() {
    run(async {
        let json = r#"[{"targets": ["a:1", "a:2"], "labels": {"zone": "eu"}}]"#.to_owned();
        let said = Arc::new(Mutex::new((200, "application/json", json)));
        let server = server(&said).await;
        let url = server.url("/sd");
        let discovery = HttpDiscovery::new(&url).expect("a URL");
        let mut discovery = discovery.refresh_interval(Duration::from_secs(30));
        assert!(discovery.refresh(at(0.0)).await.expect("an answer"));
        assert_eq!(addresses(&discovery), ["a:1", "a:2"]);
        let labels = discovery.groups()[0].iter().next().expect("a target");
        assert_eq!((labels.get("__meta_url"), labels.get("zone")), (Some(&*url), Some("eu")));
        assert!(!discovery.refresh(at(29.9)).await.expect("nothing to do"));
        assert_eq!(server.asked().len(), 1);
        let headers = &server.asked()[0].1;
        for line in [
            "x-prometheus-refresh-interval-seconds: 30\n",
            "accept: application/json\n",
            "user-agent: Prometheus/3.5.3\n",
        ] {
            assert!(headers.contains(line), "{line} {headers}");
        }

        // Whatever goes wrong, what was found before stays.
        for (second, (status, content_type, body, message)) in [
            (
                500,
                "application/json",
                "[]",
                "server returned HTTP status 500 Internal Server Error",
            ),
            (204, "application/json", "", "server returned HTTP status 204 No Content"),
            (200, "text/plain", "[]", "unsupported content type \"text/plain\""),
            (200, "application/json; charset=latin1", "[]", "unsupported content type"),
            (200, "application/json", "[", "EOF while parsing"),
            (200, "application/json", "{}", "invalid type: map"),
            (200, "application/json", r#"[{"tragets": []}]"#, "unknown field `tragets`"),
        ]
        .into_iter()
        .enumerate()
        {
            *said.lock().expect("no panic") = (status, content_type, body.to_owned());
            let error = discovery.refresh(at(30.0 * (second + 1) as f64)).await.expect_err(message);
            assert_eq!(error.place(), url);
            assert!(error.to_string().contains(message), "{error}");
            assert_eq!(addresses(&discovery), ["a:1", "a:2"]);
        }
        *said.lock().expect("no panic") =
            (200, "Application/JSON; charset=\"utf-8\"", r#"[{"targets": ["b:1"]}]"#.to_owned());
        assert!(discovery.refresh(at(1000.0)).await.expect("an answer"));
        assert_eq!(addresses(&discovery), ["b:1"]);
    });
}

#[test]
fn a_url_is_asked_with_its_password_and_without_compression() {
    run(async {
        let json = r#"[{"targets": ["a:1"]}]"#.to_owned();
        let said = Arc::new(Mutex::new((200, "application/json", json)));
        let server = server(&said).await;
        let url = server.url("/sd").replace("http://", "http://me:secret@");
        let mut discovery = HttpDiscovery::new(&url).expect("a URL");
        discovery.refresh(at(0.0)).await.expect("an answer");
        let headers = &server.asked()[0].1;
        // By `printf me:secret | base64`.
        assert!(headers.contains("authorization: Basic bWU6c2VjcmV0\n"), "{headers}");
        assert!(!headers.contains("accept-encoding"), "{headers}");
    });
}

#[test]
#[cfg(feature = "yaml")]
fn a_configuration_leads_to_answers() {
    use prom_client_testkit::{Lab, ScrapeConfig};

    run(async {
        let shop = Server::new(|_| text("jobs 1\n")).await;
        let json = format!(r#"[{{"targets": ["{}"], "labels": {{"zone": "eu"}}}}]"#, shop.address);
        let said = Arc::new(Mutex::new((200, "application/json", json)));
        let finder = server(&said).await;
        let mut config = ScrapeConfig::parse(&format!(
            "scrape_configs:
  - job_name: shop
    metrics_path: /m
    params: {{a: [b]}}
    authorization: {{credentials: token}}
    scrape_timeout: 3s
    scrape_protocols: [PrometheusText0.0.4]
    http_sd_configs: [{{url: '{}', refresh_interval: 5s}}]
    relabel_configs: [{{source_labels: [__meta_url], target_label: found, regex: '.*(/sd)'}}]
    metric_relabel_configs: [{{source_labels: [__name__], regex: jobs, target_label: __name__, replacement: tasks}}]
",
            finder.url("/sd")
        ))
        .unwrap_or_else(|error| panic!("{error}"));
        config.jobs.push(unusable());
        let mut lab = Lab::new().with_http_config(config);
        lab.advance("2m").await.expect("two minutes");
        let labels = r#"{instance="ADDRESS",job="shop",zone="eu",found="/sd"}"#;
        let labels = labels.replace("ADDRESS", &shop.address.to_string());
        lab.assert_value(&format!("tasks{labels}"), 1.0);
        lab.assert_value(r#"up{job="shop"}"#, 1.0);
        lab.assert_value(r#"up{job="unusable"}"#, 0.0);
        let (_, scrape) = lab.scrapes().last().expect("it was scraped");
        let error = scrape.error.as_ref().expect("there is no such protocol").to_string();
        assert!(error.ends_with("only http, and not https"), "{error}");
        // Every minute, the beginning included.
        assert_eq!(shop.asked().len(), 3);
        assert_eq!(finder.asked().len(), 25, "every five seconds");
        let (path, headers) = shop.asked().remove(0);
        assert_eq!(path, "/m?a=b");
        for line in [
            "authorization: Bearer token\n",
            "x-prometheus-scrape-timeout-seconds: 3\n",
            "accept: text/plain;version=0.0.4;q=0.6,*/*;q=0.5\n",
        ] {
            assert!(headers.contains(line), "{line} {headers}");
        }

        // It is no longer found, and then the finder is broken, which is no reason to let go of what is there.
        *said.lock().expect("no panic") = (200, "application/json", "[]".to_owned());
        lab.advance("2m10s").await.expect("minutes");
        lab.assert_absent(r#"{job="shop"}"#);
        let json = format!(r#"[{{"targets": ["{}"]}}]"#, shop.address);
        *said.lock().expect("no panic") = (200, "application/json", json);
        lab.advance("1m").await.expect("a minute");
        lab.assert_value(r#"up{job="shop"}"#, 1.0);
        said.lock().expect("no panic").0 = 503;
        lab.advance("1h").await.expect("an hour");
        lab.assert_value(r#"up{job="shop"}"#, 1.0);
        let errors: Vec<_> = lab.job_errors().map(|(job, e)| (job, e.to_string())).collect();
        assert_eq!(errors.len(), 1);
        assert!(errors[0].0 == "shop" && errors[0].1.contains("503"), "{errors:?}");
    });
}

/// A job whose target cannot be asked.
#[cfg(feature = "yaml")]
fn unusable() -> prom_client_testkit::JobConfig {
    let mut job = prom_client_testkit::JobConfig::new(prom_client_testkit::Job::new("unusable"));
    job.job.scheme = "https".to_owned();
    job.static_targets.push(prom_client_testkit::TargetGroup::new(["a:1"]));
    job
}
