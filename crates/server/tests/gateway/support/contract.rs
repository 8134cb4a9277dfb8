//! Holds what the server says to the schemas that it publishes.

use headcount_protocol::MessageKind;
use headcount_protocol::schemas::definitions;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// What is wrong with a message that a client was sent; `None` if it is as its schema says. What is no message of ours
/// (an operator may post anything) has no schema.
pub(crate) fn problem(text: &str) -> Option<String> {
    let message: Value = serde_json::from_str(text).ok()?;
    let kind = MessageKind::from_name(message["type"].as_str()?)?;
    problem_by(&validator(kind), &message)
}

/// What is wrong with `value`, and what the schema says to it.
pub(crate) fn problem_by(validator: &Validator, value: &Value) -> Option<String> {
    validator.validate(value).err().map(|error| format!("{error} at {} of {value}", error.instance_path()))
}

/// Schemas are compiled when they are first needed, once in the process.
fn validator(kind: MessageKind) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<HashMap<MessageKind, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap();
    Arc::clone(compiled.entry(kind).or_insert_with(|| {
        let schema =
            json!({ "$ref": format!("#/$defs/{}", kind.as_str()), "$defs": definitions("#/$defs/") });
        Arc::new(jsonschema::draft202012::new(&schema).unwrap())
    }))
}
