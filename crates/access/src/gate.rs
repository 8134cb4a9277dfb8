//! Who speaks: tokens put to use, with keys that are fetched when a token names one that nobody knows.

use crate::{Capabilities, SpeakerAuth, Unauthorized, verify_speaker_of};
use headcount_core::ports::Clock;
use headcount_core::{Session, Timestamp, UserId};
use std::sync::Arc;
use tokio::sync::Mutex;

#[cfg(test)]
mod tests;

/// The keeper of a gateway's gate: [`SpeakerAuth`] with a clock, and with somebody who fetches its keys.
///
/// It needs a tokio runtime, whose blocking threads the keys are fetched on.
pub struct SpeakerGate {
    speakers: Arc<SpeakerAuth>,
    clock: Arc<dyn Clock>,
    /// Held by the one who fetches keys; the others wait for it and look again.
    fetching: Mutex<()>,
}

impl SpeakerGate {
    /// Lets those in who prove themselves to `speakers`.
    #[must_use]
    pub fn new(speakers: SpeakerAuth, clock: Arc<dyn Clock>) -> Self {
        Self { speakers: Arc::new(speakers), clock, fetching: Mutex::default() }
    }

    /// Whether anybody may speak.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.speakers.is_open()
    }

    /// The user that a login token names; `None` where anybody may speak.
    ///
    /// # Errors
    /// As [`SpeakerAuth::verify`], with the newest keys that could be had.
    pub async fn login(&self, token: Option<&str>) -> Result<Option<UserId>, Unauthorized> {
        self.verify(|now| self.speakers.verify(token, now)).await
    }

    /// Whether `token` is a capability for `session`, or the login of the user who created it.
    ///
    /// # Errors
    /// As [`verify_speaker_of`], with the newest keys that could be had.
    pub async fn speaks_for(
        &self,
        session: &Session,
        token: &str,
        capabilities: &Capabilities,
    ) -> Result<(), Unauthorized> {
        self.verify(|now| verify_speaker_of(session, token, capabilities, &self.speakers, now)).await
    }

    /// Fetches keys, if they are needed and nobody has just done so. Where that fails, the log says why.
    pub async fn refresh_keys(&self) {
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

    /// Verifies, and once more if newer keys could change the answer.
    async fn verify<T>(
        &self,
        verify: impl Fn(Timestamp) -> Result<T, Unauthorized>,
    ) -> Result<T, Unauthorized> {
        let mut answer = verify(self.clock.now());
        if answer.as_ref().is_err_and(|refused| refused.wants_refresh()) {
            self.refresh_keys().await;
            answer = verify(self.clock.now());
        }
        answer.inspect_err(|refused| tracing::debug!(cause = refused.cause().as_str(), "token refused"))
    }
}
