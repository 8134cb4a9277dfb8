//! The command line of `headcount serve`.

use super::settings::{GROUPS, all};
use clap::builder::ValueHint;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use std::collections::BTreeMap;
use std::path::PathBuf;

const CONFIG: &str = "config";
const CHECK: &str = "check";

const ABOUT_SOURCES: &str = "\
Every flag can also stand in the environment (--max-listeners as HEADCOUNT_MAX_LISTENERS, lists with commas) and in
the file of --config, in TOML (max-listeners = 20000). A flag wins over the environment, that over the file.
Secrets are never flags: name a file, or set HEADCOUNT_SPEAKER_SECRET, HEADCOUNT_OPERATOR_TOKEN,
HEADCOUNT_MANAGEMENT_SECRET_ACCESS_KEY or HEADCOUNT_WEBHOOK_SECRET.

Examples:
  headcount serve                                  for this machine alone; anybody on it may speak
  headcount serve --config headcount.toml --check  see what would be in force, and where it comes from
  headcount serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem \\
      --speaker-auth hs256 --speaker-secret-file speaker.key";

/// What stood on the command line, unjudged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// `--config`.
    pub(crate) file: Option<PathBuf>,
    /// `--check`.
    pub(crate) check: bool,
    /// The settings, by name.
    pub(crate) values: BTreeMap<&'static str, Vec<String>>,
}

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(clap::value_parser!(PathBuf))
            .help("Read settings from this TOML file (or that of HEADCOUNT_CONFIG)");
        let check = Arg::new(CHECK)
            .long(CHECK)
            .action(ArgAction::SetTrue)
            .help("Print the configuration that would be in force and where it comes from, and do not serve");
        let settings =
            GROUPS.iter().flat_map(|group| group.settings.iter().map(|setting| setting.arg(group.title)));
        command.arg(file).arg(check).args(settings).after_help(ABOUT_SOURCES)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = all().filter_map(|setting| {
            let given = matches.get_many::<String>(setting.name)?;
            Some((setting.name, given.cloned().collect()))
        });
        Ok(Self {
            file: matches.get_one::<PathBuf>(CONFIG).cloned(),
            check: matches.get_flag(CHECK),
            values: values.collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
