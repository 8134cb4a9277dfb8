//! The golden samples of the protocol, with what differs from run to run filled in.

use std::fmt::Display;

/// Members whose values no test can know. Whatever the server wrote is filled in; everything around it, and that it is
/// a string or a whole number as in the sample, must be the same to the byte.
const VARYING: [&str; 13] = [
    "sessionId",
    "connectionId",
    "newConnectionId",
    "speakerToken",
    "resumeToken",
    "createdAt",
    "updatedAt",
    "expiresAt",
    "lastStateChange",
    "timestamp",
    "sessionDuration",
    "pauseDuration",
    "refreshBy",
];

/// The bytes of one sample.
pub(crate) struct Sample(String);

impl Sample {
    /// A sample by its path without the suffix, such as `server/sessionJoined`.
    pub(crate) fn of(name: &str) -> Self {
        let path = format!("{}/../protocol/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
        Self(std::fs::read_to_string(path).unwrap().trim_end().to_owned())
    }

    /// The same with another value of `member`, written as JSON.
    pub(crate) fn with(mut self, member: &str, value: impl Display) -> Self {
        let (start, end) = value_of(&self.0, member).expect(member);
        self.0.replace_range(start..end, &value.to_string());
        self
    }

    /// The same with another text in `member`.
    pub(crate) fn with_text(self, member: &str, text: &str) -> Self {
        self.with(member, format_args!("\"{text}\""))
    }

    /// As it is.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Compares what the server wrote with it, to the byte.
    pub(crate) fn is(mut self, actual: &str) {
        for member in VARYING {
            let (Some(own), Some(other)) = (value_of(&self.0, member), value_of(actual, member)) else {
                continue;
            };
            let filled = &actual[other.0..other.1];
            assert_eq!(kind(&self.0[own.0..own.1]), kind(filled), "{member} in {actual}");
            self.0.replace_range(own.0..own.1, filled);
        }
        assert_eq!(self.0, actual);
    }
}

/// Where the value of the first member of that name is. Enough for numbers, for strings without escapes, and for
/// objects of such.
fn value_of(json: &str, member: &str) -> Option<(usize, usize)> {
    let name = format!("\"{member}\":");
    let start = json.find(&name)? + name.len();
    let rest = &json[start..];
    let length = match rest.as_bytes().first()? {
        b'"' => rest[1..].find('"')? + 2,
        b'{' => rest.find('}')? + 1,
        _ => rest.find([',', '}', ']'])?,
    };
    Some((start, start + length))
}

fn kind(value: &str) -> &'static str {
    if value.starts_with('"') {
        "text"
    } else if value.parse::<u64>().is_ok() {
        "whole number"
    } else {
        "something else"
    }
}
