//! What a proxy integration returns, as API Gateway reads it.

use super::event::Occasion;
use crate::function::InvokeError;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// What the function wants to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Option<String>,
    /// The subprotocol that the handshake is to confirm.
    pub(super) subprotocol: Option<String>,
}

impl Answer {
    /// Reads what came of an invocation; `None` where it failed, or returned what is no answer.
    pub(super) fn read(returned: &Result<Value, InvokeError>) -> Option<Self> {
        let returned = returned.as_ref().ok()?;
        let status = returned["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok())?;
        let headers = returned["headers"].as_object().into_iter().flatten();
        let mut protocols = headers.filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-protocol"));
        Some(Self {
            status: StatusCode::from_u16(status).ok()?,
            body: returned["body"].as_str().filter(|body| !body.is_empty()).map(str::to_owned),
            subprotocol: protocols.next().and_then(|(_, value)| value.as_str()).map(str::to_owned),
        })
    }

    /// Whether a connection is let in.
    pub(super) fn admits(&self) -> bool {
        self.status.as_u16() < 300
    }
}

/// What API Gateway says by itself.
pub(super) fn message(text: &str, occasion: &Occasion) -> Value {
    json!({ "message": text, "connectionId": occasion.connection.as_str(), "requestId": occasion.request_id })
}

/// What it says where the function has failed, which is nothing that the function says.
pub(super) fn internal_error(occasion: &Occasion) -> Value {
    message("Internal server error", occasion)
}
