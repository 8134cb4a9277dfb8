//! The functions: one binary, its settings, its log.

use crate::FUNCTION;
use crate::template::{Template, members};
use serde_json::{Value, json};

/// What differs from two functions of one binary on arm64.
pub(crate) fn binary(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    if template.at("/Parameters/Architecture/Default") != "arm64" {
        problems.push("the default is not arm64".to_owned());
    }
    let wanted = [
        ("Runtime", json!("provided.al2023")),
        ("Handler", json!("bootstrap")),
        ("Architectures", json!([{ "Ref": "Architecture" }])),
        ("MemorySize", json!(256)),
        ("Timeout", json!(5)),
        ("CodeUri", json!({ "Bucket": { "Ref": "CodeBucket" }, "Key": { "Ref": "CodeKey" } })),
    ];
    let functions: Vec<_> = template.all(FUNCTION).collect();
    if functions.len() != 2 {
        problems.push(format!("{} functions, not two", functions.len()));
    }
    for function in functions {
        let other = wanted.iter().filter(|(name, value)| function.property(name) != value);
        problems.extend(other.map(|(name, _)| format!("{} has another {name}", function.id)));
        problems.extend(log(template, function.property("LoggingConfig"), function.id));
    }
    problems
}

/// A log that is deleted some day, and whose lines are not wrapped: metrics are lines of bare JSON.
fn log(template: &Template, config: &Value, function: &str) -> Option<String> {
    let group = template.referred(&config["LogGroup"]);
    let ends = group.is_some_and(|group| !group.property("RetentionInDays").is_null());
    (!ends || !config["LogFormat"].is_null())
        .then(|| format!("{function} has no log that ends, or a wrapped one"))
}

/// Variables whose names nobody knows.
pub(crate) fn unknown_variables(template: &Template, known: &[String]) -> Vec<String> {
    let shared = members(template.at("/Globals/Function/Environment/Variables")).map(|(name, _)| name);
    let own = template
        .all(FUNCTION)
        .flat_map(|it| members(it.property("Environment/Variables")).map(|(name, _)| name));
    let unknown = shared.chain(own).filter(|name| !known.iter().any(|it| it == name));
    unknown.map(|name| format!("nobody knows the variable {name}")).collect()
}

/// Parameters that both templates have and describe differently.
pub(crate) fn different_parameters(one: &Template, other: &Template) -> Vec<String> {
    let shared = one.members("/Parameters").filter_map(|(name, it)| {
        let other = other.at("/Parameters").get(name)?;
        (it != other).then(|| format!("{name} differs between the templates"))
    });
    shared.collect()
}

/// Anchors and aliases, which YAML has and CloudFormation refuses.
pub(crate) fn aliases(template: &Template) -> Vec<String> {
    let lines = template.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#'));
    let alias = |word: &str| {
        let name = word.strip_prefix(['&', '*']);
        name.is_some_and(|name| name.starts_with(|it: char| it.is_ascii_alphanumeric()))
    };
    let found = lines.filter(|(_, line)| line.split([' ', '[', '{', ',']).any(alias));
    found.map(|(at, _)| format!("line {} has an anchor or an alias", at + 1)).collect()
}
