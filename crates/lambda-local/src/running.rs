//! The stack under way: where its parts are, and how it stops.

use crate::dead_letters::DeadLetters;
use crate::emulator::Emulator;
use crate::function::{Function, InvokeError};
use crate::schedule::Rule;
use serde_json::Value;
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// How long clients may take to leave.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// The tasks of the stack, which end together.
#[derive(Clone, Default)]
pub(crate) struct Supervised {
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Supervised {
    /// Runs `work` until the stack stops.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            let _ = stopping.run_until_cancelled(work).await;
        });
    }
}

/// A stack that runs. It is stopped, if not cleanly, when this is dropped; its processes end with it in any case.
pub struct Running {
    pub(crate) supervised: Supervised,
    #[expect(dead_code, reason = "its drop is what it is for")]
    pub(crate) guard: DropGuard,
    pub(crate) emulator: Emulator,
    pub(crate) functions: [Function; 2],
    pub(crate) rule: Rule,
    pub(crate) dead: DeadLetters,
    pub(crate) websocket_url: String,
    pub(crate) management_url: String,
    pub(crate) tables: Vec<String>,
}

impl Running {
    /// Where clients connect, such as `ws://127.0.0.1:8090/prod`.
    #[must_use]
    pub fn websocket_url(&self) -> &str {
        &self.websocket_url
    }

    /// Where DynamoDB is, for an SDK.
    #[must_use]
    pub fn dynamodb_url(&self) -> &str {
        self.emulator.endpoint()
    }

    /// Where connections are posted to, for an SDK: `@connections` lies below. It answers to this machine only.
    #[must_use]
    pub fn management_url(&self) -> &str {
        &self.management_url
    }

    /// The names of the tables.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(String::as_str)
    }

    /// The ids of the processes of both functions that wait for an event, for whoever wants to look into one.
    pub fn idle_processes(&self) -> impl Iterator<Item = u32> {
        self.functions.iter().flat_map(Function::idle_processes)
    }

    /// Lets the rule fire now; what the function returns.
    ///
    /// # Errors
    /// [`InvokeError`].
    pub async fn sweep(&self) -> Result<Value, InvokeError> {
        self.rule.fire().await
    }

    /// How many messages and batches were given up.
    #[must_use]
    pub fn dead_letters(&self) -> u64 {
        self.dead.count()
    }

    /// Waits until the emulator ends, without which nothing works any more.
    pub async fn broken(&mut self) {
        self.emulator.ended().await;
    }

    /// Stops everything: clients are told to go (1001), then the processes end.
    pub async fn stop(self) {
        self.supervised.stopping.cancel();
        self.supervised.tasks.close();
        // Whoever has not gone by then is cut off.
        let _ = tokio::time::timeout(STOP_WITHIN, self.supervised.tasks.wait()).await;
        for function in &self.functions {
            function.end().await;
        }
        self.emulator.end().await;
    }
}
