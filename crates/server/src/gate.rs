//! Who may do what: login tokens, session capabilities and operator tokens, put to use.

use headcount_access::{
    Capabilities, Cause, OperatorAuth, ResumeClaim, SpeakerAuth, Unauthorized, verify_speaker_of,
};
use headcount_core::ports::Clock;
use headcount_core::{Place, Session, Timestamp, UserId};
use headcount_protocol::{ProtocolError, Token};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

#[cfg(test)]
mod tests;

/// How often is looked whether the keys of login tokens have to be fetched anew.
const KEY_CHECK: Duration = Duration::from_secs(60);

/// The keeper of the gate.
pub(crate) struct Gate {
    speakers: Arc<SpeakerAuth>,
    operators: OperatorAuth,
    capabilities: Capabilities,
    clock: Arc<dyn Clock>,
    /// Held by the one who fetches keys; the others wait for it and look again.
    fetching: Mutex<()>,
}

impl Gate {
    pub(crate) fn new(
        speakers: SpeakerAuth,
        operators: OperatorAuth,
        capabilities: Capabilities,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { speakers: Arc::new(speakers), operators, capabilities, clock, fetching: Mutex::default() }
    }

    /// The user that a login token names; `None` where anybody may speak.
    pub(crate) async fn login(&self, token: Option<&Token>) -> Result<Option<UserId>, ProtocolError> {
        self.verify(|now| self.speakers.verify(token.map(Token::as_str), now)).await
    }

    /// Whether `token` is a capability for `session`, or the login of the user who created it.
    pub(crate) async fn speaks_for(
        &self,
        token: Option<&Token>,
        session: &Session,
    ) -> Result<(), ProtocolError> {
        let Some(token) = token else { return Err(ProtocolError::unauthorized()) };
        let verify =
            |now| verify_speaker_of(session, token.as_str(), &self.capabilities, &self.speakers, now);
        self.verify(verify).await
    }

    /// Verifies, and once more if newer keys could change the answer.
    async fn verify<T>(
        &self,
        verify: impl Fn(Timestamp) -> Result<T, Unauthorized>,
    ) -> Result<T, ProtocolError> {
        let mut answer = verify(self.clock.now());
        if answer.as_ref().is_err_and(|refused| refused.wants_refresh()) {
            self.refresh_keys().await;
            answer = verify(self.clock.now());
        }
        answer.map_err(|refused| {
            tracing::debug!(cause = refused.cause().as_str(), "token refused");
            match refused.cause() {
                // Where nobody logs in, what is no speaker token is no token at all.
                Cause::NotTheOwner if !self.speakers.is_open() => ProtocolError::not_permitted(),
                _ => ProtocolError::unauthorized(),
            }
        })
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
            self.refresh_keys().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(KEY_CHECK) => {}
            }
        }
    }

    async fn refresh_keys(&self) {
        let _fetching = self.fetching.lock().await;
        let now = self.clock.now();
        if !self.speakers.needs_refresh(now) {
            return;
        }
        let speakers = Arc::clone(&self.speakers);
        match tokio::task::spawn_blocking(move || speakers.refresh(now)).await {
            Ok(Ok(_)) => tracing::info!("login keys fetched"),
            Ok(Err(error)) => tracing::warn!(%error, "login keys not fetched"),
            Err(_) => tracing::error!("login keys not fetched: the fetch failed"),
        }
    }
}
