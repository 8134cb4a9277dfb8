//! Redis or Valkey as the engine of a cluster: one server, one behind Sentinels, or a Redis Cluster.
//!
//! [`RedisEngine`] keeps the records, passes the messages on, and has two connections, which a task of its own looks
//! after: when one fails, every command fails at once until both are there again, and whoever listens is told so. What
//! is decided atomically is decided in a script, one file each. Nothing here counts or judges.

mod accounts;
mod address;
mod bus;
mod codec;
mod connect;
mod counts;
mod hearing;
mod keeper;
mod keys;
mod link;
mod outbox;
mod scripts;
mod sessions;
mod settings;
mod subscriber;
mod unlisted;

use crate::store::cluster::Incoming;
use address::Address;
use connect::Connector;
use headcount_core::cluster::NodeId;
use keeper::Keeper;
use keys::Keys;
use link::Link;
use outbox::Outbox;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use subscriber::Subscriber;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use unlisted::Unlisted;

pub use address::OpenError;
pub use settings::RedisSettings;

/// How many messages may wait for the store. Beyond it messages are dropped, and [`Incoming::Overrun`] says so as soon as
/// there is room again.
const QUEUE: usize = 8_192;

/// A Redis or Valkey that several nodes share. When it is dropped, its connections close.
pub struct RedisEngine {
    inner: Arc<Inner>,
    /// Ends the task that looks after the connections.
    _stop: DropGuard,
}

/// What the engine and the task that looks after its connections share.
struct Inner {
    node: NodeId,
    keys: Keys,
    link: Link,
    subscriber: Subscriber,
    /// Whether this is a Redis Cluster, where keys of different slots are in different memories.
    is_cluster: bool,
    retention: Duration,
    share_lease: Duration,
    /// The signing key, once it is known: it is put back if the engine is emptied.
    secret: Mutex<Option<[u8; 32]>>,
    unlisted: Unlisted,
    unreadable: AtomicU64,
}

impl RedisEngine {
    /// Connects as `node`. What happens in the engine comes out of the receiver, beginning with [`Incoming::Connected`];
    /// whoever lets it go, ends the connection.
    ///
    /// # Errors
    /// [`OpenError`] if the settings cannot be right, or nobody answers there as they should.
    pub async fn open(
        settings: &RedisSettings,
        node: NodeId,
    ) -> Result<(Self, mpsc::Receiver<Incoming>), OpenError> {
        let keys = Keys::new(&settings.prefix)?;
        let address = Address::parse(&settings.url, settings.password.as_deref())?;
        let ca = settings.ca_file.as_deref().map(address::read_ca).transpose()?;
        let is_cluster = address.is_cluster();
        let connector = Connector::new(address, ca, settings.time_limit);
        let inner = Arc::new(Inner {
            node,
            keys,
            link: Link::new(settings.time_limit),
            subscriber: Subscriber::new(settings.time_limit),
            is_cluster,
            retention: settings.report_retention,
            share_lease: settings.share_lease,
            secret: Mutex::new(None),
            unlisted: Unlisted::default(),
            unreadable: AtomicU64::new(0),
        });
        let (sender, receiver) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        let keeper = Keeper::new(Arc::clone(&inner), connector, Outbox::new(sender), stop.clone());
        let connections =
            keeper.connect().await.map_err(|error| OpenError::Unreachable(error.to_string()))?;
        // At once, and not when the task first runs: whoever has an engine may use it.
        keeper.take(&connections);
        tokio::spawn(keeper.run(connections));
        Ok((Self { inner, _stop: stop.drop_guard() }, receiver))
    }

    /// How many commands this node has sent so far, those inside of scripts not counted.
    #[must_use]
    pub fn commands_sent(&self) -> u64 {
        self.inner.link.sent()
    }

    /// How many records and messages could not be read so far: a later release has written them, or somebody else.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        self.inner.unreadable.load(Ordering::Relaxed)
    }
}

impl Inner {
    /// What `read` makes of a record; one that cannot be read is counted and passed over.
    fn readable<T>(&self, what: &'static str, record: Option<T>) -> Option<T> {
        if record.is_none() {
            let so_far = self.unreadable.fetch_add(1, Ordering::Relaxed) + 1;
            // Somebody who writes nonsense does it often: the first, the second, the fourth, … of them are enough.
            if so_far.is_power_of_two() {
                tracing::warn!(what, so_far, "a record in Redis cannot be read and is passed over");
            }
        }
        record
    }
}
