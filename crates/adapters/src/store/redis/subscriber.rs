//! What a node hears: the channels of the sessions it follows, its own, and the beats.

use super::keys::Keys;
use ::redis::RedisResult;
use ::redis::aio::MultiplexedConnection;
use headcount_core::SessionId;
use headcount_core::cluster::NodeId;
use headcount_core::ports::StoreError;
use parking_lot::Mutex;
use std::collections::HashSet;
use std::time::Duration;

/// The connection that hears, and the sessions that it is to hear of.
pub(super) struct Subscriber {
    heard: Mutex<Heard>,
    limit: Duration,
}

/// Sessions are as many as the store follows, which is as many as it keeps in memory.
#[derive(Default)]
struct Heard {
    connection: Option<MultiplexedConnection>,
    sessions: HashSet<SessionId>,
}

impl Subscriber {
    /// How many channels are subscribed to with one command.
    const TOGETHER: usize = 512;

    pub(super) fn new(limit: Duration) -> Self {
        Self { heard: Mutex::default(), limit }
    }

    /// Subscribes anew to everything that is to be heard, over a new connection. Until [`Self::connected`], whoever wants
    /// to follow one more session cannot.
    pub(super) async fn resubscribe(
        &self,
        mut connection: MultiplexedConnection,
        keys: &Keys,
        node: NodeId,
    ) -> RedisResult<()> {
        let sessions: Vec<String> = self.heard.lock().sessions.iter().map(|id| keys.channel(id)).collect();
        connection.subscribe(&[keys.beats(), keys.node(node)]).await?;
        for channels in sessions.chunks(Self::TOGETHER) {
            connection.subscribe(channels).await?;
        }
        Ok(())
    }

    pub(super) fn connected(&self, connection: MultiplexedConnection) {
        self.heard.lock().connection = Some(connection);
    }

    pub(super) fn disconnected(&self) {
        self.heard.lock().connection = None;
    }

    /// The sessions that are followed.
    pub(super) fn followed(&self) -> Vec<SessionId> {
        self.heard.lock().sessions.iter().cloned().collect()
    }

    /// Hears of a session from now on. If that fails, it is as if it had not been asked for.
    pub(super) async fn follow(&self, id: &SessionId, keys: &Keys) -> Result<(), StoreError> {
        let connection = {
            let mut heard = self.heard.lock();
            let connection = heard.connection.clone();
            // Before the channel is subscribed to: who makes a new connection meanwhile has to know of it.
            if connection.is_some() {
                heard.sessions.insert(id.clone());
            }
            connection
        };
        let Some(mut connection) = connection else {
            return Err(StoreError::Unavailable("there is no connection to Redis".to_owned()));
        };
        let subscribing = connection.subscribe(keys.channel(id));
        let problem = match tokio::time::timeout(self.limit, subscribing).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it did not answer in time".to_owned(),
        };
        self.heard.lock().sessions.remove(id);
        Err(StoreError::Unavailable(problem))
    }

    /// Hears no more of a session, soon: what comes until then is of no use, and does no harm.
    pub(super) async fn unfollow(&self, id: &SessionId, keys: &Keys) {
        let connection = {
            let mut heard = self.heard.lock();
            heard.sessions.remove(id);
            heard.connection.clone()
        };
        if let Some(mut connection) = connection {
            let _ = tokio::time::timeout(self.limit, connection.unsubscribe(keys.channel(id))).await;
        }
    }
}
