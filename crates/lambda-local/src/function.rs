//! One Lambda function: a pool of `bootstrap` processes, each with one invocation at a time.
//!
//! Processes are started on demand, and the one that was idle last is used first. An invocation runs to its end even if
//! nobody waits for it any more, as on AWS.

mod backoff;
mod instance;
mod log;
mod program;
mod runtime_api;
#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod tests;

pub use log::FunctionLog;
pub(crate) use program::{Clock, Program};

use async_trait::async_trait;
use backoff::Backoff;
use instance::Instance;
use parking_lot::Mutex;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Why an invocation brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// Too many events wait already.
    #[error("throttled: too many events wait for the function")]
    Throttled,
    /// The function reported an error.
    #[error("{kind}: {message}")]
    Reported {
        /// Its type, a stable name.
        kind: String,
        /// What it says.
        message: String,
    },
    /// The function took too long, and was ended.
    #[error("the function took longer than {0:?}")]
    TimedOut(Duration),
    /// The process ended before it answered.
    #[error("the bootstrap ended: {0}")]
    Died(String),
    /// No process could be started.
    #[error("the bootstrap does not start: {0}")]
    NotStarted(String),
    /// Everything is being stopped.
    #[error("the stack is stopping")]
    Stopped,
}

/// What can be invoked. Whoever invokes it need not tell anybody of errors: that is done here.
#[async_trait]
pub(crate) trait Invoke: Send + Sync {
    /// Lets the function handle `event`; what it returns.
    async fn invoke(&self, event: Value) -> Result<Value, InvokeError>;
}

/// A function.
#[derive(Clone)]
pub(crate) struct Function(Arc<Pool>);

struct Pool {
    program: Program,
    idle: Mutex<Vec<Instance>>,
    /// One for each process that may run.
    turns: Semaphore,
    /// One for each event that runs or waits.
    places: Semaphore,
    backoff: Backoff,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Function {
    /// A function of at most `instances` processes at a time, none of which runs yet. When all are busy, at most
    /// `waiting` events wait; what comes on top is throttled, as Lambda throttles what is beyond its concurrency.
    pub(crate) fn new(
        program: Program,
        instances: usize,
        waiting: usize,
        stopping: CancellationToken,
        tasks: TaskTracker,
    ) -> Self {
        Self(Arc::new(Pool {
            program,
            idle: Mutex::default(),
            turns: Semaphore::new(instances),
            places: Semaphore::new(instances + waiting),
            backoff: Backoff::default(),
            stopping,
            tasks,
        }))
    }

    /// Starts the first process, so that wrong settings show at once and the first client need not wait.
    pub(crate) async fn warm(&self) -> Result<(), InvokeError> {
        let instance = Instance::start(&self.0.program).await?;
        self.0.idle.lock().push(instance);
        Ok(())
    }

    /// The ids of the processes that wait for an event.
    pub(crate) fn idle_processes(&self) -> Vec<u32> {
        self.0.idle.lock().iter().filter_map(Instance::id).collect()
    }

    /// Ends all processes. None may be started after this: the pool has to be told to stop before.
    pub(crate) async fn end(&self) {
        let idle = std::mem::take(&mut *self.0.idle.lock());
        for instance in idle {
            instance.end().await;
        }
    }
}

#[async_trait]
impl Invoke for Function {
    async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        let pool = Arc::clone(&self.0);
        let seen_through = self.0.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = pool.stopping.cancelled() => Err(InvokeError::Stopped),
                done = pool.invoke(event) => done,
            }
        });
        seen_through.await.unwrap_or(Err(InvokeError::Stopped))
    }
}

impl Pool {
    async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        let function = self.program.name;
        let Ok(_place) = self.places.try_acquire() else {
            tracing::warn!(function, "throttled: too many events wait");
            return Err(InvokeError::Throttled);
        };
        let _turn = self.turns.acquire().await.map_err(|_| InvokeError::Stopped)?;
        let mut instance = self.instance().await?;
        let returned = instance.invoke(&event, &self.program).await;
        match &returned {
            Ok(_) => self.idle.lock().push(instance),
            Err(error @ InvokeError::Reported { .. }) => {
                tracing::warn!(function, %error, "the function reports an error");
                self.idle.lock().push(instance);
            }
            Err(error) => {
                tracing::warn!(function, %error, "a bootstrap is replaced");
                instance.end().await;
            }
        }
        returned
    }

    /// The process that was idle last, or a new one.
    async fn instance(&self) -> Result<Instance, InvokeError> {
        loop {
            let Some(mut idle) = self.idle.lock().pop() else { break };
            match idle.ended() {
                None => return Ok(idle),
                Some(how) => {
                    tracing::warn!(function = self.program.name, how, "an idle bootstrap has ended");
                }
            }
        }
        self.backoff.wait().await;
        let started = Instance::start(&self.program).await;
        self.backoff.note(started.is_ok());
        if let Err(error) = &started {
            let again_in_ms = self.backoff.delay().as_millis();
            tracing::error!(function = self.program.name, %error, again_in_ms, "a bootstrap did not start");
        }
        started
    }
}
