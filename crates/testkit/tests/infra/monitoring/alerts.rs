//! The alert rules: each says how grave it is and what to do, and is played in both outcomes.

use super::queries::Known;
use crate::none;
use crate::template::{Template, elements, read};
use serde_json::Value;

/// The page on which it says what to do.
const PAGE: &str = "docs/operations.md";

/// The alerts of all groups.
fn alerts(rules: &Template) -> impl Iterator<Item = (&str, &Value)> {
    let rules = elements(rules.at("/groups")).iter().flat_map(|group| elements(&group["rules"]));
    rules.map(|rule| (rule["alert"].as_str().expect("every rule is an alert"), rule))
}

/// Alerts that do not say what they are about and what to do.
fn unexplained(rules: &Template, page: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, rule) in alerts(rules) {
        if !["critical", "warning"].iter().any(|it| rule["labels"]["severity"] == *it) {
            problems.push(format!("{name} is neither critical nor a warning"));
        }
        for part in ["/for", "/annotations/summary", "/annotations/description"] {
            if rule.pointer(part).and_then(Value::as_str).is_none_or(str::is_empty) {
                problems.push(format!("{name} has no {part}"));
            }
        }
        if rule["annotations"]["runbook"] != format!("{PAGE}#{}", name.to_lowercase()) {
            problems.push(format!("{name} does not lead to its own part of {PAGE}"));
        }
        if !page.lines().any(|line| line.strip_prefix("### ") == Some(name)) {
            problems.push(format!("{PAGE} has no heading {name}"));
        }
    }
    problems
}

/// Alerts of which no case shows that they ring, or none that they can be quiet.
fn unplayed(rules: &Template, cases: &Template) -> Vec<String> {
    let cases: Vec<&Value> =
        elements(cases.at("/tests")).iter().flat_map(|test| elements(&test["alert_rule_test"])).collect();
    let mut problems = Vec::new();
    for (name, _) in alerts(rules) {
        let played = |ringing: bool| {
            let is_about = |case: &&&Value| case["alertname"] == name;
            cases.iter().filter(is_about).any(|case| elements(&case["exp_alerts"]).is_empty() != ringing)
        };
        if !played(true) {
            problems.push(format!("no case in which {name} rings"));
        }
        if !played(false) {
            problems.push(format!("no case in which {name} is quiet"));
        }
    }
    problems
}

/// Alerts on what nobody shows.
fn silent(rules: &Template) -> Vec<String> {
    let known = Known::of_the_server();
    let problems = |(name, rule): (&str, &Value)| -> Vec<String> {
        let query = rule["expr"].as_str().expect("an alert has a query");
        known.problems(query).into_iter().map(|problem| format!("{name}: {problem}")).collect()
    };
    alerts(rules).flat_map(problems).collect()
}

fn rules() -> Template {
    Template::parse(read("infra/prometheus/alerts.yaml"))
}

fn cases() -> Template {
    Template::parse(read("infra/prometheus/alerts_test.yaml"))
}

#[test]
fn every_alert_is_explained_played_and_can_ring() {
    let rules = rules();
    assert!(alerts(&rules).count() > 0);
    none(unexplained(&rules, &read(PAGE)));
    none(unplayed(&rules, &cases()));
    none(silent(&rules));
}

#[test]
fn an_alert_that_does_not_say_what_to_do_is_found() {
    let page = read(PAGE);
    for (piece, other, problem) in [
        ("severity: critical", "severity: bad", "HeadcountDown is neither"),
        ("for: 1m", "keep_firing_for: 1m", "HeadcountDown has no /for"),
        ("#headcountdown", "#down", "HeadcountDown does not lead"),
        ("alert: HeadcountDown", "alert: HeadcountAway", "no heading HeadcountAway"),
    ] {
        let problems = unexplained(&rules().with(piece, other), &page);
        assert!(problems.iter().any(|it| it.contains(problem)), "{problem}: {problems:?}");
    }
}

#[test]
fn an_alert_that_is_not_played_or_cannot_ring_is_found() {
    let renamed = rules().with("alert: HeadcountDown", "alert: HeadcountAway");
    assert_eq!(
        unplayed(&renamed, &cases()),
        ["no case in which HeadcountAway rings", "no case in which HeadcountAway is quiet"]
    );
    let misspelt = rules().with("headcount_store_ready", "headcount_store_fine");
    assert_eq!(silent(&misspelt), ["HeadcountStoreNotReady: nothing shows headcount_store_fine"]);
}
