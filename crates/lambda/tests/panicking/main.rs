//! A panic ends one invocation, or one part of it, and never the function.
//!
//! Nothing that the `bootstrap` can be sent makes it panic, and it has no door through which a test could. So the test
//! starts itself as a second process, which is a function as the `bootstrap` is one, of the same parts of this crate,
//! but over a store and a clock that panic. To be that process it needs a `main` of its own; for the rest it answers
//! to test runners as any test does.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

mod function;
#[path = "../end_to_end/runtime_api.rs"]
mod runtime_api;

use function::{BROKEN_INVOCATION, Ending};
use runtime_api::RuntimeApi;
use serde_json::{Value, json};
use std::process::{Command, ExitCode, Stdio};

const NAME: &str = "a_panic_ends_one_invocation_and_never_the_function";
/// The argument of the process that is the function.
const FUNCTION: &str = "--function";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let filters = || arguments.iter().filter(|argument| !argument.starts_with('-'));
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if has(FUNCTION) {
        return function::serve();
    }
    if has("--list") {
        if !has("--ignored") {
            println!("{NAME}: test");
        }
    } else if filters().next().is_none() || filters().any(|filter| NAME.contains(filter.as_str())) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(a_panic_ends_one_invocation_and_never_the_function());
        println!("test {NAME} ... ok");
    }
    ExitCode::SUCCESS
}

fn message(connection: &str, message: &Value) -> Value {
    let context = json!({ "eventType": "MESSAGE", "connectionId": connection });
    json!({ "requestContext": context, "body": message.to_string() })
}

fn body(returned: &Value) -> Value {
    serde_json::from_str(returned["body"].as_str().unwrap()).unwrap()
}

/// A change of a row of `session`, as the stream tells it.
fn change(session: &str) -> Value {
    let row = json!({
        "connectionId": { "S": "A=" }, "sessionId": { "S": session }, "role": { "S": "listener" },
        "targetLanguage": { "S": "es" },
    });
    let change = json!({ "SequenceNumber": "7", "NewImage": row });
    json!({ "Records": [{ "eventSource": "aws:dynamodb", "dynamodb": change }] })
}

async fn a_panic_ends_one_invocation_and_never_the_function() {
    let api = RuntimeApi::start().await;
    let mut function = Command::new(std::env::current_exe().unwrap());
    function.arg(FUNCTION);
    let function = api.surround(function).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let ending = Ending(Some(function));

    let create = message("S=", &json!({ "action": "createSession", "sourceLanguage": "en" }));
    let created = body(&api.invoke(create.to_string()).await.unwrap());
    let session = created["sessionId"].as_str().unwrap();

    // Every look at the session from here on panics.
    let question = message("S=", &json!({ "action": "getSessionStatus" }));
    let refused = body(&api.invoke(question.to_string()).await.unwrap());
    assert_eq!(refused["code"], "INTERNAL_ERROR", "{refused}");
    assert_eq!(refused["details"]["requestId"].as_str().map(str::len), Some(16));

    let brief = json!({ "v": 1, "work": "brief", "session": session }).to_string();
    let refuse = json!({ "v": 1, "work": "refuse", "connection": "B=", "error": "{}" }).to_string();
    let record = |id: &str, body: String| json!({ "eventSource": "aws:sqs", "messageId": id, "body": body });
    let batch = json!({ "Records": [record("one", brief), record("two", refuse)] });
    let report = api.invoke(batch.to_string()).await.unwrap();
    assert_eq!(report, json!({ "batchItemFailures": [{ "itemIdentifier": "one" }] }));

    let report = api.invoke(change(session).to_string()).await.unwrap();
    assert_eq!(report, json!({ "batchItemFailures": [{ "itemIdentifier": "7" }] }));

    let report = api.invoke(json!({ "source": "aws.events" }).to_string()).await.unwrap();
    assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(0), &json!(1)), "{report}");

    // Outside of what is guarded part by part, the invocation fails; Lambda is told so.
    let heartbeat = message("S=", &json!({ "action": "heartbeat" })).to_string();
    assert_eq!(BROKEN_INVOCATION, 5, "the next one is that");
    let failed = api.invoke(heartbeat.clone()).await.unwrap_err();
    assert!(failed["errorMessage"].as_str().unwrap().contains(function::TOLD), "{failed}");

    let alive = body(&api.invoke(heartbeat).await.unwrap());
    assert_eq!(alive["type"], "heartbeatAck");
    let said = ending.end();
    assert_eq!(said.matches(function::TOLD).count(), 5, "each panic is in the log: {said}");
}
