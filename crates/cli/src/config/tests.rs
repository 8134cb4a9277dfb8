//! Tests of the configuration: what counts, what is refused, what is shown.

mod access;
mod page;
mod rules;
mod sources;
mod store;
mod webhooks;

use super::*;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A command line, an environment and files to try.
struct Trial {
    directory: TempDir,
    environment: BTreeMap<String, OsString>,
}

impl Trial {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), environment: BTreeMap::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file that only its owner can read, and returns its path as a flag takes it.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn set(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    fn gather(&self, line: &[&str]) -> RawConfig {
        RawConfig::gather(flags(line), &|name| self.environment.get(name).cloned())
    }

    fn check(&self, line: &[&str]) -> Checked {
        self.gather(line).check(None).unwrap_or_else(|problems| panic!("{}", Problem::list(&problems)))
    }

    /// The problems, each as its text.
    fn problems(&self, line: &[&str]) -> Vec<String> {
        match self.gather(line).check(None) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The flags of `line`, read as the real command does.
fn flags(line: &[&str]) -> Flags {
    let command = Flags::augment_args(clap::Command::new("serve").no_binary_name(true));
    let matches = command.try_get_matches_from(line).unwrap();
    clap::FromArgMatches::from_arg_matches(&matches).unwrap()
}

#[track_caller]
fn assert_only(problems: &[String], parts: &[&str]) {
    let [only] = problems else { panic!("not one problem: {problems:#?}") };
    for part in parts {
        assert!(only.contains(part), "{only:?} does not say {part:?}");
    }
}
