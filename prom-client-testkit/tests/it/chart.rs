//! Charts of text: what is drawn where, and that nothing is drawn beyond the width.

use std::time::Duration;

use prom_client_testkit::{Chart, STALE, Timestamp};
use proptest::prelude::*;

fn second(at: i64) -> Timestamp {
    Timestamp::from_millis(at * 1_000)
}

/// A point every ten seconds.
fn line(values: &[f64]) -> Vec<(Timestamp, f64)> {
    values.iter().zip(0..).map(|(value, i)| (second(10 * i), *value)).collect()
}

#[test]
fn a_gap_is_no_zero() {
    let chart = Chart::new(27).line("a", line(&[0.0, 4.0, f64::NAN, STALE, 8.0, 0.0]));
    assert_eq!(
        chart.to_string(),
        "\
\x20                    0 to 8
a ▁▁▁▁▄▄▄▄        ████▁▁▁ 0
\x20 00:00:00 ───── 00:00:50"
    );
}

#[test]
fn peaks_are_drawn_also_where_a_column_has_many_points() {
    let values: Vec<f64> = (0..1_000).map(|i| if i == 500 { 8.0 } else { 1.0 }).collect();
    let text = Chart::new(24).line("a", line(&values)).to_string();
    assert_eq!(text.lines().nth(1), Some("a ▁▁▁▁▁▁▁▁▁▁█▁▁▁▁▁▁▁▁▁ 1"));
}

#[test]
fn lines_have_one_scale_and_as_many_rows_as_are_asked_for() {
    let chart = Chart::new(24)
        .title("jobs")
        .height(2)
        .line("mail", line(&[0.0, 4.0, 8.0, 12.0, 16.0]))
        .line("sms", line(&[6.0]));
    assert_eq!(
        chart.to_string(),
        "\
jobs             0 to 16
mail           ▄▄▄███ 16
\x20    ▁▁▁▁▄▄▄█████████

sms                    6
\x20    ▆▆▆▆
\x20    00:00:00"
    );
}

#[test]
fn the_range_is_what_is_asked_for() {
    let points = line(&[1.0, 2.0, 3.0, 4.0, 5.0]);
    let chart = Chart::new(26).line("a", points).step(Duration::from_secs(10));
    let shown = chart.clone().between(second(-20), second(20)).bounds(0.0, 8.0).to_string();
    assert_eq!(
        shown,
        "\
\x20                   0 to 8
a          ▁▁▁▁▁▂▂▂▂▃▃▃▃ 3
\x20 23:59:40 ──── 00:00:20"
    );
    let nothing = chart.between(second(100), second(200)).to_string();
    assert!(nothing.starts_with(" "), "{nothing}");
    assert_eq!(nothing.lines().nth(1), Some("a"));
}

#[test]
fn what_does_not_fit_is_cut() {
    assert_eq!(Chart::new(0).title("a title that is long").to_string(), "a title that…  no points");
    let chart = Chart::new(24).title("shown").line("a-name\nthat is long", line(&[1e9, -1e-9]));
    assert_eq!(
        chart.to_string(),
        "\
shown        -1e-9 to 1G
a-name … █████▁▁▁▁ -1e-9
\x20        00:00:00"
    );
}

proptest! {
    #[test]
    fn any_points_are_drawn_within_the_width(
        width in 0_usize..120,
        height in 0_usize..4,
        lines in prop::collection::vec(
            (".{0,40}", prop::collection::vec((any::<i64>(), any::<f64>()), 0..20)),
            0..4,
        ),
        range in prop::option::of((any::<i64>(), any::<i64>())),
    ) {
        let mut chart = Chart::new(width).height(height).title("title");
        if let Some((from, to)) = range {
            chart = chart.between(Timestamp::from_millis(from), Timestamp::from_millis(to));
        }
        for (name, points) in lines {
            let points = points.into_iter().map(|(at, value)| (Timestamp::from_millis(at), value));
            chart = chart.line(name, points);
        }
        let text = chart.to_string();
        prop_assert!(text.lines().all(|line| line.chars().count() <= width.max(24)), "{text}");
        prop_assert_eq!(text, chart.to_string());
    }
}
