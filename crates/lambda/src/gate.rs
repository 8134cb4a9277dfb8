//! Who may do what: login tokens and capabilities, put to use.

use crate::caller::Caller;
use async_trait::async_trait;
use headcount_access::{Capabilities, ResumeClaim, SpeakerAuth, SpeakerGate, Unauthorized, generate_key};
use headcount_core::ports::{Clock, StoreError};
use headcount_core::{Place, Session, SessionId, UserId};
use headcount_protocol::{ProtocolError, Token};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Where the key of capabilities is kept, so that all instances have the same.
#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// The key that is kept; `candidate`, which is kept from then on, where there was none.
    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError>;
}

/// Who logs speakers in.
pub enum Logins {
    /// We look at their tokens ourselves, as the standalone server does.
    Tokens(SpeakerAuth),
    /// An authorizer before us has; what it says is believed, and nobody else may create a session.
    Authorizer,
}

/// The keeper of the gate.
pub(crate) struct Gate {
    speakers: SpeakerGate,
    authorizer: bool,
    keys: Arc<dyn SigningKeys>,
    /// Made when first needed: a brown-field query never needs it, and a start should wait for nothing.
    capabilities: OnceCell<Capabilities>,
}

impl Gate {
    pub(crate) fn new(logins: Logins, keys: Arc<dyn SigningKeys>, clock: Arc<dyn Clock>) -> Self {
        let (speakers, authorizer) = match logins {
            Logins::Tokens(speakers) => (speakers, false),
            Logins::Authorizer => (SpeakerAuth::none(), true),
        };
        let speakers = SpeakerGate::new(speakers, clock);
        Self { speakers, authorizer, keys, capabilities: OnceCell::new() }
    }

    /// The user that `caller`, who brings `token`, creates a session as; `None` where anybody may.
    pub(crate) async fn login(
        &self,
        caller: &Caller,
        token: Option<&Token>,
    ) -> Result<Option<UserId>, ProtocolError> {
        match self.vouched_for(caller, token) {
            Some(user) => Ok(Some(user.clone())),
            None if self.authorizer => Err(ProtocolError::unauthorized()),
            None => self.speakers.login(token.map(Token::as_str)).await.map_err(refusal),
        }
    }

    /// The user that a login token names, where we look at those and it is good.
    pub(crate) async fn known(&self, token: Option<&Token>) -> Option<UserId> {
        let token = token.filter(|_| !self.authorizer)?;
        self.speakers.login(Some(token.as_str())).await.ok().flatten()
    }

    /// Whether `caller`, who brings `token`, is the speaker of `session`: by capability, or as the user who created it.
    pub(crate) async fn speaks_for(
        &self,
        caller: &Caller,
        token: Option<&Token>,
        session: &Session,
    ) -> Result<(), GateError> {
        let user = self.vouched_for(caller, token);
        if user.is_some() && user == session.owner.as_ref() {
            return Ok(());
        }
        let Some(token) = token else {
            // Whoever is known is only not the one.
            let refused = user.map_or_else(ProtocolError::unauthorized, |_| ProtocolError::not_permitted());
            return Err(refused.into());
        };
        let capabilities = self.capabilities().await?;
        let verified = self.speakers.speaks_for(session, token.as_str(), capabilities).await;
        Ok(verified.map_err(refusal)?)
    }

    /// The user that `caller` is without showing anything: whom the authorizer has found, or else whom we have found
    /// ourselves when it connected, unless it shows a token, which then decides.
    fn vouched_for<'a>(&self, caller: &'a Caller, token: Option<&Token>) -> Option<&'a UserId> {
        if self.authorizer {
            caller.authorized.as_ref()
        } else {
            caller.logged_in.as_ref().filter(|_| token.is_none())
        }
    }

    /// The capability of `session`'s speaker.
    pub(crate) async fn speaker_token(&self, session: &Session) -> Result<Token, StoreError> {
        Ok(Token::new(self.capabilities().await?.speaker_token(session)))
    }

    /// A listener's proof of its place, good for one use.
    pub(crate) async fn resume_token(&self, session: &Session, place: &Place) -> Result<Token, StoreError> {
        Ok(Token::new(self.capabilities().await?.resume_token(session, place)))
    }

    /// Whether `token` is a resume token of ours for `session`.
    pub(crate) async fn resumes(&self, session: &SessionId, token: &Token) -> Result<bool, StoreError> {
        let claim = self.resume_claim(Some(token)).await?;
        Ok(claim.is_some_and(|claim| claim.session_id() == session))
    }

    /// The place in `session` that a resume token of ours proves.
    pub(crate) async fn resumed_place(
        &self,
        token: Option<&Token>,
        session: &Session,
    ) -> Result<Option<Place>, StoreError> {
        let claim = self.resume_claim(token).await?;
        Ok(claim.and_then(|claim| claim.place_in(session)))
    }

    async fn resume_claim(&self, token: Option<&Token>) -> Result<Option<ResumeClaim>, StoreError> {
        let Some(token) = token else { return Ok(None) };
        Ok(self.capabilities().await?.verify_resume(token.as_str()))
    }

    async fn capabilities(&self) -> Result<&Capabilities, StoreError> {
        let make = || async {
            let unavailable = |error: &dyn std::error::Error| StoreError::Unavailable(error.to_string());
            let candidate = generate_key().map_err(|error| unavailable(&error))?;
            let key = self.keys.signing_key(candidate).await?;
            Capabilities::new(&key).map_err(|error| unavailable(&error))
        };
        self.capabilities.get_or_try_init(make).await
    }
}

fn refusal(refused: Unauthorized) -> ProtocolError {
    if refused.is_of_another_user() { ProtocolError::not_permitted() } else { ProtocolError::unauthorized() }
}

/// Why somebody does not speak for a session.
pub(crate) enum GateError {
    /// They may not.
    Refused(ProtocolError),
    /// Nobody can tell.
    Store(StoreError),
}

impl From<ProtocolError> for GateError {
    fn from(refused: ProtocolError) -> Self {
        Self::Refused(refused)
    }
}

impl From<StoreError> for GateError {
    fn from(failed: StoreError) -> Self {
        Self::Store(failed)
    }
}
