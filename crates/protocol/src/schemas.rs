//! The contract for machines: JSON Schemas (draft 2020-12) of every message and every body, in the folder `schemas`.
//!
//! They are written by hand, as messages are read and written by hand, and tests hold them to the samples and to the
//! tables of names. A schema is strict about what the server writes and open about what it reads.

use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// Every file of schemas: its name, by which the others refer to it, and its text.
pub const FILES: [(&str, &str); 5] = [
    ("values.json", include_str!("../schemas/values.json")),
    ("client.json", include_str!("../schemas/client.json")),
    ("server.json", include_str!("../schemas/server.json")),
    ("http.json", include_str!("../schemas/http.json")),
    ("report.json", include_str!("../schemas/report.json")),
];

/// What the file `name` defines; nothing where there is no such file. A message is defined under its
/// `action` or `type`, anything else under a name that begins with a capital letter.
#[must_use]
pub fn defined_in(name: &str) -> Map<String, Value> {
    let text = FILES.into_iter().find(|(file, _)| *file == name).map_or("{}", |(_, text)| text);
    // The files are part of this crate, and a test reads each of them.
    match serde_json::from_str(text).unwrap_or_default() {
        Value::Object(mut schema) => match schema.remove("$defs") {
            Some(Value::Object(definitions)) => definitions,
            _ => Map::new(),
        },
        _ => Map::new(),
    }
}

/// All definitions of all files, for a document that has them at `place`, such as `#/components/schemas/`: whatever
/// refers to another definition refers to it there.
#[must_use]
pub fn definitions(place: &str) -> Map<String, Value> {
    let mut all: Map<_, _> = FILES.into_iter().flat_map(|(file, _)| defined_in(file)).collect();
    all.values_mut().for_each(|schema| move_references(schema, place));
    all
}

fn move_references(schema: &mut Value, place: &str) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), &mut *value) {
                    ("$ref", Value::String(target)) => {
                        let name = target.rsplit('/').next().unwrap_or_default();
                        *target = format!("{place}{name}");
                    }
                    _ => move_references(value, place),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| move_references(item, place)),
        _ => {}
    }
}
