//! One setting: what it is called in the three places where it can be given, and what is said about it.

use clap::builder::ValueHint;
use clap::{Arg, ArgAction};

/// What `headcount serve` can be told. All else about a setting follows from this: the flag `--x-y`, the variable
/// `HEADCOUNT_X_Y`, the key `x-y` of the file, the help and the row in the documentation.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The name of the flag and of the key.
    pub(crate) name: &'static str,
    /// What can be given.
    pub(crate) kind: Kind,
    /// What is taken where nothing is given.
    pub(crate) default: Option<&'static str>,
    /// What it does, in a sentence or two without the last full stop.
    pub(crate) help: &'static str,
}

/// What can be given for a setting; the text in most kinds is the placeholder for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One text.
    Text(&'static str),
    /// One whole number.
    Number(&'static str),
    /// One duration.
    Duration,
    /// One number of bytes.
    Size,
    /// The path of a file or directory.
    Path(&'static str),
    /// Any number of texts.
    List(&'static str),
    /// Any number of texts, or of tables where more is to be said.
    Targets(&'static str),
    /// Yes or no.
    Switch,
    /// A secret, from the environment only: other users of a machine can read command lines, and configuration files
    /// are copied around. Each has a brother that names a file.
    Secret,
}

impl Setting {
    /// A setting without a default.
    pub(crate) const fn new(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self { name, kind, default: None, help }
    }

    /// A setting with one.
    pub(crate) const fn with_default(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        help: &'static str,
    ) -> Self {
        Self { name, kind, default: Some(default), help }
    }

    /// The name of the environment variable.
    pub(crate) fn variable(&self) -> String {
        format!("HEADCOUNT_{}", self.name.replace('-', "_").to_ascii_uppercase())
    }

    /// The flag. Values are taken as they are, so that what is wrong with them is said together with all the rest.
    pub(crate) fn arg(&self, heading: &'static str) -> Arg {
        let help = match self.default {
            Some(default) => format!("{} [default: {default}]", self.help),
            None => self.help.to_owned(),
        };
        let arg = Arg::new(self.name).long(self.name).help(help).help_heading(heading);
        match self.kind {
            Kind::Text(value) | Kind::Number(value) => arg.value_name(value),
            Kind::Duration => arg.value_name("DURATION"),
            Kind::Size => arg.value_name("SIZE"),
            Kind::Path(value) => arg.value_name(value).value_hint(ValueHint::AnyPath),
            Kind::List(value) => arg.value_name(value).value_delimiter(',').action(ArgAction::Append),
            Kind::Targets(value) => arg.value_name(value).action(ArgAction::Append),
            Kind::Switch => arg
                .value_name("true|false")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true"),
            Kind::Secret => arg.value_name("SECRET").hide(true),
        }
    }
}
