//! Rows as another stack writes them.

use serde_json::{Value, json};

/// A session of the past, with a number as some writers have it, that is active in the dialect of `status`.
pub(crate) fn session(name: &str, speaker: &str) -> Value {
    json!({
        "sessionId": { "S": name }, "speakerConnectionId": { "S": speaker }, "sourceLanguage": { "S": "en" },
        "createdAt": { "N": "1.6995E12" }, "expiresAt": { "N": "4102444800" }, "status": { "S": "active" },
    })
}

/// A connection to it: a listener, if it has a language.
pub(crate) fn connection(name: &str, session: &str, language: Option<&str>) -> Value {
    let role = if language.is_some() { "listener" } else { "speaker" };
    let mut item = json!({
        "connectionId": { "S": name }, "sessionId": { "S": session }, "role": { "S": role },
        "connectedAt": { "N": "1699500000000" }, "ttl": { "N": "4102444800" },
    });
    if let Some(language) = language {
        item["targetLanguage"] = json!({ "S": language });
    }
    item
}

/// `item` with other attributes, and without those that are null.
pub(crate) fn with(mut item: Value, changes: Value) -> Value {
    let attributes = item.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap().clone() {
        if value.is_null() {
            attributes.remove(&name)
        } else {
            attributes.insert(name, value)
        };
    }
    item
}
