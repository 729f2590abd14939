//! A text exposition.

use super::Labels;

/// A counter for each of these label sets, with values from here on.
#[must_use]
pub fn exposition(sets: &[Labels<'_>], from: usize) -> String {
    let mut body = String::from("# HELP requests_total Requests.\n# TYPE requests_total counter\n");
    for (i, labels) in sets.iter().enumerate() {
        let (method, route, status) = (labels.method, labels.route, labels.status);
        body += &format!(
            "requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {}\n",
            from + i * 37
        );
    }
    body
}
