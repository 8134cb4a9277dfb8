//! What a connection asks for when it comes: to speak, to listen, to take over from an older one.
//!
//! Everything here may be asked twice, since the answer to what is asked while connecting can only be given later: the
//! second time it is answered again and changes nothing.

use crate::app::App;
use crate::caller::Caller;
use crate::gate::GateError;
use headcount_core::service::{JoinRequest, JoinedSession, NewSession};
use headcount_core::{Connection, Language, Role, Session, SessionId};
use headcount_protocol::{
    CreateSession, JoinSession, ProtocolError, RefreshConnection, Refreshing, RoleName, ServerMessage, Token,
};
use std::sync::Arc;

/// A listener as it wants to be.
struct Listener {
    session: SessionId,
    language: Option<Language>,
    resume_token: Option<Token>,
}

/// What came of asking for a place.
pub(crate) struct Entered {
    /// The answer.
    pub(crate) text: String,
    /// Whether it is a place that the connection had before.
    pub(crate) resumed: bool,
    /// The session whose speaker is to be briefed after the answer.
    pub(crate) speaks_in: Option<SessionId>,
}

impl App {
    /// `createSession`: a new session with this connection as its speaker. A connection that speaks already in a
    /// session as it asks for is answered once more.
    pub(crate) async fn create(
        &self,
        caller: &Caller,
        create: CreateSession,
    ) -> Result<String, ProtocolError> {
        if let Some(role) = self.role_of(caller).await? {
            let session = self.created_before(&role, &create).await?;
            return self.created(caller, &session).await;
        }
        self.check_declared(&create.languages)?;
        let token = create.token.as_ref().or(caller.token.as_ref());
        let owner = self.gate.login(caller, token).await?;
        self.limits.create_session(owner.as_ref(), caller.address).await?;
        let CreateSession { source_language, quality_tier, languages, token: _ } = create;
        let new = NewSession { owner, source_language, quality_tier, languages };
        let session = self.service.open_session(new).await.map_err(|failed| self.refused(&failed))?;
        let session = self.attach(caller, &session.id).await?;
        self.created(caller, &session).await
    }

    async fn created_before(
        &self,
        role: &Connection,
        create: &CreateSession,
    ) -> Result<Arc<Session>, ProtocolError> {
        let session = self.find(&role.session).await?;
        let same = session.speaker.connection() == Some(&role.id)
            && session.source_language == create.source_language
            && session.quality_tier == create.quality_tier
            && session.languages == create.languages;
        if same { Ok(session) } else { Err(ProtocolError::already_joined()) }
    }

    /// The answer to `createSession`.
    pub(crate) async fn created(&self, caller: &Caller, session: &Session) -> Result<String, ProtocolError> {
        let token = self.gate.speaker_token(session).await;
        let speaker_token = token.map_err(|failed| self.store_failed(&failed))?;
        Ok(self.text(&ServerMessage::SessionCreated {
            session,
            connection: &caller.connection,
            speaker_token: &speaker_token,
        }))
    }

    /// `joinSession`
    pub(crate) async fn join(&self, caller: &Caller, join: JoinSession) -> Result<Entered, ProtocolError> {
        let JoinSession { session, target_language, resume_token, token: _ } = join;
        let listener = Listener { session, language: Some(target_language), resume_token };
        let (joined, resume_token) = self.listen(caller, listener).await?;
        let text = self.text(&ServerMessage::SessionJoined {
            session: &joined.session,
            target_language: &joined.language,
            connection: &caller.connection,
            listener_count: joined.listener_count,
            resume_token: &resume_token,
        });
        Ok(Entered { text, resumed: joined.resumed, speaks_in: None })
    }

    /// `refreshConnection`
    pub(crate) async fn refresh(
        &self,
        caller: &Caller,
        refresh: RefreshConnection,
    ) -> Result<Entered, ProtocolError> {
        let id = refresh.session;
        match refresh.role {
            Refreshing::Speaker { token } => {
                self.speak(caller, &id, token.as_ref()).await?;
                let text = self.refreshed(caller, &id, RoleName::Speaker, None);
                Ok(Entered { text, resumed: false, speaks_in: Some(id) })
            }
            Refreshing::Listener { target_language, resume_token } => {
                let listener = Listener { session: id, language: target_language, resume_token };
                let (joined, resume_token) = self.listen(caller, listener).await?;
                let session = &joined.session.id;
                let text = self.refreshed(caller, session, RoleName::Listener, Some(&resume_token));
                Ok(Entered { text, resumed: joined.resumed, speaks_in: None })
            }
        }
    }

    /// The answer to `refreshConnection`.
    pub(crate) fn refreshed(
        &self,
        caller: &Caller,
        session: &SessionId,
        role: RoleName,
        resume_token: Option<&Token>,
    ) -> String {
        let new_connection = &caller.connection;
        self.text(&ServerMessage::ConnectionRefreshComplete { session, role, new_connection, resume_token })
    }

    /// Takes the seat of a session's speaker, with proof.
    pub(crate) async fn speak(
        &self,
        caller: &Caller,
        id: &SessionId,
        token: Option<&Token>,
    ) -> Result<(), ProtocolError> {
        let session = self.find(id).await?;
        let token = token.or(caller.token.as_ref());
        match self.gate.speaks_for(caller, token, &session).await {
            Ok(()) => self.attach(caller, id).await.map(drop),
            Err(GateError::Refused(refused)) => Err(refused),
            Err(GateError::Store(failed)) => Err(self.store_failed(&failed)),
        }
    }

    async fn attach(&self, caller: &Caller, id: &SessionId) -> Result<Arc<Session>, ProtocolError> {
        let attached = self.service.attach_speaker(id, &caller.connection, caller.detail).await;
        attached.map_err(|failed| self.refused(&failed))
    }

    /// Becomes a listener; brings the token with which the place can be resumed.
    async fn listen(
        &self,
        caller: &Caller,
        listener: Listener,
    ) -> Result<(JoinedSession, Token), ProtocolError> {
        let session = self.find(&listener.session).await?;
        if let Some(language) = &listener.language {
            self.check_served(&session, language)?;
        }
        let resume = self.gate.resumed_place(listener.resume_token.as_ref(), &session).await;
        let request = JoinRequest {
            connection: caller.connection.clone(),
            session: listener.session,
            language: listener.language,
            resume: resume.map_err(|failed| self.store_failed(&failed))?,
        };
        let joined = self.service.join(request).await.map_err(|failed| self.refused(&failed))?;
        let token = self.gate.resume_token(&joined.session, &joined.place).await;
        Ok((joined, token.map_err(|failed| self.store_failed(&failed))?))
    }

    /// The live session of that name.
    pub(crate) async fn find(&self, id: &SessionId) -> Result<Arc<Session>, ProtocolError> {
        let found = self.service.session(id).await.map_err(|failed| self.store_failed(&failed))?;
        found.ok_or_else(ProtocolError::session_not_found)
    }

    /// What `caller` is, if it is anything yet.
    pub(crate) async fn role_of(&self, caller: &Caller) -> Result<Option<Connection>, ProtocolError> {
        let found = self.ports.presence.connection(&caller.connection).await;
        found.map_err(|failed| self.store_failed(&failed))
    }

    /// The answer to what gave a connection its role, once more.
    pub(crate) async fn answered_again(
        &self,
        caller: &Caller,
        role: &Connection,
    ) -> Result<String, ProtocolError> {
        match &role.role {
            Role::Speaker => self.created(caller, &*self.find(&role.session).await?).await,
            Role::Listener { language } => {
                let again = JoinSession {
                    session: role.session.clone(),
                    target_language: language.clone(),
                    token: None,
                    resume_token: None,
                };
                Ok(self.join(caller, again).await?.text)
            }
        }
    }

    /// The proof of the place that a connection has; `None` for a speaker. Joining again changes nothing.
    pub(crate) async fn resume_token_of(
        &self,
        caller: &Caller,
        role: &Connection,
    ) -> Result<Option<Token>, ProtocolError> {
        let Role::Listener { language } = &role.role else { return Ok(None) };
        let listener =
            Listener { session: role.session.clone(), language: Some(language.clone()), resume_token: None };
        self.listen(caller, listener).await.map(|(_, token)| Some(token))
    }

    pub(crate) fn text(&self, message: &ServerMessage<'_>) -> String {
        message.to_json(self.now())
    }
}
