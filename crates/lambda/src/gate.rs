//! Who may do what: login tokens and capabilities, put to use.

use async_trait::async_trait;
use headcount_access::{Capabilities, Cause, SpeakerAuth, Unauthorized, generate_key, verify_speaker_of};
use headcount_core::ports::{Clock, StoreError};
use headcount_core::{Place, Session, Timestamp, UserId};
use headcount_protocol::{ProtocolError, Token};
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

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
    speakers: Arc<SpeakerAuth>,
    authorizer: bool,
    keys: Arc<dyn SigningKeys>,
    /// Made when first needed: a brown-field query never needs it, and a start should wait for nothing.
    capabilities: OnceCell<Capabilities>,
    clock: Arc<dyn Clock>,
    /// Held by the one who fetches keys; the others wait for it and look again.
    fetching: Mutex<()>,
}

impl Gate {
    pub(crate) fn new(logins: Logins, keys: Arc<dyn SigningKeys>, clock: Arc<dyn Clock>) -> Self {
        let (speakers, authorizer) = match logins {
            Logins::Tokens(speakers) => (speakers, false),
            Logins::Authorizer => (SpeakerAuth::none(), true),
        };
        Self {
            speakers: Arc::new(speakers),
            authorizer,
            keys,
            capabilities: OnceCell::new(),
            clock,
            fetching: Mutex::default(),
        }
    }

    /// The user who may create a session: `found` by an authorizer, or named by a login token; `None` where anybody
    /// may.
    pub(crate) async fn login(
        &self,
        found: Option<&UserId>,
        token: Option<&Token>,
    ) -> Result<Option<UserId>, ProtocolError> {
        if self.authorizer {
            return found.cloned().map(Some).ok_or_else(ProtocolError::unauthorized);
        }
        self.verify(|now| self.speakers.verify(token.map(Token::as_str), now)).await
    }

    /// Whether the caller is the speaker of `session`: by capability, or as the user who created it.
    pub(crate) async fn speaks_for(
        &self,
        found: Option<&UserId>,
        token: Option<&Token>,
        session: &Session,
    ) -> Result<(), GateError> {
        if self.authorizer && found.is_some() && found == session.owner.as_ref() {
            return Ok(());
        }
        let Some(token) = token else { return Err(ProtocolError::unauthorized().into()) };
        let capabilities = self.capabilities().await?;
        let verify = |now| verify_speaker_of(session, token.as_str(), capabilities, &self.speakers, now);
        Ok(self.verify(verify).await?)
    }

    /// The capability of `session`'s speaker.
    pub(crate) async fn speaker_token(&self, session: &Session) -> Result<Token, StoreError> {
        Ok(Token::new(self.capabilities().await?.speaker_token(session)))
    }

    /// A listener's proof of its place, good for one use.
    pub(crate) async fn resume_token(&self, session: &Session, place: &Place) -> Result<Token, StoreError> {
        Ok(Token::new(self.capabilities().await?.resume_token(session, place)))
    }

    /// The place in `session` that a resume token of ours proves.
    pub(crate) async fn resumed_place(
        &self,
        token: Option<&Token>,
        session: &Session,
    ) -> Result<Option<Place>, StoreError> {
        let Some(token) = token else { return Ok(None) };
        let claim = self.capabilities().await?.verify_resume(token.as_str());
        Ok(claim.and_then(|claim| claim.place_in(session)))
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
