//! Showing the configuration that is in force: TOML that could be fed back, each line with where it comes from.

use super::settings::GROUPS;
use super::settings::access::METRICS;
use super::settings::limits::MAX_CONNECTIONS;
use super::{Checked, Given, Kind, RawConfig, Setting, Source};
use headcount_server::MetricsAccess;
use std::fmt::Write;
use toml::Value;

/// Where the comments begin, so that they stand in a column.
const COLUMN: usize = 44;

impl RawConfig {
    /// The configuration as `--check` prints it, once it is `checked`. Secrets are neither shown nor fed back, since no
    /// file may hold one: they, and what is not set, are comments.
    pub(crate) fn show(&self, checked: &Checked) -> String {
        let mut text = String::from("# What `headcount serve` runs with.\n");
        for group in GROUPS {
            let _ = write!(text, "\n# {}\n", group.title);
            for setting in group.settings {
                text.push_str(&line(setting, self.given.get(setting.name), checked));
            }
        }
        text
    }
}

fn line(setting: &Setting, given: Option<&Given>, checked: &Checked) -> String {
    let name = setting.name;
    match given {
        // The one setting without a default of its own that still has a value.
        None if name == METRICS.name => {
            let access = match checked.config.metrics {
                MetricsAccess::Open => "open",
                MetricsAccess::Operator => "operator",
                MetricsAccess::Off => "off",
            };
            format!("# {name} is not set, so it is {access}\n")
        }
        None => format!("# {name} is not set\n"),
        // The one default that gives way to the system.
        Some(given) if name == MAX_CONNECTIONS.name && given.source == Source::Default => {
            let in_force = checked.config.quotas.max_connections.to_string();
            let whence =
                if given.values[..] == [in_force.as_str()] { "default" } else { "as open files allow" };
            commented(&format!("{name} = {in_force}"), whence)
        }
        Some(given) if setting.kind == Kind::Secret => {
            commented(&format!("# {name} = \"…\""), &source(setting, &given.source))
        }
        Some(given) => commented(
            &format!("{name} = {}", value(setting.kind, &given.values)),
            &source(setting, &given.source),
        ),
    }
}

fn commented(text: &str, comment: &str) -> String {
    format!("{text:<COLUMN$} # {comment}\n")
}

fn source(setting: &Setting, source: &Source) -> String {
    match source {
        Source::Default => "default".to_owned(),
        Source::File(path) => path.display().to_string(),
        Source::Flag | Source::Environment => source.place(setting),
    }
}

fn value(kind: Kind, values: &[String]) -> Value {
    let first = values.first().cloned().unwrap_or_default();
    let text = Value::String(first.clone());
    match kind {
        Kind::List(_) => Value::Array(values.iter().cloned().map(Value::String).collect()),
        Kind::Targets(_) => Value::Array(values.iter().map(|text| target(text)).collect()),
        Kind::Number(_) | Kind::Size => first.parse().map_or(text, Value::Integer),
        Kind::Switch => Value::Boolean(matches!(first.as_str(), "true" | "1")),
        Kind::Text(_) | Kind::Duration | Kind::Path(_) | Kind::Secret => text,
    }
}

/// A table on one line is one again; anything else is a URL.
fn target(text: &str) -> Value {
    match text.parse::<Value>() {
        Ok(table @ Value::Table(_)) => table,
        _ => Value::String(text.to_owned()),
    }
}
