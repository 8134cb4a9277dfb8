//! What the AWS templates must hold and no linter looks for. `scripts/infra` runs the linters. Dashboard and alert rules
//! are in [`monitoring`].
//!
//! Every check is a function from a template to its problems, and has a test that breaks the template in one place and
//! sees that the check finds it.

mod access;
mod alarms;
mod breaking;
mod deploying;
mod functions;
mod monitoring;
mod routes;
#[cfg(unix)]
mod scripts;
mod template;
mod wakers;

use headcount_protocol::ClientMessage;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use template::{Template, read};

/// A function, as SAM calls it.
pub(crate) const FUNCTION: &str = "AWS::Serverless::Function";

/// The tables of our own stack: their keys, and the attribute by which items expire. These are contract: programs of
/// others read them.
const TABLES: [(&str, &[&str], &str); 3] = [
    ("Sessions", &["sessionId"], "expiresAt"),
    ("Connections", &["connectionId"], "ttl"),
    ("SessionStatus", &["pk", "sk"], "exp"),
];

/// Their indexes.
const INDEXES: [(&str, &str, &[&str]); 2] = [
    ("Sessions", "activeShard-sessionId-index", &["activeShard", "sessionId"]),
    ("Connections", "sessionId-targetLanguage-index", &["sessionId", "targetLanguage"]),
];

/// Fails with every problem at once.
#[track_caller]
fn none(problems: Vec<String>) {
    assert!(problems.is_empty(), "{} to repair:\n{}", problems.len(), problems.join("\n"));
}

/// What the API has routes for: every action of the contract, and what is none.
fn all_routes() -> Vec<&'static str> {
    [&["$connect", "$disconnect", "$default"], ClientMessage::ACTIONS.as_slice()].concat()
}

/// A section of docs/aws.md.
fn section(heading: &str) -> String {
    let page = read("docs/aws.md");
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).expect("docs/aws.md has the section");
    section.split("\n## ").next().unwrap_or_default().to_owned()
}

/// The variables that docs/aws.md explains: what is quoted in the first cells of its table.
fn documented_variables() -> Vec<String> {
    let section = section("Settings of the functions");
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" |"));
    cells
        .flat_map(|(cell, _)| cell.split('`').step_by(2))
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The row of docs/aws.md for a parameter.
fn row((name, parameter): (&str, &Value)) -> String {
    let default = match &parameter["Default"] {
        Value::Null => "needed".to_owned(),
        Value::String(text) if text.is_empty() => String::new(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    };
    format!(
        "| `{name}` | {default} | {} |",
        parameter["Description"].as_str().expect("a parameter is described")
    )
}

/// The variables that the functions read: what is quoted in their configuration and looks like one.
fn read_variables() -> BTreeSet<String> {
    let name = |word: &&str| {
        word.len() > 3 && word.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')
    };
    let read = ["crates/lambda/src/config.rs", "crates/lambda/src/config/access.rs"].map(read).concat();
    read.split('"').filter(name).map(str::to_owned).collect()
}

#[test]
fn every_action_has_a_route_that_answers() {
    let green = Template::green();
    none(routes::route_keys(&green, &all_routes()));
    none(routes::unanswered(&green));
    none(routes::integrations(&green));
}

#[test]
fn the_attached_stack_adds_one_route() {
    let brown = Template::brown();
    none(routes::route_keys(&brown, &["getSessionStatus"]));
    none(routes::unanswered(&brown));
    none(routes::integrations(&brown));
}

#[test]
fn speakers_are_told_by_rule_queue_and_stream() {
    for template in [Template::green(), Template::brown()] {
        none(wakers::rule(&template));
        none(wakers::queue(&template));
        none(wakers::stream(&template));
    }
}

#[test]
fn tables_are_as_others_know_them() {
    none(wakers::tables(&Template::green(), &TABLES));
    none(wakers::indexes(&Template::green(), &INDEXES));
    none(wakers::tables(&Template::brown(), &TABLES[2..]));
}

#[test]
fn nobody_may_do_more_than_needed() {
    let (green, brown) = (Template::green(), Template::brown());
    none(access::wide(&green));
    none(access::wide(&brown));
    let store = template::sources("crates/adapters/src/store/dynamodb");
    none(access::unlike_the_store(&green, &store));
    none(access::unlike_the_store(&brown, &store));
    none(access::scans(&green, None));
    none(access::scans(&brown, Some("SessionsAreScanned")));
    none(access::connections(&green, &["POST", "DELETE"]));
    none(access::connections(&brown, &["POST"]));
    none(access::changes_of_others(&brown, &["SessionsTableName", "ConnectionsTableName"]));
}

#[test]
fn scanning_is_off_unless_asked_for() {
    let brown = Template::brown();
    assert_eq!(brown.at("/Parameters/ScanSessions/Default"), "false");
    let asked = json!({ "Fn::Equals": [{ "Ref": "ScanSessions" }, "true"] });
    assert_eq!(brown.at("/Conditions/SessionsAreScanned"), &asked);
}

#[test]
fn both_functions_are_one_small_binary() {
    for template in [Template::green(), Template::brown()] {
        none(functions::binary(&template));
        none(functions::aliases(&template));
        none(functions::unknown_variables(&template, &documented_variables()));
    }
    none(functions::different_parameters(&Template::green(), &Template::brown()));
}

#[test]
fn every_setting_is_explained() {
    let read = read_variables();
    assert!(read.contains("SESSIONS_TABLE_NAME"), "the configuration was not read: {read:?}");
    assert_eq!(documented_variables().into_iter().collect::<BTreeSet<_>>(), read);
}

#[test]
fn every_parameter_is_explained() {
    let section = section("Parameters");
    let explained: BTreeSet<String> =
        section.lines().filter(|line| line.starts_with("| `")).map(str::to_owned).collect();
    let (green, brown) = (Template::green(), Template::brown());
    let there = green.members("/Parameters").chain(brown.members("/Parameters")).map(row);
    assert_eq!(explained, there.collect());
}

#[test]
fn every_alarm_is_explained() {
    let section = section("Alarms");
    for template in [Template::green(), Template::brown()] {
        let silent =
            template.all("AWS::CloudWatch::Alarm").filter(|it| !section.contains(&format!("`{}`", it.id)));
        none(silent.map(|it| format!("docs/aws.md does not say what to do about {}", it.id)).collect());
    }
}

#[test]
fn a_panic_does_not_end_the_process() {
    // The tool that builds for Lambda asks for an abort in release builds, unless the profile says otherwise.
    let manifest = read("Cargo.toml");
    let (_, release) = manifest.split_once("[profile.release]\n").expect("there is a release profile");
    let release = release.split("\n[").next().unwrap_or_default();
    assert!(release.lines().any(|line| line == r#"panic = "unwind""#), "{release}");
}

#[test]
fn what_is_wrong_rings() {
    none(alarms::check(&Template::green()));
    none(alarms::check(&Template::brown()));
    none(alarms::unwritten(&Template::green()));
    none(alarms::unwritten(&Template::brown()));
}
