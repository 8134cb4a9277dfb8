//! Who may do what: no more than is needed, and nothing in the tables of others but the one thing.

use crate::FUNCTION;
use crate::template::{Resource, Template, elements};
use serde_json::Value;

/// One statement of a policy.
pub(crate) struct Statement<'a> {
    /// The resource that holds it.
    holder: &'a str,
    /// The condition of the template that it stands under.
    condition: Option<&'a str>,
    value: &'a Value,
}

impl<'a> Statement<'a> {
    fn actions(&self) -> impl Iterator<Item = &'a str> {
        elements(&self.value["Action"]).iter().map(|action| action.as_str().expect("an action is a string"))
    }

    /// Its resources, as they are written.
    fn resources(&self) -> impl Iterator<Item = String> {
        elements(&self.value["Resource"]).iter().map(Value::to_string)
    }

    fn allows(&self, action: &str) -> bool {
        self.actions().any(|it| it == action)
    }
}

/// Every statement of every policy.
fn statements(template: &Template) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    for resource in template.resources() {
        let documents: Vec<&Value> = match resource.kind() {
            "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => vec![resource.property("PolicyDocument")],
            "AWS::IAM::Role" => {
                elements(resource.property("Policies")).iter().map(|it| &it["PolicyDocument"]).collect()
            }
            _ => continue,
        };
        found.extend(documents.into_iter().flat_map(|document| of_document(resource, document)));
    }
    found
}

fn of_document<'a>(holder: Resource<'a>, document: &'a Value) -> impl Iterator<Item = Statement<'a>> {
    elements(&document["Statement"]).iter().map(move |statement| match statement.get("Fn::If") {
        Some(choice) => Statement { holder: holder.id, condition: choice[0].as_str(), value: &choice[1] },
        None => Statement { holder: holder.id, condition: holder.condition(), value: statement },
    })
}

/// Rights that are wider than they look.
pub(crate) fn wide(template: &Template) -> Vec<String> {
    let statements = statements(template);
    assert!(!statements.is_empty(), "no statement was read");
    let mut problems = Vec::new();
    for statement in &statements {
        let holder = statement.holder;
        problems.extend(
            statement.actions().filter(|it| it.contains('*')).map(|it| format!("{holder} allows {it}")),
        );
        if statement.resources().any(|it| it == "\"*\"") || statement.resources().next().is_none() {
            problems.push(format!("{holder} allows something everywhere"));
        }
        // Metrics are written as log lines: a call would cost 60 ms each time.
        if statement.actions().any(|it| it.starts_with("cloudwatch:")) {
            problems.push(format!("{holder} allows PutMetricData or its like"));
        }
    }
    // Without a role of ours SAM makes one, with managed policies that reach every queue, stream and log.
    let roleless = template.all(FUNCTION).filter(|it| template.referred(it.property("Role")).is_none());
    problems.extend(roleless.map(|it| format!("{} has a role made by SAM", it.id)));
    for role in template.all("AWS::IAM::Role") {
        let foreign =
            elements(role.property("ManagedPolicyArns")).iter().any(|it| template.referred(it).is_none());
        problems.extend(foreign.then(|| format!("{} has a policy that is not written here", role.id)));
    }
    problems
}

/// What the store asks of DynamoDB, as its sources call it, and the right that it takes.
const OPERATIONS: [(&str, &str); 7] = [
    (".get_item()", "dynamodb:GetItem"),
    (".batch_get_item()", "dynamodb:BatchGetItem"),
    (".query()", "dynamodb:Query"),
    (".put_item()", "dynamodb:PutItem"),
    (".update_item()", "dynamodb:UpdateItem"),
    (".delete_item()", "dynamodb:DeleteItem"),
    ("ConditionCheck::builder()", "dynamodb:ConditionCheckItem"),
];

/// Rights on tables that the store, whose `sources` these are, lacks, and rights that it has no use for.
pub(crate) fn unlike_the_store(template: &Template, sources: &str) -> Vec<String> {
    let statements = statements(template);
    let different = OPERATIONS.iter().filter_map(|(call, right)| {
        match (sources.contains(call), statements.iter().any(|it| it.allows(right))) {
            (true, false) => Some(format!("the store may not use {right}")),
            (false, true) => Some(format!("the store has no use for {right}")),
            _ => None,
        }
    });
    different.collect()
}

/// Scans that nobody turned on. `switch` is the condition under which one is allowed.
pub(crate) fn scans(template: &Template, switch: Option<&str>) -> Vec<String> {
    let scanning = statements(template).into_iter().filter(|it| it.allows("dynamodb:Scan"));
    let unasked = scanning.filter(|it| it.condition.is_none() || it.condition != switch);
    unasked.map(|it| format!("{} allows Scan", it.holder)).collect()
}

/// What may be done to connections other than `methods`.
pub(crate) fn connections(template: &Template, methods: &[&str]) -> Vec<String> {
    let managing = statements(template);
    let managing: Vec<_> = managing.iter().filter(|it| it.allows("execute-api:ManageConnections")).collect();
    let mut allowed: Vec<String> = managing.iter().flat_map(|it| it.resources()).collect();
    let mut problems = Vec::new();
    for method in methods {
        let ending = format!("/${{StageName}}/{method}/@connections/*\"}}");
        let before = allowed.len();
        allowed.retain(|it| !it.ends_with(&ending));
        if allowed.len() == before {
            problems.push(format!("connections cannot be reached with {method}"));
        }
    }
    problems.extend(allowed.into_iter().map(|it| format!("connections can be reached by {it}")));
    problems
}

/// What may be changed in `tables`, which are not ours, beyond clearing the connection of a speaker that is gone.
pub(crate) fn changes_of_others(template: &Template, tables: &[&str]) -> Vec<String> {
    const READS: [&str; 4] =
        ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ListStreams"];
    let clears = |statement: &Statement<'_>| {
        let conditions = &statement.value["Condition"];
        let attributes = &conditions["ForAllValues:StringEquals"]["dynamodb:Attributes"];
        *attributes == serde_json::json!(["sessionId", "speakerConnectionId"])
            && !conditions["StringEqualsIfExists"]["dynamodb:ReturnValues"].is_null()
    };
    let mut problems = Vec::new();
    for statement in statements(template) {
        if !statement.resources().any(|it| tables.iter().any(|table| it.contains(&format!("${{{table}}}")))) {
            continue;
        }
        for action in statement.actions() {
            let allowed = READS.contains(&action)
                || action == "dynamodb:Scan"
                || (action == "dynamodb:UpdateItem" && clears(&statement));
            if !allowed {
                problems.push(format!("{} allows {action} on a table of others", statement.holder));
            }
        }
    }
    problems
}
