//! What happens on a WebSocket, and what the function returns for it, in the time that there is: a client whose
//! invocation ran out of it would read an error of API Gateway's own.

use crate::app::{App, ReplyMode};
use crate::caller::Caller;
use crate::function::brought_by;
use crate::trigger::{Body, SocketEvent, SocketKind};
use crate::work::Work;
use futures_util::future::join;
use headcount_core::ConnectionId;
use headcount_core::service::Parting;
use headcount_protocol::{ProtocolError, SUBPROTOCOL};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

/// The connection was lost without a close frame (RFC 6455 §7.4.1).
const LOST: u64 = 1_006;

impl App {
    /// Does what a WebSocket event asks for, as long as there is time before `until`; what API Gateway is to be given
    /// for it.
    pub(crate) async fn on_socket(&self, event: &SocketEvent, until: Instant) -> Value {
        let Some(caller) = Caller::of(event) else {
            tracing::warn!(kind = event.kind.name(), "socket event without a connection");
            return returned(400, None);
        };
        match &event.kind {
            SocketKind::Connect => self.on_connect(caller, event, until).await,
            SocketKind::Message(body) => self.on_message(&caller, body, until).await,
            SocketKind::Disconnect { code } => {
                self.on_disconnect(&caller.connection, *code, until).await;
                returned(200, None)
            }
        }
    }

    /// What is said to whoever sent something when we have failed ourselves.
    pub(crate) async fn on_panic(&self, event: &SocketEvent, until: Instant) -> Value {
        let refused = self.failed("panic");
        match (&event.kind, &event.connection) {
            (SocketKind::Message(_), Some(connection)) => {
                let answer = Some(self.error_text(&refused));
                self.reply(connection, answer, refused.code().status(), until).await
            }
            _ => returned(refused.code().status(), None),
        }
    }

    async fn on_message(&self, caller: &Caller, body: &Body, until: Instant) -> Value {
        let heard = timeout_at(until, self.hear(caller, body)).await;
        let (answer, status) = match heard.unwrap_or_else(|_| Err(Self::out_of_time())) {
            Ok(answer) => (answer, 200),
            Err(refused) => (Some(self.error_text(&refused)), refused.code().status()),
        };
        self.reply(&caller.connection, answer, status, until).await
    }

    /// Brings an answer to the client, by the way that is set.
    async fn reply(
        &self,
        connection: &ConnectionId,
        answer: Option<String>,
        status: u16,
        until: Instant,
    ) -> Value {
        let status = if self.settings.error_status { status } else { 200 };
        match (self.settings.reply_mode, answer) {
            (ReplyMode::Return, answer) => returned(status, answer),
            (ReplyMode::Post, Some(answer)) => {
                match timeout_at(brought_by(until), self.outlet.post(connection, answer)).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => tracing::warn!(%error, "answer not posted"),
                    Err(_) => tracing::warn!(error = "there was no time", "answer not posted"),
                }
                returned(status, None)
            }
            (ReplyMode::Post, None) => returned(status, None),
        }
    }

    async fn on_connect(&self, mut caller: Caller, event: &SocketEvent, until: Instant) -> Value {
        let admitted = timeout_at(until, self.admit(&caller, event)).await;
        let admitted = match admitted.unwrap_or_else(|_| Err(Self::out_of_time())) {
            Ok(admitted) => admitted,
            Err(refused) => return returned(refused.code().status(), Some(self.error_text(&refused))),
        };
        let entered = timeout_at(until, self.enter(&mut caller, admitted)).await;
        let mut answer = match entered.unwrap_or_else(|_| Err(Self::out_of_time())) {
            Ok(()) => returned(200, None),
            Err(refused) => self.turn_away(&caller.connection, &refused, event, until).await,
        };
        if event.reads_refusals() {
            answer["headers"] = json!({ "Sec-WebSocket-Protocol": SUBPROTOCOL });
        }
        answer
    }

    /// Refuses a connection: by a message, where the client reads those, else by the status of its upgrade.
    async fn turn_away(
        &self,
        connection: &ConnectionId,
        refused: &ProtocolError,
        event: &SocketEvent,
        until: Instant,
    ) -> Value {
        let (status, error) = (refused.code().status(), self.error_text(refused));
        if event.reads_refusals() {
            let refuse = Work::Refuse { connection: connection.clone(), error: error.clone() };
            if let Ok(Ok(())) = timeout_at(brought_by(until), self.leave(&refuse)).await {
                return returned(200, None);
            }
        }
        if status >= 500 {
            // What failed may have failed after the connection took its place, and no `$disconnect` follows a refusal.
            // If this fails too, the place counts until its row expires.
            drop(timeout_at(brought_by(until), self.service.disconnect(connection, Parting::Closed)).await);
        }
        returned(status, Some(error))
    }

    async fn on_disconnect(&self, connection: &ConnectionId, code: Option<u64>, until: Instant) {
        self.recent.forget(connection);
        let how = if code.is_none_or(|code| code == LOST) { Parting::Cut } else { Parting::Closed };
        let gone = join(self.service.disconnect(connection, how), self.forget_guest(connection));
        // Otherwise it counts until its row expires: the table's own time limit repairs it.
        match timeout_at(until, gone).await {
            Ok((Ok(()), ())) => {}
            Ok((Err(error), ())) => tracing::error!(%error, "departure not counted"),
            Err(_) => tracing::error!(error = "there was no time", "departure not counted"),
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
