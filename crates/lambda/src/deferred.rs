//! The messages of the work queue: wake-ups, and what another invocation has left.

use crate::app::App;
use crate::arming::Wake;
use crate::caller::Caller;
use crate::compose::wake_of;
use crate::failures::{Failures, guarded};
use crate::newcomers::until_there;
use crate::sweep::SweepError;
use crate::trigger::QueueMessage;
use crate::work::{Wanted, Work};
use futures_util::{StreamExt, stream};
use headcount_core::ports::{SendError, StoreError};
use headcount_core::{ConnectionId, Role, SessionId};
use headcount_protocol::{ProtocolError, RoleName};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

/// How many messages of one batch are worked on at a time. A batch has ten.
const AT_ONCE: usize = 10;

/// Why a message was not worked off. It comes again, and then to the dead letters.
#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error("the message is none of ours, or of another version")]
    NoWork,
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Refused(#[from] ProtocolError),
    #[error("the sweep failed: {0}")]
    Sweep(#[from] SweepError),
    #[error("{0}")]
    Send(#[from] SendError),
    #[error("there was no time")]
    OutOfTime,
}

impl App {
    /// Works off a batch, as long as there is time before `until`; says which of its messages are to come again.
    pub(crate) async fn on_queue(&self, messages: &[QueueMessage], until: Instant) -> Value {
        let failures = Failures::default();
        let all = stream::iter(messages).for_each_concurrent(AT_ONCE, |message| {
            let failures = &failures;
            async move {
                match guarded(self.in_time(&message.body, until)).await {
                    Some(Ok(())) => {}
                    // What is not to be had any more need not come again: its session has ended, say.
                    Some(Err(Undone::Refused(refused))) if refused.code().status() < 500 => {
                        tracing::debug!(code = refused.code().as_str(), "work not wanted any more");
                    }
                    Some(Err(undone)) => {
                        tracing::error!(error = %undone, "work not done");
                        failures.add(&message.id);
                    }
                    None => failures.add(&message.id),
                }
            }
        });
        all.await;
        failures.report()
    }

    async fn in_time(&self, message: &str, until: Instant) -> Result<(), Undone> {
        timeout_at(until, self.on_queued(message, until)).await.unwrap_or(Err(Undone::OutOfTime))
    }

    async fn on_queued(&self, message: &str, until: Instant) -> Result<(), Undone> {
        if let Some(wake) = wake_of(message) {
            return Ok(self.on_wake(&wake).await?);
        }
        match Work::read(message).map_err(|_| Undone::NoWork)? {
            Work::Sweep { after } => {
                self.sweep(Some(after), until).await?;
            }
            Work::Greet { connection, wanted } => self.greet(connection, wanted).await?,
            Work::Brief { session } => self.service.brief_speaker(&session).await?,
            Work::Audit { session } => self.audit(&session, until).await?,
            Work::Refuse { connection, error } => self.refuse(&connection, error).await?,
        }
        Ok(())
    }

    /// A wake-up. It may ask for one more.
    async fn on_wake(&self, wake: &Wake) -> Result<(), StoreError> {
        let timer = self.arming.following(wake);
        self.service_over(|ports| ports.timer = timer).wake(&wake.session).await
    }

    /// Tells a connection what came of its query. One that is gone by now needs no answer.
    async fn greet(&self, connection: ConnectionId, wanted: Wanted) -> Result<(), Undone> {
        let caller = Caller::named(connection);
        let Some(role) = self.role_of(&caller).await? else { return Ok(()) };
        let speaks_in = (role.role == Role::Speaker).then(|| role.session.clone());
        let text = match wanted {
            Wanted::Speak => None,
            Wanted::Create | Wanted::Join => Some(self.answered_again(&caller, &role).await?),
            Wanted::Refresh => {
                let name = RoleName::from(&role.role);
                let token = self.resume_token_of(&caller, &role).await?;
                Some(self.refreshed(&caller, &role.session, name, token.as_ref()))
            }
        };
        if let Some(text) = text {
            until_there(|| self.outlet.post(&caller.connection, text.clone())).await?;
        }
        self.brief_greeted(speaks_in, wanted).await
    }

    /// A speaker of a session that there was hears where that stands.
    async fn brief_greeted(&self, speaks_in: Option<SessionId>, wanted: Wanted) -> Result<(), Undone> {
        match speaks_in {
            Some(session) if matches!(wanted, Wanted::Speak | Wanted::Refresh) => {
                Ok(self.service.brief_speaker(&session).await?)
            }
            _ => Ok(()),
        }
    }

    /// Tells a connection why it is refused, then closes it.
    async fn refuse(&self, connection: &ConnectionId, error: String) -> Result<(), Undone> {
        let sent = until_there(|| self.outlet.post(connection, error.clone())).await;
        self.outlet.close(connection).await;
        sent.map(drop)?;
        Ok(())
    }
}
