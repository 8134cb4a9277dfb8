//! The first stage: which text counts for each setting, and where it stood.

use super::file::FileSettings;
use super::settings::all;
use super::{Flags, Given, Kind, Problem, Setting, Source};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// Everything that was given, flag over environment over file over default, unjudged.
#[derive(Debug)]
pub(crate) struct RawConfig {
    /// By the name of the setting; one that has no default and was not given is not there.
    pub(super) given: BTreeMap<&'static str, Given>,
    /// What was wrong with the way it was given.
    pub(super) problems: Vec<Problem>,
}

impl RawConfig {
    /// Lays `flags` over `environment`, the file that either of them names, and the defaults.
    pub(crate) fn gather(flags: Flags, environment: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let mut problems = Vec::new();
        let path = flags.file.or_else(|| {
            let named = environment("HEADCOUNT_CONFIG").filter(|path| !path.is_empty());
            named.map(PathBuf::from)
        });
        let mut file = path.as_deref().map(FileSettings::read).unwrap_or_default();
        problems.append(&mut file.problems);

        let mut from_flags = flags.values;
        let mut given = BTreeMap::new();
        for setting in all() {
            let flag = from_flags.remove(setting.name).filter(|_| may_be_flag(setting, &mut problems));
            let variable = variable(setting, environment, &mut problems);
            let key = file.values.remove(setting.name);
            let default = setting.default.map(|text| vec![text.to_owned()]);
            let layers = [
                (flag, Source::Flag),
                (variable, Source::Environment),
                (key, Source::File(path.clone().unwrap_or_default())),
                (default, Source::Default),
            ];
            let strongest =
                layers.into_iter().find_map(|(values, source)| Some(Given { values: values?, source }));
            if let Some(strongest) = strongest {
                given.insert(setting.name, strongest);
            }
        }
        Self { given, problems }
    }
}

/// A secret on the command line is already seen; it is refused so that nobody makes a habit of it.
fn may_be_flag(setting: &Setting, problems: &mut Vec<Problem>) -> bool {
    let is_secret = setting.kind == Kind::Secret;
    if is_secret {
        problems.push(Problem::new(
            format!("--{}", setting.name),
            format!(
                "other users of this machine can read command lines, so take another secret and name a file with \
                 --{}-file or set {}",
                setting.name,
                setting.variable()
            ),
        ));
    }
    !is_secret
}

/// What the environment says. An empty variable says nothing, since many tools cannot leave one out.
fn variable(
    setting: &Setting,
    environment: &dyn Fn(&str) -> Option<OsString>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<String>> {
    let name = setting.variable();
    match environment(&name)?.into_string() {
        Ok(text) if text.is_empty() => None,
        Ok(text) if matches!(setting.kind, Kind::List(_)) => {
            Some(text.split(',').map(|part| part.trim().to_owned()).collect())
        }
        // No URL has a space in it, and no table is written into a variable.
        Ok(text) if matches!(setting.kind, Kind::Targets(_)) => {
            Some(text.split_whitespace().map(str::to_owned).collect())
        }
        Ok(text) => Some(vec![text]),
        Err(_) => {
            problems.push(Problem::new(name, "is not UTF-8"));
            None
        }
    }
}
