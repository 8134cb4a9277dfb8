//! The dashboard: each panel says what it shows, in which unit and what to do, and asks for what the server shows.

use super::queries::Known;
use crate::none;
use crate::template::{elements, read};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The columns of Grafana's grid.
const COLUMNS: u64 = 24;

fn dashboard() -> Value {
    serde_json::from_str(&read("infra/grafana/dashboard.json")).expect("the dashboard is JSON")
}

fn panels(dashboard: &Value) -> impl Iterator<Item = &Value> {
    elements(&dashboard["panels"]).iter()
}

/// Every query that stands anywhere below `value`.
fn queries(value: &Value) -> Vec<&str> {
    let below = |value| queries(value);
    match value {
        Value::Object(members) => {
            let own = members.get("expr").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(below)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(below).collect(),
        _ => Vec::new(),
    }
}

/// Panels that do not explain themselves.
fn unexplained(dashboard: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for panel in panels(dashboard) {
        let missing = |path: &&&str| panel.pointer(path).and_then(Value::as_str).is_none_or(str::is_empty);
        let needed: &[&str] = match panel["type"].as_str() {
            Some("row") => &["/title"],
            _ => &["/title", "/description", "/fieldConfig/defaults/unit", "/targets/0/legendFormat"],
        };
        problems
            .extend(needed.iter().filter(missing).map(|path| format!("{} has no {path}", panel["title"])));
    }
    problems
}

/// Panels that ask a source of somebody's own, or for what nobody shows.
fn misled(dashboard: &Value) -> Vec<String> {
    let chosen = json!({ "type": "prometheus", "uid": "${datasource}" });
    let asked = panels(dashboard).flat_map(|panel| elements(&panel["targets"]));
    let elsewhere = asked
        .filter(|target| target["datasource"] != chosen)
        .map(|target| format!("{} asks a source that was not chosen", target["expr"]));
    let known = Known::of_the_server();
    let unknown = queries(dashboard).into_iter().flat_map(|query| known.problems(query));
    elsewhere.chain(unknown).collect()
}

/// Panels of the same number, over one another or beyond the edge.
fn misplaced(dashboard: &Value) -> Vec<String> {
    let (mut numbers, mut cells, mut problems) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for panel in panels(dashboard) {
        let at = |side: &str| panel["gridPos"][side].as_u64().expect("a panel has its place");
        let (columns, rows) = (at("x")..at("x") + at("w"), at("y")..at("y") + at("h"));
        if !numbers.insert(panel["id"].as_u64()) {
            problems.push(format!("{} has another's number", panel["title"]));
        }
        if columns.end > COLUMNS {
            problems.push(format!("{} goes beyond the edge", panel["title"]));
        }
        let mut covered = columns.flat_map(|x| rows.clone().map(move |y| (x, y)));
        if !covered.all(|cell| cells.insert(cell)) {
            problems.push(format!("{} covers another", panel["title"]));
        }
    }
    problems
}

#[test]
fn every_panel_explains_itself_and_shows_something() {
    let dashboard = dashboard();
    assert!(queries(&dashboard).len() > panels(&dashboard).count());
    none(unexplained(&dashboard));
    none(misled(&dashboard));
    none(misplaced(&dashboard));
}

#[test]
fn what_is_wrong_with_a_panel_is_found() {
    let with = |path: &str, value: Value| {
        let mut changed = dashboard();
        *changed.pointer_mut(path).expect("the dashboard has it") = value;
        changed
    };
    for (path, value, check, problem) in [
        ("/panels/1/description", json!(""), unexplained as fn(&Value) -> Vec<String>, "has no /description"),
        (
            "/panels/1/fieldConfig/defaults/unit",
            json!(null),
            unexplained,
            "has no /fieldConfig/defaults/unit",
        ),
        ("/panels/0/title", json!(""), unexplained, "has no /title"),
        ("/panels/1/targets/0/datasource", json!({ "uid": "mine" }), misled, "not chosen"),
        ("/panels/1/targets/0/expr", json!("headcount_people"), misled, "nothing shows headcount_people"),
        ("/panels/2/id", json!(2), misplaced, "another's number"),
        ("/panels/2/gridPos/x", json!(0), misplaced, "covers another"),
        ("/panels/6/gridPos/w", json!(5), misplaced, "beyond the edge"),
    ] {
        let problems = check(&with(path, value));
        assert!(problems.iter().any(|it| it.contains(problem)), "{problem}: {problems:?}");
    }
}
