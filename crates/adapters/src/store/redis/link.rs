//! The way for commands: at once, within a time limit, or not at all.

use super::connect::Wire;
use super::scripts;
use ::redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ServerErrorKind, Value};
use futures_util::future::{join_all, try_join_all};
use headcount_core::ports::StoreError;
use parking_lot::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// Sends commands over the connection that there is at the moment. Without one, each fails at once: nothing waits for
/// a connection to come.
pub(super) struct Link {
    wire: RwLock<Option<Wire>>,
    sent: AtomicU64,
    limit: Duration,
    /// Somebody had reason to think that the connection is good for nothing any more.
    doubt: Notify,
}

impl Link {
    /// How many commands are sent together at the most: so many that a round trip does not count, so few that the server
    /// is not busy with them for long.
    const TOGETHER: usize = 512;

    pub(super) fn new(limit: Duration) -> Self {
        Self { wire: RwLock::new(None), sent: AtomicU64::new(0), limit, doubt: Notify::new() }
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// How long commands that are sent together may take.
    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// From now on commands go over `wire`.
    pub(super) fn connected(&self, wire: Wire) {
        *self.wire.write() = Some(wire);
    }

    /// From now on commands fail.
    pub(super) fn disconnected(&self) {
        *self.wire.write() = None;
    }

    /// Somebody has reason to think that a connection is good for nothing any more.
    pub(super) fn doubt(&self) {
        self.doubt.notify_one();
    }

    /// Waits until somebody has [`Self::doubt`].
    pub(super) async fn doubted(&self) {
        self.doubt.notified().await;
    }

    /// The answer to one command.
    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let answers = self.ask_all(std::slice::from_ref(command)).await?;
        let answer = answers.into_iter().next().unwrap_or(Value::Nil);
        T::from_redis_value(answer).map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// The answers to all of `commands`, in their order. They are sent together, and any of them may be the first; an
    /// error of one is one of all.
    pub(super) async fn ask_all(&self, commands: &[Cmd]) -> Result<Vec<Value>, StoreError> {
        let wire = self.wire.read().clone();
        let Some(wire) = wire else {
            return Err(StoreError::Unavailable("there is no connection to Redis".to_owned()));
        };
        let chunks = commands.chunks(Self::TOGETHER).map(|chunk| self.send_known(wire.clone(), chunk));
        let answers = try_join_all(chunks).await.map_err(|error| self.judge(&error))?;
        Ok(answers.into_iter().flatten().collect())
    }

    /// Makes the scripts known to the server behind `wire`.
    pub(super) async fn load_scripts(&self, wire: Wire) -> RedisResult<()> {
        self.send(wire, &scripts::loading()).await.map(|_| ())
    }

    /// Whether the server behind `wire` does what `commands` want of it.
    pub(super) async fn prove(&self, wire: Wire, commands: &[Cmd]) -> RedisResult<()> {
        self.send(wire, commands).await.map(|_| ())
    }

    /// As [`Self::send`], for commands that can be sent twice; a server that has lost the scripts is told them again.
    async fn send_known(&self, wire: Wire, commands: &[Cmd]) -> RedisResult<Vec<Value>> {
        match self.send(wire.clone(), commands).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.load_scripts(wire.clone()).await?;
                self.send(wire, commands).await
            }
            answers => answers,
        }
    }

    async fn send(&self, wire: Wire, commands: &[Cmd]) -> RedisResult<Vec<Value>> {
        self.sent.fetch_add(commands.len() as u64, Ordering::Relaxed);
        let sending = async {
            match wire {
                Wire::One(mut wire) => scripts::together(commands).query_async(&mut wire).await,
                // Each goes to the server that has its keys. All are on their way before the first answer is there.
                Wire::Many(wire) => {
                    let one = |command: &Cmd| {
                        let (command, mut wire) = (command.clone(), wire.clone());
                        async move { command.query_async::<Value>(&mut wire).await }
                    };
                    join_all(commands.iter().map(one)).await.into_iter().collect()
                }
            }
        };
        let too_slow = |_| Err((ErrorKind::Io, "it did not answer in time").into());
        tokio::time::timeout(self.limit, sending).await.unwrap_or_else(too_slow)
    }

    /// What an error means to the store. Whoever looks after the connection hears of one that may be its fault.
    fn judge(&self, error: &RedisError) -> StoreError {
        let text = error.to_string();
        let errors = error.clone().into_server_errors();
        if errors.is_some_and(|errors| errors.iter().any(|(_, error)| error.code() == "OOM")) {
            return StoreError::Full(text);
        }
        let of_one_command = matches!(
            error.kind(),
            ErrorKind::Server(
                ServerErrorKind::ResponseError | ServerErrorKind::ExecAbort | ServerErrorKind::NoPerm
            ) | ErrorKind::Extension
        );
        if !of_one_command {
            self.doubt();
        }
        StoreError::Unavailable(text)
    }
}
