//! One `bootstrap` process and the Runtime API that feeds it.

use super::InvokeError;
use super::program::Program;
use super::runtime_api::{Invocation, RuntimeApi};
use crate::ids;
use serde_json::Value;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::process::Child;
use tokio::time::timeout;

/// How long a process may take until it asks for its first event, as Lambda has it.
const START_WITHIN: Duration = Duration::from_secs(10);

/// A process that asks for events. It is killed when this is dropped.
pub(super) struct Instance {
    process: Child,
    api: RuntimeApi,
}

impl Instance {
    /// Starts a process; it has asked for its first event when this returns.
    pub(super) async fn start(program: &Program) -> Result<Self, InvokeError> {
        let not_started = |why: String| InvokeError::NotStarted(why);
        let api = RuntimeApi::open(program.name).await.map_err(|error| not_started(error.to_string()))?;
        let process = program.command(&api.address().to_string()).spawn();
        let mut process =
            process.map_err(|error| not_started(format!("{}: {error}", program.path.display())))?;
        if let Some(output) = process.stdout.take() {
            tokio::spawn(program.log.clone().follow(output));
        }
        let mut instance = Self { process, api };
        let ready = tokio::select! {
            ready = timeout(START_WITHIN, instance.api.asked()) => ready,
            ended = instance.process.wait() => return Err(not_started(told(ended))),
        };
        ready.map_err(|_| not_started(format!("it asks for no event within {START_WITHIN:?}")))?;
        Ok(instance)
    }

    /// The id of the process, unless it has ended.
    pub(super) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// How the process has ended, if it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        self.process.try_wait().transpose().map(told)
    }

    /// Lets the process handle `event`.
    pub(super) async fn invoke(&mut self, event: &Value, program: &Program) -> Result<Value, InvokeError> {
        let deadline_ms = program.clock.now().plus(program.timeout).as_millis();
        let invocation = Invocation { id: ids::uuid(), event: event.to_string(), deadline_ms };
        let returned = tokio::select! {
            biased;
            returned = timeout(program.timeout, self.api.invoke(invocation)) => returned,
            ended = self.process.wait() => return Err(InvokeError::Died(told(ended))),
        };
        match returned {
            Ok(Some(Ok(value))) => Ok(value),
            Ok(Some(Err(error))) => Err(reported(&error)),
            Ok(None) => Err(InvokeError::Stopped),
            Err(_) => Err(InvokeError::TimedOut(program.timeout)),
        }
    }

    /// Kills the process and waits for its end.
    pub(super) async fn end(mut self) {
        // An error says that it has ended before.
        let _ = self.process.kill().await;
    }
}

fn reported(error: &Value) -> InvokeError {
    let member = |name: &str| error[name].as_str().unwrap_or("unknown").to_owned();
    InvokeError::Reported { kind: member("errorType"), message: member("errorMessage") }
}

fn told(ended: std::io::Result<ExitStatus>) -> String {
    ended.map_or_else(|error| error.to_string(), |status| status.to_string())
}
