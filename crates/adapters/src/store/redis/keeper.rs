//! The task that looks after the connections: makes them, tries them, tells the store when they go and come.

use super::Inner;
use super::connect::{Connections, Connector, Wire};
use super::hearing::Hearing;
use super::outbox::Outbox;
use crate::store::cluster::Incoming;
use ::redis::aio::MultiplexedConnection;
use ::redis::{ErrorKind, RedisError, RedisResult};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

/// Looks after the connections until it is told to stop, or nobody listens any more.
pub(super) struct Keeper {
    inner: Arc<Inner>,
    connector: Connector,
    outbox: Outbox,
    stop: CancellationToken,
}

/// Connections that are subscribed to everything, and what closes their ear.
pub(super) struct Live {
    commands: Wire,
    subscriber: MultiplexedConnection,
    is_open: Arc<AtomicBool>,
}

impl Keeper {
    /// How often the connections are tried while nobody doubts them.
    const TRIED_EVERY: Duration = Duration::from_secs(1);
    /// How often what only this node may know is written again.
    const MENDED_EVERY: Duration = Duration::from_secs(30);
    /// The first wait before connecting again; each that fails doubles it.
    const FIRST_WAIT: Duration = Duration::from_millis(200);
    /// The longest wait.
    const LONGEST_WAIT: Duration = Duration::from_secs(5);

    pub(super) const fn new(
        inner: Arc<Inner>,
        connector: Connector,
        outbox: Outbox,
        stop: CancellationToken,
    ) -> Self {
        Self { inner, connector, outbox, stop }
    }

    /// Connects once, and subscribes to everything that is followed.
    pub(super) async fn connect(&self) -> RedisResult<Live> {
        let (hearing, is_open) = Hearing::new(Arc::clone(&self.inner), self.outbox.clone());
        let hear = move |push| {
            hearing.hear(&push);
            Ok(())
        };
        let Connections { commands, subscriber } = self.connector.connect(hear).await?;
        self.inner.link.load_scripts(commands.clone()).await?;
        self.inner.link.prove(commands.clone(), &self.inner.writes(self.inner.is_cluster)).await?;
        self.warn_of_eviction(subscriber.clone()).await;
        self.inner.subscriber.resubscribe(subscriber.clone(), &self.inner.keys, self.inner.node).await?;
        Ok(Live { commands, subscriber, is_open })
    }

    /// From now on everything goes over these connections.
    pub(super) fn take(&self, live: &Live) {
        self.inner.link.connected(live.commands.clone());
        self.inner.subscriber.connected(live.subscriber.clone());
    }

    pub(super) async fn run(self, first: Live) {
        let stop = self.stop.clone();
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.outbox.closed() => {}
            () = self.outbox.own_up() => {}
            () = self.keep(first) => {}
        }
        self.inner.link.disconnected();
        self.inner.subscriber.disconnected();
    }

    async fn keep(&self, first: Live) {
        let mut live = first;
        loop {
            self.take(&live);
            self.inner.mend().await;
            if !self.outbox.say(Incoming::Connected).await {
                return;
            }
            let problem = self.watch(&live).await;
            live.is_open.store(false, Ordering::Release);
            self.inner.link.disconnected();
            self.inner.subscriber.disconnected();
            tracing::warn!(%problem, "the connection to Redis was lost; counting goes on, and counts are not exact");
            if !self.outbox.say(Incoming::Disconnected).await {
                return;
            }
            live = self.reconnect().await;
            tracing::info!("connected to Redis again");
        }
    }

    /// Tries the connections until one of them fails, and says why.
    async fn watch(&self, live: &Live) -> RedisError {
        let mut tries = interval(Self::TRIED_EVERY);
        tries.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Not all nodes at the same moment.
        let mut mending = Box::pin(tokio::time::sleep(jitter(Self::MENDED_EVERY)));
        loop {
            tokio::select! {
                _ = tries.tick() => {}
                () = self.inner.link.doubted() => {}
                () = &mut mending => {
                    self.inner.mend().await;
                    mending = Box::pin(tokio::time::sleep(Self::MENDED_EVERY));
                    continue;
                }
            }
            if let Err(problem) = self.try_out(live).await {
                return problem;
            }
        }
    }

    /// Whether both connections answer, and the server takes writes.
    async fn try_out(&self, live: &Live) -> RedisResult<()> {
        let (mut commands, mut subscriber) = (live.commands.clone(), live.subscriber.clone());
        let ping = ::redis::cmd("PING");
        let trying = async {
            // In a Redis Cluster, every master is asked.
            ping.query_async::<()>(&mut commands).await?;
            ping.query_async::<()>(&mut subscriber).await?;
            self.inner.link.prove(commands, &self.inner.writes(false)).await
        };
        let too_slow = |_| Err((ErrorKind::Io, "it did not answer in time").into());
        timeout(self.inner.link.limit(), trying).await.unwrap_or_else(too_slow)
    }

    /// Connects again, for as long as it takes. The waits are random, up to a bound that grows, so that nodes that have
    /// lost the same server do not all come back at the same moment.
    async fn reconnect(&self) -> Live {
        let mut bound = Self::FIRST_WAIT;
        loop {
            tokio::time::sleep(jitter(bound)).await;
            match self.connect().await {
                Ok(live) => return live,
                Err(error) => tracing::debug!(%error, "Redis is still away"),
            }
            bound = (bound * 2).min(Self::LONGEST_WAIT);
        }
    }

    /// A Redis that makes room by forgetting forgets live sessions: every key here has an end.
    async fn warn_of_eviction(&self, mut connection: MultiplexedConnection) {
        let mut ask = ::redis::cmd("INFO");
        ask.arg("memory");
        let Ok(info) = ask.query_async::<String>(&mut connection).await else { return };
        let value = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let policy = value("maxmemory_policy:").unwrap_or("noeviction");
        if value("maxmemory:").is_some_and(|bound| bound != "0") && policy != "noeviction" {
            tracing::warn!(policy, "Redis may forget live sessions: set its maxmemory-policy to noeviction");
        }
    }
}

/// A random part of `bound`.
fn jitter(bound: Duration) -> Duration {
    bound.mul_f64(rand::random_range(0.0..1.0))
}
