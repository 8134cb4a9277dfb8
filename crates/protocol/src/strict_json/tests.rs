//! What is not a JSON object, in every way the contract names.

use super::*;
use crate::ErrorCode;

fn refusal(bytes: impl AsRef<[u8]>) -> String {
    let error = object(bytes.as_ref()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidMessage);
    error.message().to_owned()
}

#[test]
fn reads_an_object_with_everything_json_has() {
    let text = r#" {"a":null,"b":[true,-1,18446744073709551615,0.5,"ü\n\ud83d\ude00"],"c":{"a":{}}} "#;
    assert_eq!(Value::from(object(text.as_bytes()).unwrap()), text.parse::<Value>().unwrap());
}

#[test]
fn refuses_what_is_not_utf8() {
    assert!(refusal([0x7b, 0xff, 0x7d]).starts_with("Not UTF-8"));
    assert!(refusal(b"{\"action\":\"\xc3\x28\"}").starts_with("Not UTF-8"));
}

#[test]
fn refuses_what_is_not_json() {
    let not_json = [
        "",
        " ",
        "{",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1}{}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-Infinity}",
        "{\"a\":1e999}",
        "{\"a\":-1e999}",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\n\"}",
        "\u{feff}{}",
    ];
    for text in not_json {
        assert!(refusal(text).starts_with("Not valid JSON (line "), "{text}");
    }
}

#[test]
fn refuses_json_that_is_no_object() {
    for text in ["null", "true", "1", "\"{}\"", "[]", "[{\"action\":\"heartbeat\"}]"] {
        assert_eq!(refusal(text), "Not an object: send a JSON object");
    }
}

#[test]
fn refuses_a_member_given_twice_at_any_level() {
    for text in ["{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"x\":[{\"a\":1,\"b\":{},\"a\":null}]}"] {
        assert!(refusal(text).starts_with("A member is there twice (line 1, column "), "{text}");
    }
    assert!(object(b"{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":1}]}").is_ok());
}

#[test]
fn reads_32_levels_and_not_33() {
    let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    assert!(object(nested(32).as_bytes()).is_ok());
    assert!(refusal(nested(33)).starts_with("Nested too deeply"));
}

#[test]
fn a_hundred_thousand_levels_are_refused_without_recursion() {
    for unit in ["[", "{\"a\":", "[{\"a\":["] {
        assert!(refusal(format!("{{\"a\":{}", unit.repeat(100_000))).starts_with("Nested too deeply"));
    }
}

#[test]
fn brackets_in_strings_are_not_nesting() {
    let text = format!(r#"{{"a":"\"{}\\","b":"{}"}}"#, "[{".repeat(100), "{".repeat(100));
    assert!(object(text.as_bytes()).is_ok());
}
