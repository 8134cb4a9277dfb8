//! Who may do what: login tokens, session capabilities and operator tokens, put to use.

use crate::viewer::Viewer;
use headcount_access::{
    Capabilities, LinkClaim, OperatorAuth, ResumeClaim, SpeakerAuth, SpeakerGate, Unauthorized,
};
use headcount_core::ports::Clock;
use headcount_core::{LinkId, Place, Session, Timestamp, UserId};
use headcount_protocol::{ProtocolError, Token};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often is looked whether the keys of login tokens have to be fetched anew.
const KEY_CHECK: Duration = Duration::from_secs(60);

/// The keeper of the gate.
pub(crate) struct Gate {
    speakers: SpeakerGate,
    operators: OperatorAuth,
    capabilities: Capabilities,
}

impl Gate {
    pub(crate) fn new(
        speakers: SpeakerAuth,
        operators: OperatorAuth,
        capabilities: Capabilities,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { speakers: SpeakerGate::new(speakers, clock), operators, capabilities }
    }

    /// The user that a login token names; `None` where anybody may speak.
    pub(crate) async fn login(&self, token: Option<&Token>) -> Result<Option<UserId>, ProtocolError> {
        self.speakers.login(token.map(Token::as_str)).await.map_err(refusal)
    }

    /// Whether `token` is a capability for `session`, or the login of the user who created it.
    pub(crate) async fn speaks_for(
        &self,
        token: Option<&Token>,
        session: &Session,
    ) -> Result<(), ProtocolError> {
        let token = token.ok_or_else(ProtocolError::unauthorized)?;
        self.speakers.speaks_for(session, token.as_str(), &self.capabilities).await.map_err(refusal)
    }

    /// Whether `token` was the capability of a session that has ended. Its time is over, so that does not matter.
    pub(crate) fn spoke_for(&self, token: Option<&Token>, session: &Session) -> Result<(), ProtocolError> {
        let token = token.ok_or_else(ProtocolError::unauthorized)?;
        let verified = self.capabilities.verify_speaker(token.as_str(), session, session.created_at);
        verified.map_err(|_| ProtocolError::unauthorized())
    }

    /// Who may look on at `session`: an operator, its speaker, or whoever has a link that is good at `now`.
    pub(crate) async fn viewer(
        &self,
        token: Option<&Token>,
        session: &Session,
        now: Timestamp,
    ) -> Result<Viewer, ProtocolError> {
        if self.is_operator(token) {
            return Ok(Viewer::Operator);
        }
        if let Some(claim) = self.link_claim(token) {
            let link = claim.link_in(session, now).cloned();
            return link.map(Viewer::Link).ok_or_else(ProtocolError::unauthorized);
        }
        self.speaks_for(token, session).await?;
        Ok(Viewer::Speaker)
    }

    /// Who might look on at a session that has ended, as it was last.
    pub(crate) fn was_viewer(
        &self,
        token: Option<&Token>,
        session: &Session,
    ) -> Result<Viewer, ProtocolError> {
        if self.is_operator(token) {
            return Ok(Viewer::Operator);
        }
        if let Some(claim) = self.link_claim(token) {
            let link = claim.link_in(session, session.created_at).cloned();
            return link.map(Viewer::Link).ok_or_else(ProtocolError::unauthorized);
        }
        self.spoke_for(token, session).map(|()| Viewer::Speaker)
    }

    /// Whether `token` was for a session of which nothing but its beginning is known any more. A link that was taken back
    /// counts too: who has it learns that the session has ended, and no more.
    pub(crate) fn knew(&self, token: Option<&Token>, session: &Session) -> bool {
        self.is_operator(token)
            || self.link_claim(token).is_some_and(|claim| claim.is_of(session))
            || self.spoke_for(token, session).is_ok()
    }

    /// What opens a link.
    pub(crate) fn link_token(&self, session: &Session, link: &LinkId) -> Token {
        Token::new(self.capabilities.link_token(session, link))
    }

    fn link_claim(&self, token: Option<&Token>) -> Option<LinkClaim> {
        self.capabilities.verify_link(token?.as_str())
    }

    /// The capability of `session`'s speaker.
    pub(crate) fn speaker_token(&self, session: &Session) -> Token {
        Token::new(self.capabilities.speaker_token(session))
    }

    /// A listener's proof of its place, good for one use.
    pub(crate) fn resume_token(&self, session: &Session, place: &Place) -> Token {
        Token::new(self.capabilities.resume_token(session, place))
    }

    /// What a resume token says, if it is one of ours.
    pub(crate) fn resume_claim(&self, token: Option<&Token>) -> Option<ResumeClaim> {
        self.capabilities.verify_resume(token?.as_str())
    }

    /// Whether `token` is an operator's.
    pub(crate) fn is_operator(&self, token: Option<&Token>) -> bool {
        token.is_some_and(|token| self.operators.is_operator(token.as_str()))
    }

    /// Lets operators through.
    pub(crate) fn operator(&self, token: Option<&Token>) -> Result<(), ProtocolError> {
        match token {
            _ if self.is_operator(token) => Ok(()),
            None => Err(ProtocolError::unauthorized()),
            Some(_) => Err(ProtocolError::not_permitted()),
        }
    }

    /// Keeps the keys of login tokens fresh until `stop`.
    pub(crate) async fn keep_keys_fresh(&self, stop: CancellationToken) {
        while !self.speakers.is_open() {
            self.speakers.refresh_keys().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(KEY_CHECK) => {}
            }
        }
    }
}

fn refusal(refused: Unauthorized) -> ProtocolError {
    if refused.is_of_another_user() { ProtocolError::not_permitted() } else { ProtocolError::unauthorized() }
}
