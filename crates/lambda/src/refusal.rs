//! What the service could not do, as the client reads it. The cause goes to the log, under the id that the client
//! is given; nothing of it goes to the client.

use crate::app::App;
use headcount_core::ports::StoreError;
use headcount_protocol::{ProtocolError, Refusal};

/// When to try again after the store was not there, in seconds.
const STORE_RETRY: u64 = 1;

impl App {
    /// The store did not answer in time.
    pub(crate) fn too_slow() -> ProtocolError {
        ProtocolError::unavailable(STORE_RETRY)
    }

    /// The invocation's time is over before the work is.
    pub(crate) fn out_of_time() -> ProtocolError {
        tracing::error!("there was no time to answer");
        Self::too_slow()
    }

    pub(crate) fn store_failed(&self, error: &StoreError) -> ProtocolError {
        let request = self.request_id();
        tracing::error!(request, %error, "store failed");
        match error {
            StoreError::Unavailable(_) => Self::too_slow(),
            StoreError::Full(_) => ProtocolError::no_new_sessions(request),
        }
    }

    /// What the service did not do. Where its text names the action, that comes with the error.
    pub(crate) fn refused<'a>(&self, refusal: impl Into<Refusal<'a>>) -> ProtocolError {
        match refusal.into() {
            Refusal::Client(refused) => refused,
            Refusal::Store(error) => self.store_failed(error),
            Refusal::NoFreeName => {
                let request = self.request_id();
                tracing::error!(request, "session not created: no free name was found");
                ProtocolError::no_new_sessions(request)
            }
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
