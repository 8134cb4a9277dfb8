//! What a connection asks for when it comes: to speak, to listen, to take over from an older one.

use super::conversation::Conversation;
use super::standing::Standing;
use crate::app::App;
use crate::compose::Part;
use headcount_core::service::{JoinRequest, NewSession};
use headcount_core::{Language, Session, SessionId};
use headcount_protocol::{
    Connect, ConnectRequest, CreateSession, JoinSession, ProtocolError, RefreshConnection, Refreshing,
    RoleName, ServerMessage, Token,
};
use std::sync::Arc;

/// Whether `connect` brings a resume token of ours for the session that it names.
pub(super) fn resumes(app: &App, connect: &Connect) -> bool {
    let resumed =
        connect.resumed().and_then(|(session, token)| Some((session, app.gate.resume_claim(Some(token))?)));
    resumed.is_some_and(|(session, claim)| claim.session_id() == session)
}

/// How a listener comes.
struct Listener {
    session: SessionId,
    language: Option<Language>,
    resume_token: Option<Token>,
}

impl Conversation {
    /// Does what the connect query asks for. True if the connection took over a place that it had before.
    pub(super) async fn enter(&mut self, request: ConnectRequest) -> Result<bool, ProtocolError> {
        match request {
            ConnectRequest::None => Ok(false),
            ConnectRequest::CreateSession(create) => self.create(create).await.map(|()| false),
            ConnectRequest::Join(join) => self.join(join).await,
            ConnectRequest::Speaker { session, token } => {
                self.speak(&session, Some(&token)).await.map(|_| false)
            }
            ConnectRequest::Refresh(refresh) => self.refresh(refresh).await,
        }
    }

    /// `createSession`: a new session with this connection as its speaker.
    pub(super) async fn create(&mut self, create: CreateSession) -> Result<(), ProtocolError> {
        if self.standing != Standing::None {
            return Err(ProtocolError::already_joined());
        }
        let app = Arc::clone(&self.app);
        let owner = app.gate.login(create.token.as_ref().or(self.token.as_ref())).await?;
        let may = app.limits.create_session(owner.as_ref(), self.client);
        may.map_err(|retry| app.too_often("sessions", retry))?;
        let CreateSession { source_language, quality_tier, languages, token: _ } = create;
        app.check_declared(&languages)?;
        let new = NewSession { owner, source_language, quality_tier, languages };
        let session = app.service.open_session(new).await.map_err(|failed| app.refused(&failed))?;
        let session = self.attach(&session.id).await?;
        let speaker_token = app.gate.speaker_token(&session);
        self.answer(&ServerMessage::SessionCreated {
            session: &session,
            connection: self.id(),
            speaker_token: &speaker_token,
        });
        Ok(())
    }

    /// `joinSession`. True if the connection took over a place that it had before.
    pub(super) async fn join(&mut self, join: JoinSession) -> Result<bool, ProtocolError> {
        let JoinSession { session, target_language, resume_token, token: _ } = join;
        let listener = Listener { session, language: Some(target_language), resume_token };
        let (joined, resume_token) = self.listen(listener).await?;
        self.answer(&ServerMessage::SessionJoined {
            session: &joined.session,
            target_language: &joined.language,
            connection: self.id(),
            listener_count: joined.listener_count,
            resume_token: &resume_token,
        });
        Ok(joined.resumed)
    }

    /// `refreshConnection`. True if the connection took over a place that it had before.
    pub(super) async fn refresh(&mut self, refresh: RefreshConnection) -> Result<bool, ProtocolError> {
        let id = refresh.session;
        match refresh.role {
            Refreshing::Speaker { token } => {
                self.speak_as(&id, token.as_ref(), true).await?;
                Ok(false)
            }
            Refreshing::Listener { target_language, resume_token } => {
                let listener = Listener { session: id, language: target_language, resume_token };
                let (joined, resume_token) = self.listen(listener).await?;
                self.answer(&ServerMessage::ConnectionRefreshComplete {
                    session: &joined.session.id,
                    role: RoleName::Listener,
                    new_connection: self.id(),
                    resume_token: Some(&resume_token),
                });
                Ok(joined.resumed)
            }
        }
    }

    /// Takes the seat of a session's speaker; a status comes at once.
    async fn speak(&mut self, id: &SessionId, token: Option<&Token>) -> Result<(), ProtocolError> {
        self.speak_as(id, token, false).await
    }

    async fn speak_as(
        &mut self,
        id: &SessionId,
        token: Option<&Token>,
        refreshing: bool,
    ) -> Result<(), ProtocolError> {
        let app = Arc::clone(&self.app);
        let session = app.live_session(id).await?;
        app.gate.speaks_for(token.or(self.token.as_ref()), &session).await?;
        self.attach(id).await?;
        if refreshing {
            self.answer(&ServerMessage::ConnectionRefreshComplete {
                session: id,
                role: RoleName::Speaker,
                new_connection: self.id(),
                resume_token: None,
            });
        }
        if let Err(failed) = app.service.brief_speaker(id).await {
            // The speaker has its seat; the next update tells it what this one did not.
            tracing::warn!(error = %failed, "speaker not briefed");
        }
        Ok(())
    }

    /// Becomes the speaker of `id`, whose right to it is proved.
    async fn attach(&mut self, id: &SessionId) -> Result<Arc<Session>, ProtocolError> {
        let app = Arc::clone(&self.app);
        self.enlist(id, if self.signals { Part::AlertSpeaker } else { Part::Speaker })?;
        match app.service.attach_speaker(id, self.id(), self.detail).await {
            Ok(session) => {
                self.standing = Standing::Speaker(id.clone());
                Ok(session)
            }
            Err(failed) => Err(self.not_enlisted(app.refused(&failed))),
        }
    }

    /// Becomes a listener; brings the token with which the place can be resumed.
    async fn listen(
        &mut self,
        listener: Listener,
    ) -> Result<(headcount_core::service::JoinedSession, Token), ProtocolError> {
        let app = Arc::clone(&self.app);
        if let Some(language) = &listener.language {
            app.check_served(&listener.session, language).await?;
        }
        let session = app.live_session(&listener.session).await?;
        let claim = app.gate.resume_claim(listener.resume_token.as_ref());
        let request = JoinRequest {
            connection: self.id().clone(),
            session: listener.session,
            language: listener.language,
            resume: claim.and_then(|claim| claim.place_in(&session)),
        };
        self.enlist(&session.id, Part::Listener)?;
        match app.service.join(request).await {
            Ok(joined) => {
                self.standing = Standing::Listener(session.id.clone());
                let resume_token = app.gate.resume_token(&joined.session, &joined.place);
                Ok((joined, resume_token))
            }
            Err(failed) => Err(self.not_enlisted(app.refused(&failed))),
        }
    }

    /// Puts the connection among those that hear what the session is told. Before it has its role: otherwise a
    /// session that ends in between would never let go of it.
    fn enlist(&mut self, id: &SessionId, part: Part) -> Result<(), ProtocolError> {
        let role = match part {
            Part::Speaker | Part::AlertSpeaker => RoleName::Speaker,
            Part::Listener => RoleName::Listener,
        };
        match self.standing.role() {
            Some(own) if own != (id, role) => Err(ProtocolError::already_joined()),
            _ => {
                // Gone means that the connection is closing; its task will notice.
                let _ = self.app.hub.enlist(self.id(), id, part);
                self.asked_for_place = true;
                Ok(())
            }
        }
    }

    /// Takes it out again where it got no role.
    fn not_enlisted(&self, refused: ProtocolError) -> ProtocolError {
        if self.standing == Standing::None {
            self.app.hub.withdraw(self.id());
        }
        refused
    }
}
