//! The tables of `docs/configuration.md`, made from the settings, so that the page cannot tell something else.

use super::settings::{GROUPS, Group};
use super::{Kind, Setting};
use std::fmt::Write;

/// All settings as Markdown tables, one a group.
pub(super) fn tables() -> String {
    GROUPS.iter().map(table).collect::<Vec<_>>().join("\n")
}

fn table(group: &Group) -> String {
    let mut text = format!(
        "### {}\n\n| Flag | Environment | Default | What it does |\n|---|---|---|---|\n",
        group.title
    );
    for setting in group.settings {
        let default = setting.default.map(|default| format!("`{default}`")).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | `{}` | {default} | {} |",
            flag(setting),
            setting.variable(),
            setting.help.replace('|', "\\|")
        );
    }
    text
}

fn flag(setting: &Setting) -> String {
    let name = setting.name;
    match setting.kind {
        Kind::Text(value) | Kind::Number(value) | Kind::Path(value) => {
            format!("`--{name} {}`", value.replace('|', "\\|"))
        }
        Kind::List(value) | Kind::Targets(value) => format!("`--{name} {value}` …"),
        Kind::Duration => format!("`--{name} DURATION`"),
        Kind::Size => format!("`--{name} SIZE`"),
        Kind::Switch => format!("`--{name}`"),
        Kind::Secret => "no flag".to_owned(),
    }
}
