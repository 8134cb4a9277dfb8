//! What a client asks for while it connects: the query of the upgrade.

use crate::client::{CreateSession, JoinSession, RefreshConnection, Refreshing};
use crate::members::Members;
use crate::{ProtocolError, Token};
use headcount_core::{SessionId, StatusDetail};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The parameters that mean something here. Others are ignored, however often they come.
pub(crate) const KNOWN: [&str; 11] = [
    "action",
    "sessionId",
    "targetLanguage",
    "sourceLanguage",
    "qualityTier",
    "languages",
    "role",
    "token",
    "resumeToken",
    "statusDetail",
    "events",
];

/// A connection as its client wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// What it is to be at once.
    pub request: ConnectRequest,
    /// How much the statuses for it are to say, pushed or asked for.
    pub status_detail: StatusDetail,
    /// Whether a speaker here is to hear of signals: a language without listeners, a broken channel, a language that is
    /// not served.
    pub signals: bool,
    /// The token of the upgrade, which also serves later messages that bring none. Of the two ways to send it,
    /// the `Authorization` header wins over the query.
    pub token: Option<Token>,
}

/// What a connection is to be at once. A token in here is [`Connect::token`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectRequest {
    /// The speaker of a new session.
    CreateSession(CreateSession),
    /// A listener.
    Join(JoinSession),
    /// The speaker of a session that there is.
    Speaker {
        /// The session.
        session: SessionId,
        /// The proof.
        token: Token,
    },
    /// What an older connection was.
    Refresh(RefreshConnection),
    /// Nothing yet.
    None,
}

impl Connect {
    /// Reads the decoded parameters of the query, and the token of an `Authorization: Bearer` header.
    ///
    /// # Errors
    /// The error to refuse the upgrade with: `INVALID_ACTION`, `MISSING_PARAMETER`, `INVALID_PARAMETER` (a known
    /// parameter given twice, too), `INVALID_SESSION_ID` or `INVALID_LANGUAGE`.
    pub fn parse<K: AsRef<str>, V: Into<String>>(
        query: impl IntoIterator<Item = (K, V)>,
        bearer: Option<Token>,
    ) -> Result<Self, ProtocolError> {
        let query = Query::read(query, bearer)?;
        let request = match query.text("action")? {
            Some("createSession") => ConnectRequest::CreateSession(CreateSession::read(&query)?),
            Some("joinSession") => ConnectRequest::Join(JoinSession::read(&query)?),
            Some("refreshConnection") => ConnectRequest::Refresh(RefreshConnection::read(&query)?),
            Some(other) => return Err(refuse(other)),
            None => query.implied()?,
        };
        let status_detail = query.status_detail("statusDetail")?.unwrap_or_default();
        let events = query.one_of("events", "signals", |text| (text == "signals").then_some(()))?;
        Ok(Self { request, status_detail, signals: events.is_some(), token: query.token("token")? })
    }

    /// The session in which a listener wants to have its place again, and the token that is to prove it.
    #[must_use]
    pub fn resumed(&self) -> Option<(&SessionId, &Token)> {
        let (session, token) = match &self.request {
            ConnectRequest::Join(join) => (&join.session, &join.resume_token),
            ConnectRequest::Refresh(RefreshConnection {
                session,
                role: Refreshing::Listener { resume_token, .. },
            }) => (session, resume_token),
            _ => return None,
        };
        Some((session, token.as_ref()?))
    }
}

fn refuse(action: &str) -> ProtocolError {
    match crate::client::Action::from_name(action) {
        Some(known) => ProtocolError::action_not_for_connecting(known.as_str()),
        None => ProtocolError::unknown_action(action),
    }
}

/// The known parameters of a query, each given once.
struct Query(BTreeMap<&'static str, String>);

impl Query {
    fn read<K: AsRef<str>, V: Into<String>>(
        query: impl IntoIterator<Item = (K, V)>,
        bearer: Option<Token>,
    ) -> Result<Self, ProtocolError> {
        let mut known = BTreeMap::new();
        for (name, value) in query {
            let Some(name) = KNOWN.into_iter().find(|known| *known == name.as_ref()) else { continue };
            if known.insert(name, value.into()).is_some() {
                return Err(ProtocolError::repeated_parameter(name));
            }
        }
        if let Some(token) = bearer {
            known.insert("token", token.as_str().to_owned());
        }
        Ok(Self(known))
    }

    /// What a query without an action asks for.
    fn implied(&self) -> Result<ConnectRequest, ProtocolError> {
        let language = self.text("targetLanguage")?;
        match (self.text("sessionId")?, self.token("token")?) {
            (None, _) if language.is_none() => Ok(ConnectRequest::None),
            (Some(_), Some(token)) if language.is_none() => {
                Ok(ConnectRequest::Speaker { session: self.session_id()?, token })
            }
            _ => JoinSession::read(self).map(ConnectRequest::Join),
        }
    }
}

impl Members for Query {
    fn text(&self, name: &'static str) -> Result<Option<&str>, ProtocolError> {
        Ok(self.0.get(name).map(String::as_str).filter(|text| !text.is_empty()))
    }

    fn texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, ProtocolError> {
        Ok(self.text(name)?.map(|list| list.split(',').collect()))
    }
}
