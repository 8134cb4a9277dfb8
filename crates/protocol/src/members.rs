//! Takes checked values out of what a client sent, whether it came as JSON members or as query parameters.

use crate::{ProtocolError, RoleName, Token};
use headcount_core::{Language, QualityTier, ServedLanguages, SessionId, StatusDetail};
use serde_json::{Map, Value};

/// Named values. `null` and the empty text count as not there.
pub(crate) trait Members {
    /// The text called `name`, `None` where it is not there.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for anything that is not a text.
    fn text(&self, name: &'static str) -> Result<Option<&str>, ProtocolError>;

    /// The list of texts called `name`, which an empty text is in no place of; `None` where it is not there. A list may
    /// have none.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for anything that is no list of texts.
    fn texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, ProtocolError>;

    /// The text called `name`.
    ///
    /// # Errors
    /// `MISSING_PARAMETER` where it is not there.
    fn required(&self, name: &'static str) -> Result<&str, ProtocolError> {
        self.text(name)?.ok_or_else(|| ProtocolError::missing_parameter(name))
    }

    fn session_id(&self) -> Result<SessionId, ProtocolError> {
        let text = self.required("sessionId")?;
        SessionId::parse(text).map_err(|_| ProtocolError::invalid_session_id(text))
    }

    fn language(&self, name: &'static str) -> Result<Option<Language>, ProtocolError> {
        let parse = |text| Language::parse(text).map_err(|_| ProtocolError::invalid_language(name, text));
        self.text(name)?.map(parse).transpose()
    }

    fn required_language(&self, name: &'static str) -> Result<Language, ProtocolError> {
        self.language(name)?.ok_or_else(|| ProtocolError::missing_parameter(name))
    }

    /// The languages that a session declares.
    fn languages(&self) -> Result<Option<ServedLanguages>, ProtocolError> {
        let Some(tags) = self.texts("languages")? else { return Ok(None) };
        let parse = |tag| Language::parse(tag).map_err(|_| ProtocolError::invalid_language("languages", tag));
        let languages: Vec<_> = tags.into_iter().map(parse).collect::<Result<_, _>>()?;
        let too_many = |_| {
            let expected = format!("at most {} languages", ServedLanguages::MAX);
            ProtocolError::invalid_parameter("languages", &expected)
        };
        ServedLanguages::new(languages).map(Some).map_err(too_many)
    }

    fn quality_tier(&self) -> Result<Option<QualityTier>, ProtocolError> {
        self.one_of("qualityTier", "standard or premium", QualityTier::from_name)
    }

    fn role(&self) -> Result<RoleName, ProtocolError> {
        let role = self.one_of("role", "speaker or listener", RoleName::from_name)?;
        role.ok_or_else(|| ProtocolError::missing_parameter("role"))
    }

    fn status_detail(&self, name: &'static str) -> Result<Option<StatusDetail>, ProtocolError> {
        self.one_of(name, "basic or full", |text| match text {
            "basic" => Some(StatusDetail::Basic),
            "full" => Some(StatusDetail::Full),
            _ => None,
        })
    }

    fn token(&self, name: &'static str) -> Result<Option<Token>, ProtocolError> {
        Ok(self.text(name)?.map(Token::new))
    }

    /// The value that `find` knows by the text called `name`; `expected` lists the names it knows.
    fn one_of<T>(
        &self,
        name: &'static str,
        expected: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ProtocolError> {
        let known = |text| find(text).ok_or_else(|| ProtocolError::unknown_name(name, expected, text));
        self.text(name)?.map(known).transpose()
    }
}

impl Members for Map<String, Value> {
    fn text(&self, name: &'static str) -> Result<Option<&str>, ProtocolError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ProtocolError::invalid_parameter(name, "a string")),
        }
    }

    fn texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, ProtocolError> {
        let list = match self.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(list)) => list.iter().map(|text| text.as_str().filter(|text| !text.is_empty())),
            Some(_) => return Err(ProtocolError::invalid_parameter(name, "a list of strings")),
        };
        let texts: Option<Vec<_>> = list.collect();
        texts.map(Some).ok_or_else(|| ProtocolError::invalid_parameter(name, "a list of strings"))
    }
}
