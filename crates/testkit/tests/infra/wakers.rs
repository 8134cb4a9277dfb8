//! What wakes the function that tells speakers: the rule, the queue, the stream.

use crate::FUNCTION;
use crate::template::{Resource, Template, members};
use serde_json::Value;

/// One thing that wakes a function.
struct Waker<'a> {
    name: &'a str,
    kind: &'a str,
    properties: &'a Value,
}

/// What SAM knows as events of a function, and what stands beside it as a resource.
fn wakers(template: &Template) -> Vec<Waker<'_>> {
    let events = template.all(FUNCTION).flat_map(|function| members(function.property("Events")));
    let mut found: Vec<Waker<'_>> = events
        .map(|(name, event)| Waker {
            name,
            kind: event["Type"].as_str().expect("an event has a type"),
            properties: &event["Properties"],
        })
        .collect();
    let mappings = template.all("AWS::Lambda::EventSourceMapping");
    found.extend(mappings.map(|it| Waker { name: it.id, kind: "DynamoDB", properties: it.properties() }));
    found
}

fn of_kind<'a>(wakers: &'a [Waker<'a>], kind: &str) -> Vec<&'a Waker<'a>> {
    wakers.iter().filter(|waker| waker.kind == kind).collect()
}

/// The rule: nothing on EventBridge fires more often than once a minute, so exactly one does, and just so often.
pub(crate) fn rule(template: &Template) -> Vec<String> {
    let wakers = wakers(template);
    let mut problems = Vec::new();
    match of_kind(&wakers, "Schedule").as_slice() {
        [rule] => {
            if rule.properties["Schedule"] != "rate(1 minute)" || rule.properties["State"] != "ENABLED" {
                problems.push(format!("{} does not sweep once a minute", rule.name));
            }
        }
        rules => problems.push(format!("{} rules, not one", rules.len())),
    }
    if let Some(other) = wakers.iter().find(|it| !["Schedule", "SQS", "DynamoDB"].contains(&it.kind)) {
        problems.push(format!("{} is woken by {}", other.name, other.kind));
    }
    problems
}

/// The queue: what is sent to it comes back to the function, is not worked on twice at once, and ends up as a dead
/// letter if it cannot be done.
pub(crate) fn queue(template: &Template) -> Vec<String> {
    let wakers = wakers(template);
    let queues = of_kind(&wakers, "SQS");
    let [wake] = queues.as_slice() else { return vec![format!("{} queues wake, not one", queues.len())] };
    let Some(queue) = template.referred(&wake.properties["Queue"]) else {
        return vec![format!("{} has no queue", wake.name)];
    };
    let mut problems = Vec::new();
    if template.at("/Globals/Function/Environment/Variables/WAKE_QUEUE_URL")["Ref"] != queue.id {
        problems.push(format!("functions do not send to {}", queue.id));
    }
    let longest = template.all(FUNCTION).filter_map(|it| it.property("Timeout").as_u64()).max();
    let hidden = queue.property("VisibilityTimeout").as_u64().unwrap_or(0);
    if hidden < 6 * longest.unwrap_or(u64::MAX / 6) {
        problems.push(format!("{} shows a message again while it is worked on", queue.id));
    }
    // A delay may be 900 s, and a message must outlive its delay.
    if queue.property("MessageRetentionPeriod").as_u64().unwrap_or(0) <= 900 + hidden {
        problems.push(format!("{} forgets messages that are still delayed", queue.id));
    }
    let letters = template.referred(queue.property("RedrivePolicy/deadLetterTargetArn"));
    if letters.is_none_or(|it| it.id == queue.id) {
        problems.push(format!("{} has no dead letters", queue.id));
    }
    problems.extend(reports_each(wake));
    problems
}

/// The stream: a bad record costs itself and nothing else, and nothing is tried for ever.
pub(crate) fn stream(template: &Template) -> Vec<String> {
    let wakers = wakers(template);
    let streams = of_kind(&wakers, "DynamoDB");
    let [change] = streams.as_slice() else { return vec![format!("{} streams, not one", streams.len())] };
    let mut problems = Vec::new();
    if change.properties["BisectBatchOnFunctionError"] != true {
        problems.push(format!("{} does not bisect", change.name));
    }
    let bounded = |name: &str| choices(&change.properties[name]).iter().all(|it| it.as_i64() >= Some(0));
    if !bounded("MaximumRetryAttempts") || !bounded("MaximumRecordAgeInSeconds") {
        problems.push(format!("{} tries for ever", change.name));
    }
    if template.referred(&change.properties["DestinationConfig"]["OnFailure"]["Destination"]).is_none() {
        problems.push(format!("{} has no dead letters", change.name));
    }
    problems.extend(reports_each(change));
    problems
}

/// What a value may be: each of its two, where a condition chooses.
fn choices(value: &Value) -> Vec<&Value> {
    match &value["Fn::If"] {
        Value::Array(choice) => choice[1..].iter().collect(),
        _ => vec![value],
    }
}

fn reports_each(waker: &Waker<'_>) -> Option<String> {
    let each = waker.properties["FunctionResponseTypes"][0] == "ReportBatchItemFailures";
    (!each).then(|| format!("{} does the whole batch again for one failure", waker.name))
}

/// Tables and their stream. `names` are theirs, with their keys (hash, then range) and the attribute of their TTL.
pub(crate) fn tables(template: &Template, wanted: &[(&str, &[&str], &str)]) -> Vec<String> {
    let tables: Vec<Resource<'_>> = template.all("AWS::DynamoDB::Table").collect();
    let mut problems = Vec::new();
    if tables.len() != wanted.len() {
        problems.push(format!("{} tables, not {}", tables.len(), wanted.len()));
    }
    for (name, keys, expiry) in wanted {
        let Some(table) = tables.iter().find(|table| table.id == *name) else {
            problems.push(format!("no table {name}"));
            continue;
        };
        if key_names(table.property("KeySchema")) != *keys {
            problems.push(format!("{name} has other keys"));
        }
        let ttl = table.property("TimeToLiveSpecification");
        if ttl["AttributeName"] != *expiry || ttl["Enabled"] != true {
            problems.push(format!("{name} expires by another attribute than {expiry}"));
        }
        // A fixed name is reserved in the account: a second stack, or a table that has to be replaced, would fail.
        if !table.property("TableName").is_null() {
            problems.push(format!("{name} has a fixed name"));
        }
        if table.property("BillingMode") != "PAY_PER_REQUEST" {
            problems.push(format!("{name} has a capacity to run out of"));
        }
    }
    problems
}

/// Indexes that others look things up by, and that must hold the images that the trigger compares.
pub(crate) fn indexes(template: &Template, wanted: &[(&str, &str, &[&str])]) -> Vec<String> {
    let mut problems = Vec::new();
    for (table, name, keys) in wanted {
        let table = template.all("AWS::DynamoDB::Table").find(|it| it.id == *table);
        let indexes = table.map_or(&Value::Null, |it| it.property("GlobalSecondaryIndexes"));
        let index = indexes.as_array().into_iter().flatten().find(|index| index["IndexName"] == *name);
        if index.is_none_or(|index| key_names(&index["KeySchema"]) != *keys) {
            problems.push(format!("no index {name} on {keys:?}"));
        }
    }
    let images =
        |table: Resource<'_>| table.property("StreamSpecification/StreamViewType") == "NEW_AND_OLD_IMAGES";
    if !template.all("AWS::DynamoDB::Table").any(images) {
        problems.push("no stream of new and old images".to_owned());
    }
    problems
}

fn key_names(schema: &Value) -> Vec<&str> {
    let keys = schema.as_array().into_iter().flatten();
    keys.map(|key| key["AttributeName"].as_str().expect("a key has a name")).collect()
}
