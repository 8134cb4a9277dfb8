//! What was given for a setting, and where.

use super::Setting;
use std::path::PathBuf;

/// The texts that count for one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// One text, or any number of them for a list.
    pub(crate) values: Vec<String>,
    /// Where they stood.
    pub(crate) source: Source,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// The configuration file.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

impl Source {
    /// What to look for, and where, to change `setting`.
    pub(crate) fn place(&self, setting: &Setting) -> String {
        match self {
            Self::Flag | Self::Default => format!("--{}", setting.name),
            Self::Environment => setting.variable(),
            Self::File(path) => format!("{} in {}", setting.name, path.display()),
        }
    }
}
