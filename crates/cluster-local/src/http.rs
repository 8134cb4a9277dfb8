//! Requests to a node by HTTP.

use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use ureq::Agent;

/// The HTTP interface of one node, over connections that are kept. Blocking: not for the threads of a runtime.
#[derive(Clone, Debug)]
pub struct Api {
    agent: Agent,
    base: String,
}

/// What a node said.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; `null` if it is no JSON.
    pub body: Value,
}

impl Api {
    /// The one at `address`, where a request may take as long as `patience`.
    #[must_use]
    pub fn at(address: SocketAddr, patience: Duration) -> Self {
        let config = Agent::config_builder().timeout_global(Some(patience)).http_status_as_error(false);
        Self { agent: config.build().into(), base: format!("http://{address}") }
    }

    /// `GET path`, as whoever has `token`. `None`: no answer.
    #[must_use]
    pub fn get(&self, path: &str, token: Option<&str>) -> Option<Answer> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = request.call().ok()?;
        let body = answer.body_mut().read_to_string().ok()?;
        Some(Answer {
            status: answer.status().as_u16(),
            body: serde_json::from_str(&body).unwrap_or_default(),
        })
    }
}

/// Whether the node at `address` says that it takes new clients.
pub(crate) async fn is_ready(address: SocketAddr) -> bool {
    const PATIENCE: Duration = Duration::from_secs(2);
    let asked =
        tokio::task::spawn_blocking(move || Api::at(address, PATIENCE).get("/readyz", None)).await.ok();
    asked.flatten().is_some_and(|answer| answer.status == 200)
}
