//! What rings when something is wrong.

use crate::template::{Resource, Template, sources};
use headcount_core::SendFailure;
use serde_json::{Value, json};

/// What every template watches, and with how many alarms.
const WATCHED: [(&str, &str, usize); 6] = [
    ("AWS/Lambda", "Errors", 2),
    ("AWS/Events", "Invocations", 1),
    ("AWS/Lambda", "IteratorAge", 1),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", 1),
    (OURS, "StatusUpdatesFailed", 1),
    (OURS, "StatusQueryLatency", 1),
];

/// The namespace of our own metrics.
const OURS: &str = "SessionManagement";

/// Alarms that are missing, that nobody hears, or that watch what nobody writes.
pub(crate) fn check(template: &Template) -> Vec<String> {
    let alarms: Vec<Resource<'_>> = template.all("AWS::CloudWatch::Alarm").collect();
    let mut problems = Vec::new();
    for (namespace, metric, wanted) in WATCHED {
        let about =
            |it: &&Resource<'_>| it.property("Namespace") == namespace && it.property("MetricName") == metric;
        if alarms.iter().filter(about).count() < wanted {
            problems.push(format!("nobody watches {namespace} {metric}"));
        }
    }
    for alarm in alarms {
        if *alarm.property("AlarmActions") != sent() {
            problems.push(format!("nobody hears {}", alarm.id));
        }
        if alarm.property("Namespace") == OURS && !starts_with_origin(alarm.property("Dimensions")) {
            problems
                .push(format!("{} watches a metric of other dimensions than service and stage", alarm.id));
        }
        if alarm.property("MetricName") == "StatusUpdatesFailed" && !uncertain(alarm) {
            problems.push(format!("{} rings for every client that is gone", alarm.id));
        }
        if alarm.property("MetricName") == "StatusQueryLatency" && !slow_question(alarm) {
            problems.push(format!("{} is not about the p95 over 500 ms", alarm.id));
        }
    }
    problems
}

/// Alarms on metrics of ours that nothing writes.
pub(crate) fn unwritten(template: &Template) -> Vec<String> {
    let writer = sources("crates/adapters/src/metrics/emf");
    let ours = template.all("AWS::CloudWatch::Alarm").filter(|it| it.property("Namespace") == OURS);
    let names = ours.filter_map(|it| it.property("MetricName").as_str());
    names
        .filter(|name| !writer.contains(&format!("\"{name}\"")))
        .map(|it| format!("nothing writes {it}"))
        .collect()
}

fn sent() -> Value {
    json!({ "Fn::If": ["AlarmsAreSent", [{ "Ref": "AlarmTopicArn" }], { "Ref": "AWS::NoValue" }] })
}

/// The functions are told what to write as their service and their stage: the alarm has to look for the same.
fn starts_with_origin(dimensions: &Value) -> bool {
    dimensions[0] == json!({ "Name": "service", "Value": { "Ref": "AWS::StackName" } })
        && dimensions[1] == json!({ "Name": "stage", "Value": { "Ref": "StageName" } })
        && dimensions.as_array().is_some_and(|it| it.len() == 2 || it[2]["Name"] == "reason")
}

/// A client that is gone is an everyday event; a message of which nobody knows is not.
fn uncertain(alarm: Resource<'_>) -> bool {
    alarm.property("Dimensions")[2] == json!({ "Name": "reason", "Value": SendFailure::Uncertain.as_str() })
}

fn slow_question(alarm: Resource<'_>) -> bool {
    alarm.property("ExtendedStatistic") == "p95"
        && alarm.property("Threshold") == 500
        && alarm.property("ComparisonOperator") == "GreaterThanThreshold"
}
