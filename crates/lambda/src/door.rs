//! Somebody wants to connect: whether they may come in, and what they are at once.

use crate::app::App;
use crate::caller::Caller;
use crate::trigger::SocketEvent;
use crate::work::{Wanted, Work};
use headcount_core::service::Parting;
use headcount_protocol::{Connect, ConnectRequest, ProtocolError};

/// What a connection asks for that may come in.
pub(crate) struct Admitted {
    connect: Result<Connect, ProtocolError>,
    /// It comes back to a place of its own, as far as its token says.
    resuming: bool,
}

impl App {
    /// Lets those in whose page may connect, and whose address has not connected too often. Who is refused here hears
    /// so by the status of its upgrade, whatever it reads.
    pub(crate) async fn admit(
        &self,
        caller: &Caller,
        event: &SocketEvent,
    ) -> Result<Admitted, ProtocolError> {
        let (page, name) = (event.origin.as_deref(), event.host.as_deref());
        if let Err(refused) = self.origins.check(page.map(str::as_bytes), name.map(str::as_bytes), true) {
            tracing::debug!(%refused, "origin refused");
            return Err(ProtocolError::origin_not_allowed());
        }
        let connect = Connect::parse(event.query.iter().cloned(), event.bearer.clone());
        let resuming = match connect.as_ref().ok().and_then(Connect::resumed) {
            Some((session, token)) => {
                self.gate.resumes(session, token).await.map_err(|failed| self.store_failed(&failed))?
            }
            None => false,
        };
        if !resuming {
            self.limits.connect(caller.address).await?;
        }
        Ok(Admitted { connect, resuming })
    }

    /// Seats the connection and does what its query asks for. The answer to that cannot be posted before API Gateway
    /// has ours, so it is left for a moment later.
    pub(crate) async fn enter(&self, caller: &mut Caller, admitted: Admitted) -> Result<(), ProtocolError> {
        let Admitted { connect, resuming } = admitted;
        let connect = connect?;
        caller.token = connect.token;
        caller.detail = connect.status_detail;
        let placed = self.place(caller, connect.request).await;
        // A token that was used before, or whose session has ended, looks like a valid one until the store has seen it;
        // then it is a connection like any other, and falls under the rate after all.
        if resuming && !matches!(placed, Ok(Placed { resumed: true, .. })) {
            self.count_after_all(caller).await?;
        }
        let Some(wanted) = placed?.wanted else { return Ok(()) };
        let greet = Work::Greet { connection: caller.connection.clone(), wanted };
        if let Err(error) = self.leave(&greet).await {
            // The client is in; it hears so when it says createSession or joinSession itself.
            tracing::warn!(%error, "greeting not sent");
        }
        Ok(())
    }

    async fn place(&self, caller: &Caller, request: ConnectRequest) -> Result<Placed, ProtocolError> {
        let as_new = |wanted| Placed { wanted: Some(wanted), resumed: false };
        match request {
            ConnectRequest::None => {
                self.keep_guest(caller).await.map(|()| Placed { wanted: None, resumed: false })
            }
            ConnectRequest::CreateSession(create) => {
                self.create(caller, create).await.map(|_| as_new(Wanted::Create))
            }
            ConnectRequest::Speaker { session, token } => {
                self.speak(caller, &session, Some(&token)).await.map(|()| as_new(Wanted::Speak))
            }
            ConnectRequest::Join(join) => {
                let entered = self.join(caller, join).await?;
                Ok(Placed { wanted: Some(Wanted::Join), resumed: entered.resumed })
            }
            ConnectRequest::Refresh(refresh) => {
                let entered = self.refresh(caller, refresh).await?;
                Ok(Placed { wanted: Some(Wanted::Refresh), resumed: entered.resumed })
            }
        }
    }

    /// Counts a connection that did not get back the place for which it was not counted.
    async fn count_after_all(&self, caller: &Caller) -> Result<(), ProtocolError> {
        let counted = self.limits.connect(caller.address).await;
        if counted.is_err() {
            // For good: in a grace it would count, and every use of the old token would be one listener more.
            if let Err(error) = self.service.disconnect(&caller.connection, Parting::Closed).await {
                tracing::error!(%error, "departure not counted");
            }
        }
        counted
    }
}

/// What became of what was asked for while connecting.
struct Placed {
    /// What is to be answered; `None` for a guest.
    wanted: Option<Wanted>,
    /// Whether it has a place again that it had before.
    resumed: bool,
}
