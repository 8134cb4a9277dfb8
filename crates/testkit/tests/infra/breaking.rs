//! Proof that the checks find what they look for: a template broken in one place.

use crate::template::Template;
use crate::{INDEXES, TABLES, access, alarms, all_routes, functions, routes, wakers};

/// Breaks `template` by putting `other` in place of `piece`, and sees that `check` says `problem`.
#[track_caller]
fn found(
    template: &Template,
    (piece, other): (&str, &str),
    check: impl Fn(&Template) -> Vec<String>,
    problem: &str,
) {
    let problems = check(&template.with(piece, other));
    assert!(problems.iter().any(|it| it.contains(problem)), "not found: {problem:?}, but {problems:?}");
}

#[test]
fn a_route_that_cannot_answer_is_found() {
    let keys = |it: &Template| routes::route_keys(it, &all_routes());
    let green = Template::green();
    found(&green, ("RouteKey: setVolume", "RouteKey: setVolum"), keys, "no route for setVolume");
    found(&green, ("RouteKey: setVolume", "RouteKey: setVolum"), keys, "setVolum has no meaning");
    let reply = "RouteId: !Ref SetVolumeRoute\n      RouteResponseKey: $default";
    let other = "RouteId: !Ref DefaultRoute\n      RouteResponseKey: $default";
    found(&green, (reply, other), routes::unanswered, "SetVolumeRoute has no RouteResponse");
    let selects = "RouteResponseSelectionExpression: $default\n  SetVolumeReply";
    found(
        &green,
        (selects, "OperationName: x\n  SetVolumeReply"),
        routes::unanswered,
        "SetVolumeRoute selects",
    );
    found(&green, ("IntegrationMethod: POST", "IntegrationMethod: GET"), routes::integrations, "use POST");
    found(
        &green,
        ("TimeoutInMillis: 6000", "TimeoutInMillis: 5000"),
        routes::integrations,
        "gives up before",
    );
    let principal = ("Principal: apigateway.amazonaws.com", "Principal: events.amazonaws.com");
    found(&green, principal, routes::integrations, "may not call");
    let brown = Template::brown();
    found(&brown, ("    Condition: RouteAnswers\n", ""), routes::unanswered, "has no RouteResponse");
}

#[test]
fn what_does_not_wake_is_found() {
    let green = Template::green();
    for template in [&green, &Template::brown()] {
        found(template, ("rate(1 minute)", "rate(5 minutes)"), wakers::rule, "does not sweep");
        found(template, ("State: ENABLED", "State: DISABLED"), wakers::rule, "does not sweep");
        found(template, ("Type: Schedule", "Type: ScheduleV2"), wakers::rule, "0 rules");
        found(template, ("Type: Schedule", "Type: ScheduleV2"), wakers::rule, "woken by ScheduleV2");
    }
    found(
        &green,
        ("WAKE_QUEUE_URL: !Ref Wakes", "WAKE_QUEUE_URL: !Ref DeadLetters"),
        wakers::queue,
        "send to",
    );
    found(&green, ("VisibilityTimeout: 30", "VisibilityTimeout: 29"), wakers::queue, "shows a message again");
    found(&green, ("MessageRetentionPeriod: 1800", "MessageRetentionPeriod: 900"), wakers::queue, "forgets");
    found(&green, ("deadLetterTargetArn: !GetAtt DeadLetters.Arn", "x: y"), wakers::queue, "no dead letters");
    let whole = ("FunctionResponseTypes: [ReportBatchItemFailures]", "X: y");
    for template in [green, Template::brown()] {
        found(&template, whole, wakers::queue, "whole batch");
        found(&template, whole, wakers::stream, "whole batch");
        let bisect = ("BisectBatchOnFunctionError: true", "BisectBatchOnFunctionError: false");
        found(&template, bisect, wakers::stream, "does not bisect");
        found(&template, ("MaximumRecordAgeInSeconds", "X"), wakers::stream, "for ever");
        found(&template, ("Destination: !GetAtt DeadLetters.Arn", "X: y"), wakers::stream, "no dead letters");
    }
    let tries = ("MaximumRetryAttempts: 3", "MaximumRetryAttempts: -1");
    found(&Template::green(), tries, wakers::stream, "for ever");
    for choice in ["[CountersCount, -1, 3]", "[CountersCount, 1000, -1]"] {
        let tries = ("[CountersCount, 1000, 3]", choice);
        found(&Template::brown(), tries, wakers::stream, "for ever");
    }
}

#[test]
fn another_table_is_found() {
    let tables = |it: &Template| wakers::tables(it, &TABLES);
    let indexes = |it: &Template| wakers::indexes(it, &INDEXES);
    let green = Template::green();
    found(&green, ("  SessionStatus:\n", "  Ledger:\n"), tables, "no table SessionStatus");
    found(
        &green,
        ("{ AttributeName: sk, KeyType: RANGE }", "{ AttributeName: s, KeyType: RANGE }"),
        tables,
        "keys",
    );
    found(
        &green,
        ("{ AttributeName: ttl, Enabled: true }", "{ AttributeName: exp, Enabled: true }"),
        tables,
        "ttl",
    );
    found(&green, ("BillingMode: PAY_PER_REQUEST", "BillingMode: PROVISIONED"), tables, "capacity");
    found(&green, ("BillingMode: PAY_PER_REQUEST", "TableName: Sessions"), tables, "fixed name");
    found(
        &green,
        ("AttributeName: activeShard, KeyType", "AttributeName: shard, KeyType"),
        indexes,
        "activeShard",
    );
    found(
        &green,
        ("IndexName: sessionId-targetLanguage-index", "IndexName: x"),
        indexes,
        "targetLanguage-index",
    );
    found(&green, ("NEW_AND_OLD_IMAGES", "NEW_IMAGE"), indexes, "no stream");
}

#[test]
fn a_right_too_many_is_found() {
    let green = Template::green();
    found(&green, ("- dynamodb:GetItem", "- dynamodb:*"), access::wide, "allows dynamodb:*");
    found(&green, ("Resource: !GetAtt Wakes.Arn", "Resource: \"*\""), access::wide, "everywhere");
    found(&green, ("- dynamodb:GetItem", "- cloudwatch:PutMetricData"), access::wide, "PutMetricData");
    found(&green, ("Role: !GetAtt UpdatesRole.Arn", "MemorySize: 256"), access::wide, "made by SAM");
    let managed =
        ("ManagedPolicyArns: [!Ref DataAccess]", "ManagedPolicyArns: [arn:aws:iam::aws:policy/Admin]");
    found(&green, managed, access::wide, "not written here");
    found(&green, ("- dynamodb:GetItem", "- dynamodb:Scan"), |it| access::scans(it, None), "allows Scan");

    let store = |it: &Template| access::unlike_the_store(it, "client.query() client.put_item()");
    found(&green, ("- dynamodb:PutItem", "- dynamodb:GetItem"), store, "may not use dynamodb:PutItem");
    found(&green, ("x", "x"), store, "no use for dynamodb:DeleteItem");

    let methods = |it: &Template| access::connections(it, &["POST"]);
    found(&green, ("x", "x"), methods, "DELETE/@connections");
    let brown = Template::brown();
    found(&brown, ("/POST/@connections/*", "/*"), methods, "can be reached by");
    found(&brown, ("/POST/@connections/*", "/*"), methods, "cannot be reached with POST");
    let scans = |it: &Template| access::scans(it, Some("SessionsAreScanned"));
    found(&brown, ("    Condition: SessionsAreScanned\n", ""), scans, "ScanAccess allows Scan");
    let others =
        |it: &Template| access::changes_of_others(it, &["SessionsTableName", "ConnectionsTableName"]);
    let widened = "[sessionId, speakerConnectionId, status]";
    found(&brown, ("[sessionId, speakerConnectionId]", widened), others, "allows dynamodb:UpdateItem");
    found(
        &brown,
        ("Action: dynamodb:UpdateItem", "Action: dynamodb:PutItem"),
        others,
        "allows dynamodb:PutItem",
    );
}

#[test]
fn another_function_is_found() {
    let green = Template::green();
    found(&green, ("Default: arm64", "Default: x86_64"), functions::binary, "not arm64");
    found(
        &green,
        ("Runtime: provided.al2023", "Runtime: provided.al2"),
        functions::binary,
        "another Runtime",
    );
    found(&green, ("Role: !GetAtt UpdatesRole.Arn", "Timeout: 60"), functions::binary, "another Timeout");
    found(&green, ("{ LogGroup: !Ref UpdatesLog }", "{ LogFormat: JSON }"), functions::binary, "no log");
    found(&green, ("RetentionInDays: !Ref LogRetentionDays", "X: y"), functions::binary, "no log");
    let known = |it: &Template| functions::unknown_variables(it, &["REPLY_MODE".to_owned()]);
    found(&green, ("STATUS_CACHE_MS", "CACHE_MS"), known, "the variable CACHE_MS");
    found(&green, ("SqsManagedSseEnabled: true", "X: &y true"), functions::aliases, "anchor");
    let differs = |it: &Template| functions::different_parameters(it, &Template::brown());
    found(
        &green,
        ("Default: 30\n    MinValue: 5", "Default: 31\n    MinValue: 5"),
        differs,
        "UpdateIntervalSeconds",
    );
}

#[test]
fn a_silent_alarm_is_found() {
    let green = Template::green();
    found(&green, ("MetricName: IteratorAge", "MetricName: Duration"), alarms::check, "IteratorAge");
    found(&green, ("AlarmActions: !If", "Actions: !If"), alarms::check, "nobody hears");
    found(&green, ("ExtendedStatistic: p95", "ExtendedStatistic: p50"), alarms::check, "p95");
    found(&green, ("Name: service,", "Name: Service,"), alarms::check, "other dimensions");
    found(&green, ("Value: uncertain", "Value: gone"), alarms::check, "client that is gone");
    found(
        &green,
        ("MetricName: StatusQueryLatency", "MetricName: Latency"),
        alarms::unwritten,
        "writes Latency",
    );
}
