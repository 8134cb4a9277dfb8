//! What happens on a WebSocket, and what the function returns for it.

use crate::app::{App, ReplyMode};
use crate::caller::Caller;
use crate::trigger::{Body, SocketEvent, SocketKind};
use crate::work::{Wanted, Work};
use headcount_core::ConnectionId;
use headcount_core::service::Parting;
use headcount_protocol::{Connect, ConnectRequest, ProtocolError, SUBPROTOCOL};
use serde_json::{Value, json};

/// The connection was lost without a close frame (RFC 6455 §7.4.1).
const LOST: u64 = 1_006;

impl App {
    /// Does what a WebSocket event asks for; what API Gateway is to be given for it.
    pub(crate) async fn on_socket(&self, event: &SocketEvent) -> Value {
        let Some(caller) = Caller::of(event) else {
            tracing::warn!(kind = event.kind.name(), "socket event without a connection");
            return returned(400, None);
        };
        match &event.kind {
            SocketKind::Connect => self.on_connect(caller, event).await,
            SocketKind::Message(body) => self.on_message(&caller, body).await,
            SocketKind::Disconnect { code } => {
                self.on_disconnect(&caller.connection, *code).await;
                returned(200, None)
            }
        }
    }

    /// What is said to whoever sent something when we have failed ourselves.
    pub(crate) async fn on_panic(&self, event: &SocketEvent) -> Value {
        let refused = self.failed("panic");
        match (&event.kind, &event.connection) {
            (SocketKind::Message(_), Some(connection)) => {
                self.reply(connection, Some(self.error_text(&refused)), refused.code().status()).await
            }
            _ => returned(refused.code().status(), None),
        }
    }

    async fn on_message(&self, caller: &Caller, body: &Body) -> Value {
        let (answer, status) = match self.hear(caller, body).await {
            Ok(answer) => (answer, 200),
            Err(refused) => (Some(self.error_text(&refused)), refused.code().status()),
        };
        self.reply(&caller.connection, answer, status).await
    }

    /// Brings an answer to the client, by the way that is set.
    async fn reply(&self, connection: &ConnectionId, answer: Option<String>, status: u16) -> Value {
        let status = if self.settings.error_status { status } else { 200 };
        match (self.settings.reply_mode, answer) {
            (ReplyMode::Return, answer) => returned(status, answer),
            (ReplyMode::Post, Some(answer)) => {
                if let Err(error) = self.outlet.post(connection, answer).await {
                    tracing::warn!(%error, "answer not posted");
                }
                returned(status, None)
            }
            (ReplyMode::Post, None) => returned(status, None),
        }
    }

    async fn on_connect(&self, mut caller: Caller, event: &SocketEvent) -> Value {
        let mut answer = match self.enter(&mut caller, event).await {
            Ok(()) => returned(200, None),
            Err(refused) if event.reads_refusals() => {
                let error = self.error_text(&refused);
                let refuse = Work::Refuse { connection: caller.connection, error };
                match self.leave(&refuse).await {
                    Ok(()) => returned(200, None),
                    Err(_) => returned(refused.code().status(), None),
                }
            }
            Err(refused) => returned(refused.code().status(), Some(self.error_text(&refused))),
        };
        if event.reads_refusals() {
            answer["headers"] = json!({ "Sec-WebSocket-Protocol": SUBPROTOCOL });
        }
        answer
    }

    /// Seats the connection and does what its query asks for. The answer to that cannot be posted before API Gateway
    /// has ours, so it is left for a moment later.
    async fn enter(&self, caller: &mut Caller, event: &SocketEvent) -> Result<(), ProtocolError> {
        let (page, name) = (event.origin.as_deref(), event.host.as_deref());
        if let Err(refused) = self.origins.check(page.map(str::as_bytes), name.map(str::as_bytes), true) {
            tracing::debug!(%refused, "origin refused");
            return Err(ProtocolError::origin_not_allowed());
        }
        let connect = Connect::parse(event.query.iter().cloned(), event.bearer.clone())?;
        caller.token.clone_from(&connect.token);
        caller.detail = connect.status_detail;
        let wanted = match connect.request {
            ConnectRequest::None => return Ok(()),
            ConnectRequest::CreateSession(create) => {
                self.create(caller, create).await.map(|_| Wanted::Create)
            }
            ConnectRequest::Join(join) => self.join(caller, join).await.map(|_| Wanted::Join),
            ConnectRequest::Speaker { session, token } => {
                self.speak(caller, &session, Some(&token)).await.map(|()| Wanted::Speak)
            }
            ConnectRequest::Refresh(refresh) => self.refresh(caller, refresh).await.map(|_| Wanted::Refresh),
        }?;
        let greet = Work::Greet { connection: caller.connection.clone(), wanted };
        if let Err(error) = self.leave(&greet).await {
            // The client is in; it hears so when it says createSession or joinSession itself.
            tracing::warn!(%error, "greeting not sent");
        }
        Ok(())
    }

    async fn on_disconnect(&self, connection: &ConnectionId, code: Option<u64>) {
        self.recent.forget(connection);
        let how = if code.is_none_or(|code| code == LOST) { Parting::Cut } else { Parting::Closed };
        if let Err(error) = self.service.disconnect(connection, how).await {
            // It counts until its row expires; the table's own time limit repairs it.
            tracing::error!(%error, "departure not counted");
        }
    }
}

/// What API Gateway is given.
fn returned(status: u16, body: Option<String>) -> Value {
    match body {
        Some(body) => json!({ "statusCode": status, "body": body }),
        None => json!({ "statusCode": status }),
    }
}
