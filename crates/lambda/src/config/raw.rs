//! Settings as text, and what is wrong with them.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Reads one setting after the other and collects what is wrong. An empty setting says nothing.
pub(super) struct Raw<'a> {
    value: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<String>,
}

impl<'a> Raw<'a> {
    pub(super) fn new(value: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { value, problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    pub(super) fn problems(self) -> Vec<String> {
        self.problems
    }

    /// The first of `names` that says something.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        let given = |name: &&str| (self.value)(name).map(|text| text.trim().to_owned());
        names.iter().filter_map(given).find(|text| !text.is_empty())
    }

    /// As [`Self::text`], where one of them has to.
    pub(super) fn required(&mut self, names: &[&str]) -> String {
        let text = self.text(names);
        if text.is_none() {
            self.problem(format!("{} is required", names.join(" or ")));
        }
        text.unwrap_or_default()
    }

    /// A whole number within `range`.
    pub(super) fn number<N>(&mut self, name: &str, default: N, range: RangeInclusive<N>) -> N
    where
        N: FromStr + PartialOrd + Display + Copy,
    {
        let Some(text) = self.text(&[name]) else { return default };
        match text.parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.problem(format!("{name} must be {} to {}, not {text}", range.start(), range.end()));
                default
            }
        }
    }

    /// One of `choices`; the first, where nothing is said.
    pub(super) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T); 2]) -> T {
        let [first, second] = choices;
        match self.text(&[name]) {
            None => first.1,
            Some(text) if text == first.0 => first.1,
            Some(text) if text == second.0 => second.1,
            Some(text) => {
                self.problem(format!("{name} must be {} or {}, not {text}", first.0, second.0));
                first.1
            }
        }
    }

    /// Values with commas between them.
    pub(super) fn list<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let text = self.text(&[name]).unwrap_or_default();
        let mut values = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match read(part) {
                Ok(value) => values.push(value),
                Err(problem) => self.problem(format!("{name}: {part} {problem}")),
            }
        }
        values
    }
}
