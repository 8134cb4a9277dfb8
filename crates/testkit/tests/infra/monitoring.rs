//! What the dashboard and the alert rules must hold and promtool does not look for: they ask for what the server shows,
//! and say what to do. `scripts/alerts` runs promtool.
//!
//! Every check is a function from what is written to its problems, and has a test that sees it find one.

mod alerts;
mod dashboard;
mod queries;

use crate::template::read;
use std::collections::BTreeSet;

/// The series that a scrape may have, from the list that a test of the server compares with a real one.
fn series() -> BTreeSet<String> {
    let list = read("crates/server/tests/gateway/metrics.rs");
    let families = list.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","));
    families.filter_map(|family| family.split_once(' ')).flat_map(|(name, kind)| shown(name, kind)).collect()
}

/// What a family of that type is called in a scrape (OpenMetrics 1.0, "Metric Types").
fn shown(name: &str, kind: &str) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        "gauge" => &[""],
        "counter" => &["_total"],
        "info" => &["_info"],
        "histogram" => &["_bucket", "_count", "_sum"],
        other => panic!("{name} is a {other}, which no query here knows"),
    };
    suffixes.iter().map(|suffix| format!("{name}{suffix}")).collect()
}

#[test]
fn series_have_the_names_of_a_scrape() {
    let series = series();
    for name in [
        "headcount_joins_total",
        "headcount_listeners",
        "headcount_build_info",
        "headcount_status_query_duration_seconds_bucket",
        "process_start_time_seconds",
    ] {
        assert!(series.contains(name), "no {name} in {series:?}");
    }
}
