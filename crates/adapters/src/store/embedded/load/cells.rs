//! The cells of a row, read one after the other: to look each up by its name would take longer than all the rest.

use super::LoadError;
use headcount_core::{Language, Timestamp};
use rusqlite::Row;
use rusqlite::types::FromSql;
use std::collections::{BTreeSet, HashMap};

/// A row and the next column to read.
pub(super) struct Cells<'r> {
    row: &'r Row<'r>,
    next: usize,
    languages: &'r mut Languages,
}

impl<'r> Cells<'r> {
    pub(super) fn of(row: &'r Row<'r>, languages: &'r mut Languages) -> Self {
        Self { row, next: 0, languages }
    }

    /// The next cell as it is.
    pub(super) fn value<T: FromSql>(&mut self) -> Result<T, LoadError> {
        self.next += 1;
        Ok(self.row.get(self.next - 1)?)
    }

    /// The next cell, a text that `parse` understands.
    pub(super) fn parsed<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, LoadError> {
        let value = self.parsed_if_any(parse)?;
        self.sane(value)
    }

    /// The next cell, NULL or a text that `parse` understands.
    pub(super) fn parsed_if_any<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, LoadError> {
        self.next += 1;
        match self.row.get_ref(self.next - 1)?.as_str_or_null() {
            Ok(None) => Ok(None),
            Ok(Some(text)) => self.sane(parse(text)).map(Some),
            Err(_) => self.sane(None),
        }
    }

    /// As [`Self::parsed_if_any`], for a text that has languages in it.
    pub(super) fn tagged_if_any<T>(
        &mut self,
        parse: impl FnOnce(&str, &mut Languages) -> Option<T>,
    ) -> Result<Option<T>, LoadError> {
        self.next += 1;
        match self.row.get_ref(self.next - 1)?.as_str_or_null() {
            Ok(None) => Ok(None),
            Ok(Some(text)) => {
                let parsed = parse(text, self.languages);
                self.sane(parsed).map(Some)
            }
            Err(_) => self.sane(None),
        }
    }

    pub(super) fn number(&mut self) -> Result<u64, LoadError> {
        let number: i64 = self.value()?;
        self.sane(u64::try_from(number).ok())
    }

    pub(super) fn time(&mut self) -> Result<Timestamp, LoadError> {
        self.number().map(Timestamp::from_millis)
    }

    pub(super) fn time_if_any(&mut self) -> Result<Option<Timestamp>, LoadError> {
        let millis: Option<i64> = self.value()?;
        let time = |millis| self.sane(u64::try_from(millis).ok()).map(Timestamp::from_millis);
        millis.map(time).transpose()
    }

    pub(super) fn language(&mut self) -> Result<Language, LoadError> {
        let tag: String = self.value()?;
        let language = self.languages.get(&tag);
        self.sane(language)
    }

    pub(super) fn languages(&mut self) -> Result<BTreeSet<Language>, LoadError> {
        Ok(self.language_list()?.into_iter().collect())
    }

    /// The languages of the next cell, in their order.
    pub(super) fn language_list(&mut self) -> Result<Vec<Language>, LoadError> {
        self.next += 1;
        let text = self.row.get_ref(self.next - 1)?.as_str().ok();
        // Most lists are empty.
        if text == Some("[]") {
            return Ok(Vec::new());
        }
        let tags: Option<Vec<&str>> = text.and_then(|text| serde_json::from_str(text).ok());
        let tags = self.sane(tags)?;
        let languages = tags.into_iter().map(|tag| self.languages.get(tag)).collect();
        self.sane(languages)
    }

    /// What was made of the cell read last, if anything could be.
    pub(super) fn sane<T>(&self, value: Option<T>) -> Result<T, LoadError> {
        value.ok_or_else(|| {
            let column = self.row.as_ref().column_name(self.next - 1);
            LoadError::Nonsense(column.unwrap_or("?").to_owned())
        })
    }
}

/// The languages met so far. Checking a tag takes longer than anything else here, so each is checked once.
#[derive(Default)]
pub(super) struct Languages(HashMap<String, Language>);

impl Languages {
    pub(super) fn get(&mut self, tag: &str) -> Option<Language> {
        if let Some(language) = self.0.get(tag) {
            return Some(language.clone());
        }
        let language = Language::from_written(tag)?;
        self.0.insert(tag.to_owned(), language.clone());
        Some(language)
    }
}
