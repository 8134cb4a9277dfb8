//! What the service could not do, as the client reads it. The cause goes to the log, under the id that the client
//! is given; nothing of it goes to the client.

use crate::app::App;
use headcount_core::ports::StoreError;
use headcount_protocol::{ProtocolError, Refusal};

/// When to try again after the store was not there, in seconds.
const STORE_RETRY: u64 = 1;

impl App {
    pub(crate) fn store_failed(&self, error: &StoreError) -> ProtocolError {
        let request = self.request_id();
        tracing::error!(request, %error, "store failed");
        match error {
            StoreError::Unavailable(_) => ProtocolError::unavailable(STORE_RETRY),
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

    /// What was to be done to its end did not get there, through a fault in the program.
    pub(crate) fn work_failed(&self) -> ProtocolError {
        let request = self.request_id();
        tracing::error!(request, "request failed: its task panicked");
        ProtocolError::internal(request)
    }

    /// A fresh id that joins what a client was told to what the log says.
    fn request_id(&self) -> String {
        format!("{:016x}", self.ids.entropy())
    }
}
