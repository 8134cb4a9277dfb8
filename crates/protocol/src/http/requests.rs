//! What clients ask for over HTTP.

use super::Activity;
use crate::ProtocolError;
use crate::client::CreateSession;
use crate::members::Members;
use crate::strict_json;
use headcount_core::{Language, QualityTier, ServedLanguages, SessionId};

/// The body of `POST /sessions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The language spoken on stage.
    pub source_language: Language,
    /// How well it is translated; standard unless the body says otherwise.
    pub quality_tier: QualityTier,
    /// Into which languages it is translated, where the body declares that.
    pub languages: ServedLanguages,
}

impl NewSession {
    /// Reads the body. Who asks is said by the `Authorization` header, so a token in here is not looked at.
    ///
    /// # Errors
    /// `INVALID_MESSAGE`, `MISSING_PARAMETER`, `INVALID_PARAMETER` or `INVALID_LANGUAGE`.
    pub fn parse(body: impl AsRef<[u8]>) -> Result<Self, ProtocolError> {
        let members = strict_json::object(body.as_ref())?;
        let (source_language, quality_tier, languages) = CreateSession::description(&members)?;
        Ok(Self { source_language, quality_tier, languages })
    }
}

/// The body of `PATCH /sessions/{id}`: at least one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPatch {
    /// Resume it, pause it or end it.
    pub status: Option<Activity>,
    /// Another language is spoken on stage from now on.
    pub source_language: Option<Language>,
    /// Another tier from now on.
    pub quality_tier: Option<QualityTier>,
    /// Other languages are served from now on; an empty list takes the declaration back.
    pub languages: Option<ServedLanguages>,
}

impl SessionPatch {
    /// Reads the body.
    ///
    /// # Errors
    /// `INVALID_MESSAGE`, `MISSING_PARAMETER` (nothing to change), `INVALID_PARAMETER` or `INVALID_LANGUAGE`.
    pub fn parse(body: impl AsRef<[u8]>) -> Result<Self, ProtocolError> {
        let members = strict_json::object(body.as_ref())?;
        let patch = Self {
            status: members.one_of("status", "active, paused or ended", Activity::from_name)?,
            source_language: members.language("sourceLanguage")?,
            quality_tier: members.quality_tier()?,
            languages: members.languages()?,
        };
        let empty = Self { status: None, source_language: None, quality_tier: None, languages: None };
        if patch == empty { Err(ProtocolError::nothing_to_update()) } else { Ok(patch) }
    }
}

/// The query of `GET /sessions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSessions {
    /// How many sessions to show at most, 1 to [`Self::MAX_LIMIT`].
    pub limit: usize,
    /// Where the page before this one stopped.
    pub after: Option<SessionId>,
}

impl ListSessions {
    /// How many sessions a page shows unless the query says otherwise.
    pub const DEFAULT_LIMIT: usize = 100;
    /// How many sessions a page shows at most; who asks for more is refused.
    pub const MAX_LIMIT: usize = 1_000;

    /// Reads the decoded parameters `limit` and `cursor`. Others are ignored; of one given twice the last counts.
    /// The cursor is the name of the last session shown, which clients need not know.
    ///
    /// # Errors
    /// `INVALID_PARAMETER`.
    pub fn parse<K: AsRef<str>, V: AsRef<str>>(
        query: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ProtocolError> {
        let mut page = Self { limit: Self::DEFAULT_LIMIT, after: None };
        for (name, value) in query {
            match (name.as_ref(), value.as_ref()) {
                (_, "") => {}
                ("limit", value) => page.limit = limit(value)?,
                ("cursor", value) => page.after = Some(cursor(value)?),
                _ => {}
            }
        }
        Ok(page)
    }
}

fn limit(value: &str) -> Result<usize, ProtocolError> {
    let limit = value.parse().ok().filter(|limit| (1..=ListSessions::MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| {
        let expected = format!("a whole number from 1 to {}", ListSessions::MAX_LIMIT);
        ProtocolError::invalid_parameter("limit", &expected)
    })
}

fn cursor(value: &str) -> Result<SessionId, ProtocolError> {
    let expected = "the nextCursor of the page before";
    SessionId::parse(value).map_err(|_| ProtocolError::invalid_parameter("cursor", expected))
}
