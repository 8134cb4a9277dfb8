//! The files fit together.

use super::*;
use std::collections::BTreeSet;

fn references(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_file_is_a_schema_with_definitions() {
    for (name, text) in FILES {
        let schema: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(schema["title"].is_string(), "{name}");
        assert!(!defined_in(name).is_empty(), "{name}");
        for (definition, schema) in defined_in(name) {
            assert!(schema["description"].is_string(), "{definition}");
        }
    }
    assert!(defined_in("nonsense.json").is_empty());
}

#[test]
fn no_name_is_defined_twice() {
    let apart: usize = FILES.iter().map(|(file, _)| defined_in(file).len()).sum();
    assert_eq!(definitions("#").len(), apart);
}

#[test]
fn references_lead_to_a_definition_in_the_file_that_they_name() {
    for (file, _) in FILES {
        let mut found = BTreeSet::new();
        references(&Value::Object(defined_in(file)), &mut found);
        for reference in found {
            let (other, name) = reference.split_once("#/$defs/").expect(&reference);
            let other = if other.is_empty() { file } else { other };
            assert!(defined_in(other).contains_key(name), "{reference} in {file}");
        }
    }
}

#[test]
fn moved_references_lead_to_the_place() {
    let all = definitions("#/components/schemas/");
    let mut found = BTreeSet::new();
    references(&Value::Object(all.clone()), &mut found);
    assert!(found.contains("#/components/schemas/SessionId"));
    for reference in found {
        let name = reference.strip_prefix("#/components/schemas/").expect(&reference);
        assert!(all.contains_key(name), "{reference}");
    }
}

#[test]
fn every_parameter_of_connecting_is_there() {
    let query = &defined_in("values.json")["ConnectQuery"]["properties"];
    let described: BTreeSet<_> = query.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(described, crate::connect::KNOWN.into());
}
