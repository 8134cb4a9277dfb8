//! Calls of DynamoDB in its JSON protocol, for what the functions do not do themselves: making tables, reading the
//! stream.

use serde_json::Value;
use std::time::Duration;
use ureq::Agent;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The emulator wants a signature and does not look at it.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=local/20270115/us-east-1/dynamodb/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=local";

/// A call failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation}: {why}")]
pub struct CallError {
    /// What was called.
    operation: String,
    why: String,
}

/// DynamoDB at one address.
#[derive(Clone, Debug)]
pub(crate) struct Dynamo {
    agent: Agent,
    endpoint: String,
}

impl Dynamo {
    pub(crate) fn at(endpoint: String) -> Self {
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
        Self { agent: config.build().into(), endpoint }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Calls an operation of the service of tables.
    pub(crate) async fn tables(&self, operation: &str, request: Value) -> Result<Value, CallError> {
        self.call(format!("DynamoDB_20120810.{operation}"), request).await
    }

    /// Calls an operation of the service of streams.
    pub(crate) async fn streams(&self, operation: &str, request: Value) -> Result<Value, CallError> {
        self.call(format!("DynamoDBStreams_20120810.{operation}"), request).await
    }

    async fn call(&self, operation: String, request: Value) -> Result<Value, CallError> {
        let (dynamo, target) = (self.clone(), operation.clone());
        let called = tokio::task::spawn_blocking(move || dynamo.post(&target, &request)).await;
        let answered = called.unwrap_or_else(|_| Err("it was cut off".to_owned()));
        answered.map_err(|why| CallError { operation, why })
    }

    fn post(&self, target: &str, request: &Value) -> Result<Value, String> {
        let mut answer = self
            .agent
            .post(&self.endpoint)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", target)
            .header("x-amz-date", "20270115T080000Z")
            .header("authorization", AUTHORIZATION)
            .send(request.to_string().as_bytes())
            .map_err(|error| error.to_string())?;
        let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            return Err(text);
        }
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}
