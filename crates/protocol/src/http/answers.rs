//! What the server answers over HTTP.

use super::{Activity, links};
use crate::server::status::Languages;
use crate::{Token, history, rendering};
use headcount_core::{History, Language, Link, Session, SessionId, ShownDistribution};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The body of an answer. It borrows what it says.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// To `POST /sessions`.
    SessionCreated {
        /// The new session.
        session: &'a Session,
        /// The capability for this session: connecting as its speaker, and reading over HTTP.
        speaker_token: &'a Token,
    },
    /// To `GET /sessions/{id}`: what a listener's page needs. No user, no token, no counts.
    PublicSession {
        /// The session.
        session: &'a Session,
        /// Which languages a listener can choose from; `None` where nobody says.
        supported: Option<&'a [Language]>,
    },
    /// To `PATCH /sessions/{id}`.
    Session(Counted<'a>),
    /// To `GET /sessions`.
    Sessions {
        /// The sessions of this page, by name.
        page: &'a [Listed<'a>],
        /// The last session of this page if more follow it: the `cursor` of the next request. Otherwise
        /// `nextCursor` is `null`.
        next: Option<&'a SessionId>,
    },
    /// To `POST /sessions/{id}/links`.
    LinkCreated {
        /// The session.
        session: &'a SessionId,
        /// The new link.
        link: &'a Link,
        /// What opens it; said here and nowhere else.
        token: &'a Token,
    },
    /// To `GET /sessions/{id}/links`.
    Links(&'a [Link]),
    /// To `GET /sessions/{id}/history`.
    History(&'a History),
    /// To `GET /healthz` and `GET /readyz`.
    Health {
        /// The version of this server.
        version: &'a str,
        /// What was looked at.
        checks: &'a [Check<'a>],
    },
}

/// A session and how many listeners it has.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// The session.
    pub session: &'a Session,
    /// How many listeners it has.
    pub listener_count: u64,
}

/// A session in the list of all, with its audience.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// The session.
    pub session: &'a Session,
    /// Who listens, as a status shows it.
    pub audience: &'a ShownDistribution,
}

/// One thing that must work.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Its name, such as `store`.
    pub name: &'a str,
    /// Whether it works. Why it does not is for the log, not for strangers.
    pub ok: bool,
}

impl Answer<'_> {
    /// The HTTP status: 200, 201 for what was created, 503 where a check failed.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::SessionCreated { .. } | Self::LinkCreated { .. } => 201,
            Self::Health { checks, .. } if !all_ok(checks) => 503,
            _ => 200,
        }
    }

    /// The body: no spaces, always the same order of members.
    #[must_use]
    pub fn to_json(&self) -> String {
        let size = match self {
            Self::History(told) => history::size_hint(told),
            _ => rendering::USUAL_SIZE,
        };
        rendering::to_json_of_size(size, self)
    }
}

fn all_ok(checks: &[Check<'_>]) -> bool {
    checks.iter().all(|check| check.ok)
}

const fn health_word(ok: bool) -> &'static str {
    if ok { "ok" } else { "unavailable" }
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::SessionCreated { session, speaker_token } => {
                write_counted(&mut map, session, 0)?;
                map.serialize_entry("speakerToken", speaker_token.as_str())?;
            }
            Self::PublicSession { session, supported } => {
                write_description(&mut map, session)?;
                map.serialize_entry("createdAt", &session.created_at.as_millis())?;
                map.serialize_entry("expiresAt", &session.expires_at.as_millis())?;
                if let Some(supported) = supported {
                    let tags: Vec<_> = supported.iter().map(Language::as_str).collect();
                    map.serialize_entry("supportedLanguages", &tags)?;
                }
            }
            Self::Session(counted) => write_counted(&mut map, counted.session, counted.listener_count)?,
            Self::Sessions { page, next } => {
                map.serialize_entry("sessions", page)?;
                map.serialize_entry("nextCursor", &next.map(SessionId::as_str))?;
            }
            Self::LinkCreated { session, link, token } => {
                links::write_created(&mut map, session, link, token)?;
            }
            Self::Links(links) => {
                let shown: Vec<_> = links.iter().map(links::Shown).collect();
                map.serialize_entry("links", &shown)?;
            }
            Self::History(told) => history::write(&mut map, told)?,
            Self::Health { version, checks } => {
                map.serialize_entry("status", health_word(all_ok(checks)))?;
                map.serialize_entry("version", version)?;
                map.serialize_entry("checks", &Checks(checks))?;
            }
        }
        map.end()
    }
}

impl Serialize for Listed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(9))?;
        write_counted(&mut map, self.session, self.audience.listener_count())?;
        map.serialize_entry("languageDistribution", &Languages(self.audience))?;
        map.end()
    }
}

fn write_description<M: SerializeMap>(map: &mut M, session: &Session) -> Result<(), M::Error> {
    map.serialize_entry("sessionId", session.id.as_str())?;
    map.serialize_entry("sourceLanguage", session.source_language.as_str())?;
    map.serialize_entry("qualityTier", session.quality_tier.as_str())?;
    map.serialize_entry("status", Activity::of(session).as_str())
}

fn write_counted<M: SerializeMap>(map: &mut M, session: &Session, listeners: u64) -> Result<(), M::Error> {
    write_description(map, session)?;
    map.serialize_entry("listenerCount", &listeners)?;
    map.serialize_entry("createdAt", &session.created_at.as_millis())?;
    map.serialize_entry("updatedAt", &session.updated_at.as_millis())?;
    map.serialize_entry("expiresAt", &session.expires_at.as_millis())
}

struct Checks<'a>(&'a [Check<'a>]);

impl Serialize for Checks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|check| (check.name, health_word(check.ok))))
    }
}
