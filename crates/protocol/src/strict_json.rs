//! Reads one JSON object from a stranger: UTF-8, no deeper than 32, no member twice, nothing after it.

use crate::ProtocolError;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

#[cfg(test)]
mod tests;

/// How deeply arrays and objects may be nested; the object itself is the first level.
const MAX_DEPTH: usize = 32;

/// The members of the object that `bytes` holds.
///
/// # Errors
/// `INVALID_MESSAGE`, if it is anything else. A number too large for 64-bit floating point counts as that.
pub(crate) fn object(bytes: &[u8]) -> Result<Map<String, Value>, ProtocolError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| ProtocolError::invalid_message("Not UTF-8: send a JSON object in UTF-8"))?;
    // Asked before parsing, because the parser recurses.
    if nesting_exceeds(text, MAX_DEPTH) {
        let message = format!("Nested too deeply: at most {MAX_DEPTH} levels are read");
        return Err(ProtocolError::invalid_message(message));
    }
    match parse(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(ProtocolError::invalid_message("Not an object: send a JSON object")),
        Err(error) => Err(explain(&error)),
    }
}

fn parse(text: &str) -> serde_json::Result<Value> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = UniqueMembers.deserialize(&mut parser)?;
    parser.end()?;
    Ok(value)
}

/// The parser's own words may quote what was sent at any length, so only the place is taken from them.
fn explain(error: &serde_json::Error) -> ProtocolError {
    let problem = if error.is_data() { "A member is there twice" } else { "Not valid JSON" };
    let (line, column) = (error.line(), error.column());
    ProtocolError::invalid_message(format!("{problem} (line {line}, column {column}): send a JSON object"))
}

/// Whether brackets are ever more than `limit` deep, looking at as much of `text` as a parser would.
fn nesting_exceeds(text: &str, limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Builds a [`Value`], refusing what [`Value`]'s own reader lets pass: a member given twice.
#[derive(Clone, Copy)]
struct UniqueMembers;

impl<'de> DeserializeSeed<'de> for UniqueMembers {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueMembers {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated members")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is there twice"));
            }
        }
        Ok(map.into())
    }
}
