//! What a connection without a role has brought, for the message in which it says what it wants to be.
//!
//! Only the upgrade shows its query and its headers. So a login is looked at there, and who it is of is kept, never the
//! token; and how much the statuses are to say. A speaker token names no user and is not kept: a `refreshConnection`
//! that comes later brings it itself. A login that is not good is not kept either; who came with it is refused when it
//! wants to create a session, as by the server.

use crate::app::App;
use crate::caller::Caller;
use async_trait::async_trait;
use headcount_core::ports::StoreError;
use headcount_core::{ConnectionId, StatusDetail, Timestamp, UserId};
use headcount_protocol::ProtocolError;

/// What is kept of a guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guest {
    /// Who it is, where it has logged in.
    pub user: Option<UserId>,
    /// How much the statuses for it are to say.
    pub detail: StatusDetail,
}

/// Where guests are kept, for as long as API Gateway lets a connection live.
#[async_trait]
pub trait Guests: Send + Sync {
    /// Keeps what `connection` has brought at `now`.
    async fn keep(&self, connection: &ConnectionId, guest: &Guest, now: Timestamp) -> Result<(), StoreError>;

    /// What is kept of `connection` at `now`; nothing, where it was never kept.
    async fn guest(&self, connection: &ConnectionId, now: Timestamp) -> Result<Guest, StoreError>;

    /// Forgets `connection`. What this misses is forgotten when its time is over.
    async fn forget(&self, connection: &ConnectionId) -> Result<(), StoreError>;
}

impl App {
    /// Keeps what `caller` has brought, if that is anything.
    pub(crate) async fn keep_guest(&self, caller: &Caller) -> Result<(), ProtocolError> {
        let user = self.gate.known(caller.token.as_ref()).await;
        let guest = Guest { user, detail: caller.detail };
        if guest == Guest::default() {
            return Ok(());
        }
        let kept = self.guests.keep(&caller.connection, &guest, self.now()).await;
        kept.map_err(|failed| self.store_failed(&failed))
    }

    /// `caller` with what it brought when it connected.
    pub(crate) async fn recalled(&self, caller: &Caller) -> Result<Caller, ProtocolError> {
        let guest = self.guests.guest(&caller.connection, self.now()).await;
        let Guest { user, detail } = guest.map_err(|failed| self.store_failed(&failed))?;
        Ok(Caller { logged_in: user, detail, ..caller.clone() })
    }

    /// Forgets what `connection` has brought.
    pub(crate) async fn forget_guest(&self, connection: &ConnectionId) {
        if let Err(error) = self.guests.forget(connection).await {
            // The table's own time limit forgets it.
            tracing::warn!(%error, "guest not forgotten");
        }
    }
}
