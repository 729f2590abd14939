//! A text exposition.

use super::label_sets;

/// So many counters with three labels each, whose values begin here.
#[must_use]
pub fn exposition(series: usize, from: usize) -> String {
    let mut body = String::from("# HELP requests_total Requests.\n# TYPE requests_total counter\n");
    for (i, labels) in label_sets(series).iter().enumerate() {
        let (method, route, status) = (labels.method, labels.route, labels.status);
        body += &format!(
            "requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {}\n",
            from + i * 37
        );
    }
    body
}
