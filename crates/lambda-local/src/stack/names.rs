//! What `!Ref` and `!Sub` stand for in the stack that is played: parameters, pseudo parameters, resources.

use super::template::{Template, TemplateError};
use serde_json::Value;
use std::collections::HashMap;

/// The name of the stack.
pub(crate) const STACK: &str = "headcount-local";

/// The region that everything claims to be in.
pub(crate) const REGION: &str = "us-east-1";

/// The account of all names, which is nobody's.
pub(crate) const ACCOUNT: &str = "000000000000";

/// A service that events come from, and whose it is there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    Function,
    Queue,
    Rule,
}

/// The Amazon resource name of `name`.
pub(crate) fn arn(source: Source, name: &str) -> String {
    let (service, prefix) = match source {
        Source::Function => ("lambda", "function:"),
        Source::Queue => ("sqs", ""),
        Source::Rule => ("events", "rule/"),
    };
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{prefix}{name}")
}

/// What each name stands for.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// Names for `template`, with `parameters` in place of its defaults.
    pub(super) fn of(
        template: &Template,
        parameters: &[(String, String)],
        queue_url: &str,
    ) -> Result<Self, TemplateError> {
        let mut names: HashMap<String, String> = [
            ("AWS::StackName", STACK),
            ("AWS::Region", REGION),
            ("AWS::AccountId", ACCOUNT),
            ("AWS::Partition", "aws"),
            ("AWS::URLSuffix", "amazonaws.com"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        names.extend(template.ids().map(|id| (id.to_owned(), id.to_owned())));
        names.insert("Wakes".to_owned(), queue_url.to_owned());
        for (name, parameter) in template.members("/Parameters")? {
            // What has no default is about the code's place in a bucket, which is no affair of ours.
            names.insert(name.to_owned(), parameter.get("Default").map(plain).unwrap_or_default());
        }
        for (name, value) in parameters {
            template
                .at(&format!("/Parameters/{name}"))
                .map_err(|_| TemplateError(format!("there is no parameter {name}")))?;
            names.insert(name.clone(), value.clone());
        }
        Ok(Self(names))
    }

    /// The text that `value` stands for.
    pub(super) fn resolved(&self, value: &Value) -> Result<String, TemplateError> {
        match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(plain(value)),
            _ => match (value.get("Ref"), value.get("Fn::Sub")) {
                (Some(Value::String(name)), _) => self.named(name).map(str::to_owned),
                (_, Some(Value::String(text))) => self.substituted(text),
                _ => Err(TemplateError(format!("{value} cannot be resolved here"))),
            },
        }
    }

    fn named(&self, name: &str) -> Result<&str, TemplateError> {
        self.0.get(name).map(String::as_str).ok_or_else(|| TemplateError(format!("nothing is named {name}")))
    }

    fn substituted(&self, text: &str) -> Result<String, TemplateError> {
        let mut parts = text.split("${");
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            whole.push_str(self.named(name)?);
            whole.push_str(rest);
        }
        Ok(whole)
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
