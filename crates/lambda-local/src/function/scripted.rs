//! A function for tests: writes down its events and answers as it is told to.

use super::{Invoke, InvokeError};
use async_trait::async_trait;
use parking_lot::Mutex;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What it makes of an event.
type Script = dyn FnMut(&Value) -> Result<Value, InvokeError> + Send;

/// The function.
#[derive(Clone)]
pub(crate) struct Scripted {
    script: Arc<Mutex<Script>>,
    events: mpsc::UnboundedSender<Value>,
}

impl Scripted {
    /// Answers by `script`; what it is asked comes out of the receiver.
    pub(crate) fn new(
        script: impl FnMut(&Value) -> Result<Value, InvokeError> + Send + 'static,
    ) -> (Self, mpsc::UnboundedReceiver<Value>) {
        let (events, asked) = mpsc::unbounded_channel();
        (Self { script: Arc::new(Mutex::new(script)), events }, asked)
    }
}

#[async_trait]
impl Invoke for Scripted {
    async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        let answer = (self.script.lock())(&event);
        // A test that asks for nothing more may have ended.
        let _ = self.events.send(event);
        answer
    }
}
