//! API Gateway's `@connections` management API, served by ourselves, so that an unmodified AWS SDK can post
//! to a connection, look at it and drop it. It is off by default and has a listener of its own. Whoever keeps
//! connections can serve it: [`router`] reaches them through [`ManagedConnections`].
//!
//! The way of a request: `target` reads what it wants from its method and its raw path, `access` looks at who
//! asks, `payload` reads the body, a signature is confirmed over all of it, and the connections do it. Every
//! answer carries a request id, every refusal the header by which SDKs tell one error from another.

mod access;
mod facts;
mod payload;
mod refusal;
mod request_id;
mod sigv4;
mod target;
mod times;

#[cfg(test)]
mod tests;

pub use access::ManagementAccess;
pub use facts::ConnectionFacts;
pub use sigv4::{AwsKeyPair, InvalidKeyPair};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use facts::FactsAnswer;
use headcount_core::ConnectionId;
use headcount_core::ports::{Clock, Delivery};
use http::StatusCode;
use payload::Payloads;
use refusal::Refusal;
use request_id::RequestId;
use std::sync::Arc;
use target::{Action, Target};

/// The connections, as this API sees them.
pub trait ManagedConnections: Send + Sync {
    /// Sends `text` to a connection as one text frame. MUST NOT wait for a slow reader.
    fn post(&self, id: &ConnectionId, text: String) -> Delivery;

    /// What there is to show of a connection; `None` if it is not there (any more).
    fn facts(&self, id: &ConnectionId) -> Option<ConnectionFacts>;

    /// Closes a connection; `false` if it was not there (any more).
    fn close(&self, id: &ConnectionId) -> bool;
}

/// The management API over `connections`, for those whom `access` lets in. `clock` judges the age of
/// signatures. It answers every path; those that it does not know, with 404.
pub fn router(
    connections: Arc<dyn ManagedConnections>,
    access: ManagementAccess,
    clock: Arc<dyn Clock>,
) -> Router {
    // Every path comes here: axum would match decoded segments, and the id must be split off the raw path.
    let management = Management { connections, access, clock, payloads: Payloads::default() };
    Router::new().fallback(handle).with_state(Arc::new(management))
}

struct Management {
    connections: Arc<dyn ManagedConnections>,
    access: ManagementAccess,
    clock: Arc<dyn Clock>,
    payloads: Payloads,
}

async fn handle(State(management): State<Arc<Management>>, request: Request) -> Response {
    let request_id = RequestId::of(request.headers());
    let answer = management.answer(request).await.unwrap_or_else(|refusal| {
        refusal.log(&request_id);
        refusal.into_response()
    });
    request_id.stamp(answer)
}

impl Management {
    /// Looks at the headers before it reads the body, so that strangers cannot fill the memory.
    async fn answer(&self, request: Request) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let target = Target::of(&head.method, head.uri.path())?;
        let asker = self.access.screen(&head, self.clock.now())?;
        let payload = self.payloads.read(body).await?;
        asker.confirm(&head, &payload)?;
        self.act(&target, payload)
    }

    fn act(&self, target: &Target, payload: Vec<u8>) -> Result<Response, Refusal> {
        let id = &target.connection;
        match target.action {
            Action::Post => match self.connections.post(id, text(payload)?) {
                Delivery::Delivered => Ok(Body::empty().into_response()),
                Delivery::Gone => Err(Refusal::Gone),
            },
            Action::Get => match self.connections.facts(id) {
                Some(facts) => Ok(Json(FactsAnswer::from(facts)).into_response()),
                None => Err(Refusal::Gone),
            },
            Action::Delete if self.connections.close(id) => Ok(StatusCode::NO_CONTENT.into_response()),
            Action::Delete => Err(Refusal::Gone),
        }
    }
}

/// The payload as the text of a frame, whatever its `Content-Type` says (boto3 sends none).
///
/// API Gateway has no binary frames either. What it makes of bytes that are not UTF-8 its documentation does
/// not say; a text frame of them would make the client fail the connection (RFC 6455 §8.1), so they are
/// refused here.
fn text(payload: Vec<u8>) -> Result<String, Refusal> {
    String::from_utf8(payload).map_err(|_| Refusal::NotText)
}
