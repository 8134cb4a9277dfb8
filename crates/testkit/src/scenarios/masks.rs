//! What differs from run to run, given names that do not: ids, tokens and times.

use serde_json::{Map, Value};

/// Members that hold a name nobody can guess, and what it is a name of.
const NAMES: [(&str, &str); 7] = [
    ("sessionId", "session"),
    ("connectionId", "connection"),
    ("newConnectionId", "connection"),
    ("speakerToken", "speaker token"),
    ("resumeToken", "resume token"),
    ("login", "login"),
    ("requestId", "request"),
];

/// Members that hold a moment or a length of time, whole numbers all of them, and what stands for it.
const TIMES: [(&str, &str); 10] = [
    ("timestamp", "a time"),
    ("createdAt", "a time"),
    ("expiresAt", "a time"),
    ("lastStateChange", "a time"),
    ("peakAt", "a time"),
    ("asOf", "a time"),
    ("refreshBy", "a time"),
    ("sessionDuration", "seconds"),
    ("pauseDuration", "milliseconds"),
    // How often a claim was tried over is nobody's business.
    ("revision", "a number"),
];

/// The names that are known so far, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Masks(Vec<Name>);

#[derive(Debug)]
struct Name {
    kind: &'static str,
    value: String,
    mask: String,
}

impl Masks {
    /// Learns the names that a message of the service brings.
    pub(super) fn learn(&mut self, message: &Value) {
        for (member, kind) in NAMES {
            if let Some(value) = message[member].as_str() {
                self.learn_one(kind, value);
            }
        }
    }

    fn learn_one(&mut self, kind: &'static str, value: &str) {
        if !self.0.iter().any(|name| name.value == value) {
            let number = self.0.iter().filter(|name| name.kind == kind).count() + 1;
            self.0.push(Name { kind, value: value.to_owned(), mask: format!("{kind} {number}") });
        }
    }

    /// `value` with masks for all that differs from run to run.
    pub(super) fn apply(&self, value: &Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(self.members(members)),
            Value::Array(items) => items.iter().map(|item| self.apply(item)).collect(),
            Value::String(text) => Value::String(self.text(text)),
            other => other.clone(),
        }
    }

    fn members(&self, members: &Map<String, Value>) -> Map<String, Value> {
        let masked = members.iter().map(|(member, value)| {
            let masked = time(member, value).or_else(|| trend(member, value));
            (member.clone(), masked.unwrap_or_else(|| self.apply(value)))
        });
        masked.collect()
    }

    /// `text` with every name in it masked.
    pub(super) fn text(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, name| text.replace(&name.value, &format!("<{}>", name.mask)))
    }
}

/// What stands for a time. One that is no whole number stays as it is, and is found by the comparison.
fn time(member: &str, value: &Value) -> Option<Value> {
    let (_, mask) = TIMES.iter().find(|(name, _)| *name == member)?;
    value.as_u64().map(|_| format!("<{mask}>").into())
}

/// What stands for a course of the count: pairs of a time and a count. Which moments it has is a matter of timing.
fn trend(member: &str, value: &Value) -> Option<Value> {
    let is_pair = |point: &Value| {
        point.as_array().is_some_and(|pair| pair.len() == 2 && pair.iter().all(Value::is_u64))
    };
    let points = value.as_array().filter(|_| member == "trend")?;
    points.iter().all(is_pair).then(|| "<times and counts>".into())
}

#[cfg(test)]
mod tests;
