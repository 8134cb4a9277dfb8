//! Links over HTTP: what is asked for, and how they are shown.

use crate::members::Members;
use crate::{ProtocolError, Token, strict_json};
use headcount_core::{Link, Scope, SessionId};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};
use std::time::Duration;

/// The body of `POST /sessions/{id}/links`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// What it is to show.
    pub scope: Scope,
    /// How long it is to be good; `None` is as long as the session lives.
    pub expires_in: Option<Duration>,
    /// What it is called.
    pub label: Option<String>,
}

impl NewLink {
    /// Reads the body.
    ///
    /// # Errors
    /// `INVALID_MESSAGE`, `MISSING_PARAMETER`, `INVALID_PARAMETER` or `INVALID_LANGUAGE`. A language beside the scope
    /// `all` is refused: whoever names one does not mean to show the others.
    pub fn parse(body: impl AsRef<[u8]>) -> Result<Self, ProtocolError> {
        let members = strict_json::object(body.as_ref())?;
        Ok(Self { scope: scope(&members)?, expires_in: expires_in(&members)?, label: label(&members)? })
    }
}

fn scope(members: &Map<String, Value>) -> Result<Scope, ProtocolError> {
    match (members.required("scope")?, members.language("language")?) {
        ("all", None) => Ok(Scope::All),
        ("all", Some(_)) => Err(ProtocolError::invalid_parameter("language", "absent where scope is all")),
        ("language", Some(language)) => Ok(Scope::Language(language)),
        ("language", None) => Err(ProtocolError::missing_parameter("language")),
        (other, _) => Err(ProtocolError::unknown_name("scope", "all or language", other)),
    }
}

fn expires_in(members: &Map<String, Value>) -> Result<Option<Duration>, ProtocolError> {
    let wrong = || ProtocolError::invalid_parameter("expiresIn", "a whole number of seconds, 1 or more");
    match members.get("expiresIn") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let seconds = value.as_u64().filter(|seconds| *seconds >= Link::MIN_LIFE.as_secs());
            seconds.map(|seconds| Some(Duration::from_secs(seconds))).ok_or_else(wrong)
        }
    }
}

fn label(members: &Map<String, Value>) -> Result<Option<String>, ProtocolError> {
    let Some(text) = members.text("label")? else { return Ok(None) };
    if text.chars().count() > Link::MAX_LABEL || text.chars().any(char::is_control) {
        let expected = format!("at most {} characters, on one line", Link::MAX_LABEL);
        return Err(ProtocolError::invalid_parameter("label", &expected));
    }
    Ok(Some(text.to_owned()))
}

/// A link as those see it who may make links.
pub(super) struct Shown<'a>(pub(super) &'a Link);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        write(&mut map, self.0)?;
        map.end()
    }
}

/// Writes a link with the token that opens it.
pub(super) fn write_created<M: SerializeMap>(
    map: &mut M,
    session: &SessionId,
    link: &Link,
    token: &Token,
) -> Result<(), M::Error> {
    write(map, link)?;
    map.serialize_entry("token", token.as_str())?;
    map.serialize_entry("path", &path(session, token))
}

/// Where the console shows what a link shows. Browsers send no server what is behind the `#`, so no log has the token.
fn path(session: &SessionId, token: &Token) -> String {
    format!("/#/view/{session}/{}", token.as_str())
}

fn write<M: SerializeMap>(map: &mut M, link: &Link) -> Result<(), M::Error> {
    map.serialize_entry("linkId", link.id.as_str())?;
    map.serialize_entry("scope", link.scope.as_str())?;
    if let Some(language) = link.scope.language() {
        map.serialize_entry("language", language.as_str())?;
    }
    if let Some(label) = &link.label {
        map.serialize_entry("label", label)?;
    }
    map.serialize_entry("createdAt", &link.created_at.as_millis())?;
    map.serialize_entry("expiresAt", &link.expires_at.as_millis())
}
