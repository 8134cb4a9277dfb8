//! The WebSocket API: every action has its route, and every route that answers can.

use crate::template::{Resource, Template};
use serde_json::Value;
use std::collections::BTreeSet;

/// Routes whose answer no client is sent: while connecting the status says it all, and afterwards nobody is there.
const MUTE: [&str; 2] = ["$connect", "$disconnect"];

/// Routes that are missing, and routes that nobody asked for.
pub(crate) fn route_keys(template: &Template, wanted: &[&str]) -> Vec<String> {
    let there: BTreeSet<&str> = template.all(ROUTE).map(key).collect();
    let wanted: BTreeSet<&str> = wanted.iter().copied().collect();
    let missing = wanted.difference(&there).map(|key| format!("no route for {key}"));
    missing.chain(there.difference(&wanted).map(|key| format!("the route {key} has no meaning"))).collect()
}

/// Routes whose answers would be thrown away. API Gateway wants two things and complains about neither.
pub(crate) fn unanswered(template: &Template) -> Vec<String> {
    let replying = template.all(ROUTE).filter(|route| !MUTE.contains(&key(*route)));
    replying.filter_map(|route| why_unanswered(template, route)).collect()
}

fn why_unanswered(template: &Template, route: Resource<'_>) -> Option<String> {
    let Some((condition, "$default")) = chosen(route.property("RouteResponseSelectionExpression")) else {
        return Some(format!("{} selects no response", route.id));
    };
    let of_route = |response: &Resource<'_>| {
        let refers = template.referred(response.property("RouteId")).is_some_and(|it| it.id == route.id);
        refers && response.property("RouteResponseKey") == "$default" && response.condition() == condition
    };
    let answered = template.all("AWS::ApiGatewayV2::RouteResponse").any(|response| of_route(&response));
    (!answered).then(|| format!("{} has no RouteResponse", route.id))
}

/// A string, and the condition under which it stands.
fn chosen(value: &Value) -> Option<(Option<&str>, &str)> {
    match value.get("Fn::If") {
        None => Some((None, value.as_str()?)),
        Some(choice) => Some((Some(choice[0].as_str()?), choice[1].as_str()?)),
    }
}

/// What keeps API Gateway from calling the function, or from waiting for it.
pub(crate) fn integrations(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    for integration in template.all("AWS::ApiGatewayV2::Integration") {
        // Lambda is called with POST whatever the client did.
        if integration.property("IntegrationMethod") != "POST" {
            problems.push(format!("{} does not use POST", integration.id));
        }
        let patience = integration.property("TimeoutInMillis").as_u64().unwrap_or(0);
        let longest = template.all(crate::FUNCTION).filter_map(|it| it.property("Timeout").as_u64()).max();
        if patience <= longest.unwrap_or(u64::MAX) * 1000 {
            problems.push(format!("{} gives up before the function does", integration.id));
        }
    }
    let called = |permission: Resource<'_>| permission.property("Principal") == "apigateway.amazonaws.com";
    if !template.all("AWS::Lambda::Permission").any(called) {
        problems.push("API Gateway may not call the function".to_owned());
    }
    problems
}

const ROUTE: &str = "AWS::ApiGatewayV2::Route";

fn key(route: Resource<'_>) -> &str {
    route.property("RouteKey").as_str().expect("a route has a key")
}
