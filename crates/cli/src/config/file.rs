//! The configuration file.

use super::settings::find;
use super::{Kind, Problem, Setting};
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

/// What a file says, and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct FileSettings {
    pub(crate) values: BTreeMap<&'static str, Vec<String>>,
    pub(crate) problems: Vec<Problem>,
}

impl FileSettings {
    /// Reads the file at `path`.
    pub(crate) fn read(path: &Path) -> Self {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(error) => {
                Self::failed(Problem::new(path.display().to_string(), format!("cannot be read: {error}")))
            }
        }
    }

    fn parse(text: &str, path: &Path) -> Self {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                let place = format!("{}:{line}", path.display());
                return Self::failed(Problem::new(place, format!("is not TOML: {}", error.message())));
            }
        };
        let mut found = Self::default();
        for (key, value) in &table {
            match setting(key).and_then(|setting| Ok((setting.name, texts(setting, value)?))) {
                Ok((name, values)) => {
                    found.values.insert(name, values);
                }
                Err(text) => found.problems.push(Problem::new(format!("{key} in {}", path.display()), text)),
            }
        }
        found
    }

    fn failed(problem: Problem) -> Self {
        Self { values: BTreeMap::new(), problems: vec![problem] }
    }
}

/// The setting of that key, if it may stand in a file.
fn setting(key: &str) -> Result<&'static Setting, String> {
    let Some(setting) = find(key) else {
        let dashed = key.replace('_', "-").to_ascii_lowercase();
        return Err(match find(&dashed) {
            Some(meant) => format!("write it as {}", meant.name),
            None => "there is no such setting; `headcount serve --help` shows all".to_owned(),
        });
    };
    match setting.kind {
        Kind::Secret => Err(format!(
            "secrets do not belong into this file, which is copied and shown; set {} or name a file with {}-file",
            setting.variable(),
            setting.name
        )),
        _ => Ok(setting),
    }
}

/// The value as the texts that a flag would have given.
fn texts(setting: &Setting, value: &Value) -> Result<Vec<String>, String> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(on) => Some(on.to_string()),
        Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    };
    match (setting.kind, value) {
        (Kind::List(_), Value::Array(values)) => values.iter().map(one).collect(),
        (Kind::Targets(_), Value::Array(values)) => values.iter().map(one_target).collect(),
        (Kind::Targets(_), value) => one_target(value).map(|text| vec![text]),
        _ => one(value).map(|text| vec![text]),
    }
    .ok_or_else(|| {
        let wanted = match setting.kind {
            Kind::List(_) => "a list of texts, as [\"a\", \"b\"]",
            Kind::Targets(_) => {
                "texts, as [\"https://host/path\"], or tables, as [{ url = \"https://host/path\" }]"
            }
            Kind::Number(_) => "a whole number",
            Kind::Duration => "a duration in quotes, as \"30s\"",
            Kind::Size => "a size in quotes, as \"64KiB\", or a whole number of bytes",
            Kind::Switch => "true or false",
            Kind::Text(_) | Kind::Path(_) | Kind::Secret => "a text in quotes",
        };
        format!("write {wanted}")
    })
}

/// A target as a flag would have named it: its URL, or a table on one line.
fn one_target(value: &Value) -> Option<String> {
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Table(_) => Some(value.to_string()),
        _ => None,
    }
}
