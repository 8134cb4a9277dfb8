//! One definition of the schemas, as people read it.

use maud::{Markup, html};
use serde_json::Value;

/// The definition `name` with its members, if it has any.
pub(super) fn shape(name: &str, schema: &Value) -> Markup {
    html! {
        h3 #(name) { code { (name) } }
        p { (prose(about(schema))) " " span.quiet { (kind(schema)) } }
        @if schema["properties"].is_object() { (members(schema)) }
    }
}

fn members(schema: &Value) -> Markup {
    html! {
        table {
            tbody {
                @for (member, described) in schema["properties"].as_object().into_iter().flatten() {
                    tr {
                        td { code { (member) } @if !is_required(schema, member) { span.quiet { " optional" } } }
                        td {
                            span.quiet { (kind(described)) } " " (prose(about(described)))
                            @if described["properties"].is_object() { (members(described)) }
                        }
                    }
                }
            }
        }
    }
}

/// Text in which names are between backticks.
pub(super) fn prose(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn about(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

fn is_required(schema: &Value, member: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|name| name == member))
}

/// What a value is, in a few words.
fn kind(schema: &Value) -> Markup {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    html! {
        @if let Some(target) = schema["$ref"].as_str() {
            a href=(target) { code { (target.trim_start_matches('#')) } }
        } @else if let Some(names) = schema["enum"].as_array() {
            @for (at, name) in names.iter().enumerate() { @if at > 0 { ", " } code { (text(name)) } }
        } @else if !schema["const"].is_null() {
            code { (text(&schema["const"])) }
        } @else if schema["type"] == "array" {
            "array" @if schema["items"]["type"] != "array" { " of " (kind(&schema["items"])) }
        } @else if let Some(types) = schema["type"].as_array() {
            (types.iter().map(text).collect::<Vec<_>>().join(" or "))
        } @else {
            (schema["type"].as_str().unwrap_or_default())
        }
    }
}
