//! Making values of texts, and collecting what is wrong with them.
//!
//! Every method gives a value even where the text is wrong, so that the reading goes on and finds the next problem;
//! as there is a problem then, nobody will ever use it.

use super::{Given, Problem, RawConfig, Setting, Source};
use crate::args::values;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// Reads the settings of one configuration.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    given: &'a BTreeMap<&'static str, Given>,
    pub(super) problems: Vec<Problem>,
    /// What is allowed but may not be meant.
    pub(super) warnings: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(raw: &'a RawConfig) -> Self {
        Self { given: &raw.given, problems: raw.problems.clone(), warnings: Vec::new() }
    }

    /// The place of `setting` as its author knows it.
    pub(super) fn place(&self, setting: &Setting) -> String {
        self.given.get(setting.name).map_or(&Source::Default, |given| &given.source).place(setting)
    }

    pub(super) fn problem(&mut self, setting: &Setting, text: impl Display) {
        self.problems.push(Problem::new(self.place(setting), text.to_string()));
    }

    pub(super) fn problems(&mut self, setting: &Setting, texts: impl IntoIterator<Item = impl Display>) {
        texts.into_iter().for_each(|text| self.problem(setting, text));
    }

    pub(super) fn warn(&mut self, setting: &Setting, text: impl Display) {
        self.warnings.push(Problem::new(self.place(setting), text.to_string()));
    }

    /// Whether somebody said something about it.
    pub(super) fn is_given(&self, setting: &Setting) -> bool {
        self.given.get(setting.name).is_some_and(|given| given.source != Source::Default)
    }

    /// The text, if there is one.
    pub(super) fn text(&self, setting: &Setting) -> Option<String> {
        self.list(setting).first().cloned()
    }

    /// The texts of a list.
    pub(super) fn list(&self, setting: &Setting) -> Vec<String> {
        self.given.get(setting.name).map(|given| given.values.clone()).unwrap_or_default()
    }

    pub(super) fn path(&self, setting: &Setting) -> Option<PathBuf> {
        self.text(setting).map(PathBuf::from)
    }

    /// What `parse` makes of the text, if there is one and it is right.
    pub(super) fn parsed<T, E: Display>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(setting)?;
        parse(&text).map_err(|error| self.problem(setting, format!("{text:?} is wrong: {error}"))).ok()
    }

    pub(super) fn duration(&mut self, setting: &Setting, range: RangeInclusive<Duration>) -> Duration {
        let parse = |text: &str| {
            let inside = Some(values::duration(text)?).filter(|duration| range.contains(duration));
            inside.ok_or_else(|| format!("it must be from {:?} to {:?}", range.start(), range.end()))
        };
        self.parsed(setting, parse).unwrap_or_default()
    }

    pub(super) fn number<N>(&mut self, setting: &Setting, range: RangeInclusive<N>) -> N
    where
        N: Copy + Default + PartialOrd + Display + TryFrom<u64>,
    {
        let parse = |text: &str| {
            let number: u64 = text.parse().map_err(|_| "write a whole number, 0 or more".to_owned())?;
            // What does not fit into the type is beyond the range too.
            let inside = N::try_from(number).ok().filter(|number| range.contains(number));
            inside.ok_or_else(|| format!("it must be from {} to {}", range.start(), range.end()))
        };
        self.parsed(setting, parse).unwrap_or_default()
    }

    /// A number of bytes, if there is one.
    pub(super) fn size(&mut self, setting: &Setting, range: RangeInclusive<u64>) -> Option<u64> {
        self.parsed(setting, |text| {
            let inside = Some(values::size(text)?).filter(|bytes| range.contains(bytes));
            inside.ok_or_else(|| {
                let (least, most) = (values::size_text(*range.start()), values::size_text(*range.end()));
                format!("it must be from {least} to {most}")
            })
        })
    }

    /// The same where there is a default, for what is kept in memory.
    pub(super) fn length(&mut self, setting: &Setting, range: RangeInclusive<usize>) -> usize {
        let bytes = self.size(setting, *range.start() as u64..=*range.end() as u64);
        bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or_default()
    }

    pub(super) fn choice<T: Copy>(&mut self, setting: &Setting, choices: &[(&str, T)]) -> Option<T> {
        self.parsed(setting, |text| {
            let chosen = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
            chosen.ok_or_else(|| {
                let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
                format!("choose {}", names.join(", "))
            })
        })
    }

    pub(super) fn switch(&mut self, setting: &Setting) -> bool {
        let choices = [("true", true), ("false", false), ("1", true), ("0", false)];
        self.choice(setting, &choices).unwrap_or_default()
    }
}
