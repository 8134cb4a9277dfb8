//! Who may do what: login tokens, session capabilities and operator tokens, put to use.

use headcount_access::{Capabilities, OperatorAuth, ResumeClaim, SpeakerAuth, SpeakerGate, Unauthorized};
use headcount_core::ports::Clock;
use headcount_core::{Place, Session, UserId};
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
