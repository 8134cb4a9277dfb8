//! The template, as it is, can be played.

use super::*;

fn stack(parameters: &[(&str, &str)]) -> Result<Stack, TemplateError> {
    let parameters: Vec<_> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Stack::read(&parameters, "http://127.0.0.1:1/queue")
}

fn variable<'a>(stack: &'a Stack, name: &str) -> Option<&'a str> {
    stack.function.environment.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

#[test]
fn tables_are_as_the_template_has_them() {
    let stack = stack(&[]).unwrap();
    let names: Vec<&str> = stack.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["Connections", "SessionStatus", "Sessions"]);
    let connections = &stack.tables[0];
    assert_eq!(connections.definition["TableName"], "Connections");
    assert_eq!(
        connections.definition["StreamSpecification"],
        serde_json::json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" })
    );
    assert!(connections.definition.get("TimeToLiveSpecification").is_none());
    let ttl = connections.time_to_live.as_ref().unwrap();
    assert_eq!(ttl["TimeToLiveSpecification"]["AttributeName"], "ttl");
}

#[test]
fn functions_are_set_up_by_parameters() {
    let stack = stack(&[("StatusCacheMs", "0"), ("ReplyMode", "post")]).unwrap();
    assert_eq!(variable(&stack, "SESSIONS_TABLE_NAME"), Some("Sessions"));
    assert_eq!(variable(&stack, "WAKE_QUEUE_URL"), Some("http://127.0.0.1:1/queue"));
    assert_eq!(variable(&stack, "STATUS_CACHE_MS"), Some("0"));
    assert_eq!(variable(&stack, "REPLY_MODE"), Some("post"));
    assert_eq!(variable(&stack, "PERIODIC_UPDATE_INTERVAL_SECONDS"), Some("30"));
    assert_eq!(
        variable(&stack, "API_GATEWAY_ENDPOINT"),
        Some("https://Api.execute-api.us-east-1.amazonaws.com/prod")
    );
    assert_eq!(stack.function.timeout, Duration::from_secs(5));
}

#[test]
fn a_parameter_that_the_template_does_not_have_is_refused() {
    let unknown = stack(&[("StatusCache", "0")]).unwrap_err();
    assert_eq!(unknown, TemplateError("there is no parameter StatusCache".to_owned()));
}

#[test]
fn messages_go_by_their_action_and_every_route_answers_but_those_of_the_connection() {
    let routes = stack(&[]).unwrap().routes;
    for (message, route) in [
        (r#"{"action":"getSessionStatus"}"#, "getSessionStatus"),
        (r#"{"action":"juggle"}"#, "$default"),
        (r#"{"action":7}"#, "$default"),
        ("[", "$default"),
        (&"[".repeat(9_000), "$default"),
    ] {
        assert_eq!(routes.of(message), route);
        assert!(routes.answers(route), "{route}");
    }
    assert!(!routes.answers("$connect") && !routes.answers("$disconnect"));
}

#[test]
fn queue_stream_and_schedule_have_the_numbers_of_the_template() {
    let stack = stack(&[]).unwrap();
    assert_eq!((stack.queue.batch_size, stack.queue.max_receives), (10, 3));
    assert_eq!(stack.queue.visibility, Duration::from_secs(30));
    assert_eq!((stack.stream.table.as_str(), stack.stream.batch_size), ("Connections", 500));
    assert_eq!((stack.stream.retries, stack.stream.bisect), (3, true));
    assert_eq!(stack.sweep_every, Duration::from_secs(60));
    assert_eq!(stack.stage, "prod");
}

#[test]
fn rates_of_every_unit_are_read() {
    assert_eq!(rate("rate(5 minutes)"), Ok(Duration::from_secs(300)));
    assert_eq!(rate("rate(1 hour)"), Ok(Duration::from_secs(3_600)));
    assert!(rate("cron(0 12 * * ? *)").is_err());
    assert!(rate("rate(one minute)").is_err());
}
