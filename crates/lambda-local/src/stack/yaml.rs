//! YAML with CloudFormation's tags as JSON in its long form: `!Ref X` is `{"Ref": "X"}`, `!GetAtt A.B` is
//! `{"Fn::GetAtt": ["A", "B"]}`, and any other `!F x` is `{"Fn::F": x}`.

use super::TemplateError;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// Reads one document.
pub(super) fn read(text: &str) -> Result<Value, TemplateError> {
    let documents = Yaml::load_from_str(text).map_err(|error| TemplateError(error.to_string()))?;
    let document = documents.first().ok_or_else(|| TemplateError("it is empty".to_owned()))?;
    json_of(document)
}

fn json_of(node: &Yaml<'_>) -> Result<Value, TemplateError> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(it)) => json!(it),
        Yaml::Value(Scalar::Integer(it)) => json!(it),
        Yaml::Value(Scalar::FloatingPoint(it)) => json!(it.into_inner()),
        Yaml::Value(Scalar::String(it)) => json!(it),
        Yaml::Sequence(elements) => Value::Array(elements.iter().map(json_of).collect::<Result<_, _>>()?),
        Yaml::Mapping(members) => {
            let member = |(name, value): (&Yaml<'_>, &Yaml<'_>)| match name.as_str() {
                Some(name) => Ok((name.to_owned(), json_of(value)?)),
                None => Err(TemplateError("the name of a member is no text".to_owned())),
            };
            Value::Object(members.iter().map(member).collect::<Result<_, _>>()?)
        }
        Yaml::Tagged(tag, tagged) => function(&tag.suffix, json_of(tagged)?),
        other => return Err(TemplateError(format!("{other:?} was not expected"))),
    })
}

fn function(name: &str, argument: Value) -> Value {
    let (name, argument) = match (name, &argument) {
        ("Ref" | "Condition", _) => (name.to_owned(), argument),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((path, ""));
            ("Fn::GetAtt".to_owned(), json!([resource, attribute]))
        }
        _ => (format!("Fn::{name}"), argument),
    };
    Value::Object(Map::from_iter([(name, argument)]))
}
