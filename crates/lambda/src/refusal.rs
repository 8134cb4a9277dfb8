//! What the service could not do, as the client reads it. The cause goes to the log, under the id that the client
//! is given; nothing of it goes to the client.

use crate::app::App;
use headcount_core::ports::StoreError;
use headcount_core::service::{AttachError, JoinError, OpenError, QueryError, SwitchError};
use headcount_protocol::{ProtocolError, RoleName};

/// When to try again after the store was not there, in seconds.
const STORE_RETRY: u64 = 1;

impl App {
    /// The store did not answer in time.
    pub(crate) fn too_slow() -> ProtocolError {
        ProtocolError::unavailable(STORE_RETRY)
    }

    pub(crate) fn store_failed(&self, error: &StoreError) -> ProtocolError {
        let request = self.request_id();
        tracing::error!(request, %error, "store failed");
        match error {
            StoreError::Unavailable(_) => Self::too_slow(),
            StoreError::Full(_) => ProtocolError::no_new_sessions(request),
        }
    }

    pub(crate) fn not_opened(&self, error: &OpenError) -> ProtocolError {
        match error {
            OpenError::Store(store) => self.store_failed(store),
            OpenError::NoFreeName => {
                let request = self.request_id();
                tracing::error!(request, %error, "session not created");
                ProtocolError::no_new_sessions(request)
            }
        }
    }

    pub(crate) fn not_attached(&self, error: &AttachError) -> ProtocolError {
        match error {
            AttachError::SessionNotFound => ProtocolError::session_not_found(),
            AttachError::AlreadyJoined => ProtocolError::already_joined(),
            AttachError::Store(store) => self.store_failed(store),
        }
    }

    pub(crate) fn not_joined(&self, error: &JoinError) -> ProtocolError {
        match error {
            JoinError::SessionNotFound => ProtocolError::session_not_found(),
            JoinError::Full { max_listeners } => ProtocolError::session_full(*max_listeners),
            JoinError::AlreadyJoined => ProtocolError::already_joined(),
            JoinError::LanguageNeeded => ProtocolError::missing_parameter("targetLanguage"),
            JoinError::Store(store) => self.store_failed(store),
        }
    }

    pub(crate) fn not_switched(&self, action: &'static str, error: &SwitchError) -> ProtocolError {
        match error {
            SwitchError::NoListener => ProtocolError::unauthorized_action(action, RoleName::Listener),
            SwitchError::SessionNotFound => ProtocolError::session_not_found(),
            SwitchError::Store(store) => self.store_failed(store),
        }
    }

    pub(crate) fn not_the_speaker(&self, action: &'static str, error: &QueryError) -> ProtocolError {
        match error {
            QueryError::NoRole => ProtocolError::connection_not_found(),
            QueryError::Listener => ProtocolError::unauthorized_action(action, RoleName::Speaker),
            QueryError::Superseded => ProtocolError::superseded(),
            QueryError::SessionNotFound => ProtocolError::session_not_found(),
            QueryError::Store(store) => self.store_failed(store),
        }
    }

    /// Something in us failed that has been logged under `request`.
    pub(crate) fn failed(&self, cause: &str) -> ProtocolError {
        let request = self.request_id();
        tracing::error!(request, cause, "invocation failed");
        ProtocolError::internal(request)
    }

    /// A fresh id that joins what a client was told to what the log says.
    fn request_id(&self) -> String {
        format!("{:016x}", self.ports.ids.entropy())
    }
}
