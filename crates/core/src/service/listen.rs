//! Listeners come, and change their language.

use super::StatusService;
use crate::ports::{Admission, CloseReason, JoinKind, Joined, Joiner, StoreError, WantedRole};
use crate::{ConnectionId, Language, Measurement, Place, Role, Session, SessionId};
use std::sync::Arc;

/// Somebody who wants to listen.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// The connection.
    pub connection: ConnectionId,
    /// The session.
    pub session: SessionId,
    /// The language to hear; may be missing for one that resumes its place.
    pub language: Option<Language>,
    /// The place to resume, as a verified token says.
    pub resume: Option<Place>,
}

/// A listener that has joined.
#[derive(Clone, Debug)]
pub struct JoinedSession {
    /// The session.
    pub session: Arc<Session>,
    /// The language it hears.
    pub language: Language,
    /// How many listeners there are, this one included.
    pub listener_count: u64,
    /// Its place, for the token that resumes it.
    pub place: Place,
    /// Whether it took a place again that it had before.
    pub resumed: bool,
}

/// Why somebody did not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There is no such session.
    #[error("there is no such session")]
    SessionNotFound,
    /// It has as many listeners as it may have.
    #[error("the session is full")]
    Full {
        /// How many that is.
        max_listeners: u64,
    },
    /// The connection has another role, or one in another session.
    #[error("the connection has a role already")]
    AlreadyJoined,
    /// The session declares which languages it serves, and this is none of them.
    #[error("the session does not serve that language")]
    NotServed {
        /// The language that was asked for.
        language: Language,
        /// The session, which says what it serves.
        session: Arc<Session>,
    },
    /// It named no language, and the place it wanted to resume is gone.
    #[error("a language is needed")]
    LanguageNeeded,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a listener did not change its language.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The connection is no listener.
    #[error("the connection is no listener")]
    NoListener,
    /// Its session has ended.
    #[error("the session has ended")]
    SessionNotFound,
    /// The session declares which languages it serves, and this is none of them.
    #[error("the session does not serve that language")]
    NotServed {
        /// The language that was asked for.
        language: Language,
        /// The session, which says what it serves.
        session: Arc<Session>,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StatusService {
    /// Counts a listener. It counts from here on, whether or not its answer arrives. Joining again changes
    /// nothing but the language; a resumed place is taken over, and whoever was connected in it is closed.
    ///
    /// # Errors
    /// [`JoinError`]; it does not count then, except perhaps after a store's failure.
    pub async fn join(&self, request: JoinRequest) -> Result<JoinedSession, JoinError> {
        let session = self.session(&request.session).await?.ok_or(JoinError::SessionNotFound)?;
        if let Some(language) = request.language.as_ref().filter(|asked| !session.languages.serves(asked)) {
            self.asked_in_vain(&session.id, language).await;
            return Err(JoinError::NotServed { language: language.clone(), session });
        }
        let max_listeners = self.settings.max_listeners;
        let joiner = Joiner {
            connection: request.connection,
            session: request.session,
            role: WantedRole::Listener { language: request.language, resume: request.resume, max_listeners },
            now: self.now(),
        };
        let joined = match self.ports.presence.join(joiner).await?.ok_or(JoinError::SessionNotFound)? {
            Admission::Joined(joined) => joined,
            Admission::Full => return Err(JoinError::Full { max_listeners }),
            Admission::LanguageNeeded => return Err(JoinError::LanguageNeeded),
            Admission::AlreadyJoined => return Err(JoinError::AlreadyJoined),
        };
        self.admitted(session, joined).await
    }

    /// What follows from an admission: the old connection goes, the speaker may have to be told.
    async fn admitted(&self, session: Arc<Session>, joined: Joined) -> Result<JoinedSession, JoinError> {
        let Role::Listener { language } = joined.connection.role else {
            return Err(JoinError::AlreadyJoined);
        };
        let counted = self.noted(joined.counted);
        let resumed = matches!(joined.kind, JoinKind::Resumed { .. });
        match &joined.kind {
            JoinKind::New => self.record(&Measurement::Joined),
            JoinKind::Resumed { superseded } => {
                self.record(&Measurement::Resumed);
                if let Some(old) = superseded {
                    self.ports.audience.close(old, CloseReason::Superseded).await;
                }
            }
            JoinKind::Again => {}
        }
        if joined.switched {
            self.record(&Measurement::Switched);
        }
        self.audience_changed(&session.id, Some(&session), &counted).await;
        let listener_count = counted.distribution.listener_count();
        Ok(JoinedSession { session, language, listener_count, place: joined.place, resumed })
    }

    /// Moves a listener to another language in one step.
    ///
    /// # Errors
    /// [`SwitchError`]; it hears what it heard before, except perhaps after a store's failure.
    pub async fn switch_language(
        &self,
        connection: &ConnectionId,
        language: &Language,
    ) -> Result<Arc<Session>, SwitchError> {
        let found = self.ports.presence.connection(connection).await?.ok_or(SwitchError::NoListener)?;
        let Role::Listener { language: before } = &found.role else { return Err(SwitchError::NoListener) };
        let session = self.session(&found.session).await?.ok_or(SwitchError::SessionNotFound)?;
        if before == language {
            return Ok(session);
        }
        if !session.languages.serves(language) {
            self.asked_in_vain(&session.id, language).await;
            return Err(SwitchError::NotServed { language: language.clone(), session });
        }
        let counted = self.ports.presence.switch_language(connection, language, self.now()).await?;
        let counted = self.noted(counted.ok_or(SwitchError::NoListener)?);
        self.record(&Measurement::Switched);
        self.audience_changed(&session.id, Some(&session), &counted).await;
        Ok(session)
    }
}
