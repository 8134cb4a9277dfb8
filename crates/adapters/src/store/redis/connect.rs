//! How connections are made: one for commands, one for what is published.

use super::address::{Address, Sentinels};
use ::redis::aio::{ConnectionLike, MultiplexedConnection};
use ::redis::cluster::ClusterClient;
use ::redis::cluster_async::ClusterConnection;
use ::redis::sentinel::{SentinelClientBuilder, SentinelServerType};
use ::redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, Pipeline, ProtocolVersion, PushInfo, RedisError,
    RedisFuture, RedisResult, TlsCertificates, TlsMode, Value,
};
use std::time::Duration;

/// Makes connections.
pub(super) struct Connector {
    address: Address,
    ca: Option<Vec<u8>>,
    limit: Duration,
}

/// A way to send commands.
#[derive(Clone)]
pub(super) enum Wire {
    /// To one server.
    One(MultiplexedConnection),
    /// To whichever server of a Redis Cluster has the keys.
    Many(ClusterConnection),
}

/// Both connections.
pub(super) struct Connections {
    pub(super) commands: Wire,
    pub(super) subscriber: MultiplexedConnection,
}

impl Connector {
    /// How long it may take until both connections are there: name service, Sentinels, TLS and all.
    const WITHIN: Duration = Duration::from_secs(5);

    pub(super) const fn new(address: Address, ca: Option<Vec<u8>>, limit: Duration) -> Self {
        Self { address, ca, limit }
    }

    /// Makes both connections; what is published comes to `hears`.
    pub(super) async fn connect(
        &self,
        hears: impl Fn(PushInfo) -> Result<(), ()> + Send + Sync + 'static,
    ) -> RedisResult<Connections> {
        let connections = self.make(self.config().set_push_sender(hears));
        tokio::time::timeout(Self::WITHIN, connections).await.unwrap_or_else(|_| Err(too_slow()))
    }

    async fn make(&self, hearing: AsyncConnectionConfig) -> RedisResult<Connections> {
        let (client, commands) = match &self.address {
            Address::One(info) => (self.client(info)?, None),
            Address::Sentinel(sentinels) => (self.master(sentinels).await?, None),
            Address::Cluster(servers) => {
                let cluster = self.cluster(servers)?.get_async_connection().await?;
                (self.any(servers).await?, Some(Wire::Many(cluster)))
            }
        };
        let subscriber = client.get_multiplexed_async_connection_with_config(&hearing).await?;
        let commands = match commands {
            Some(cluster) => cluster,
            None => {
                let mut wire = client.get_multiplexed_async_connection_with_config(&self.config()).await?;
                is_master(&mut wire).await?;
                Wire::One(wire)
            }
        };
        Ok(Connections { commands, subscriber })
    }

    fn config(&self) -> AsyncConnectionConfig {
        AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.limit.max(Duration::from_secs(1))))
            .set_response_timeout(Some(self.limit))
    }

    fn client(&self, info: &::redis::ConnectionInfo) -> RedisResult<Client> {
        match self.certificates() {
            Some(certificates) if matches!(info.addr(), ::redis::ConnectionAddr::TcpTls { .. }) => {
                Client::build_with_tls(info.clone(), certificates)
            }
            _ => Client::open(info.clone()),
        }
    }

    fn certificates(&self) -> Option<TlsCertificates> {
        self.ca.clone().map(|ca| TlsCertificates { client_tls: None, root_cert: Some(ca) })
    }

    fn cluster(&self, servers: &[::redis::ConnectionInfo]) -> RedisResult<ClusterClient> {
        let builder = ClusterClient::builder(servers.iter().cloned())
            .connection_timeout(self.limit.max(Duration::from_secs(1)))
            .response_timeout(self.limit)
            // One that has moved is found; one that is away is not waited for.
            .retries(2)
            .max_retry_wait(50)
            .use_protocol(ProtocolVersion::RESP3);
        match self.certificates() {
            Some(certificates) => builder.certs(certificates).build(),
            None => builder.build(),
        }
    }

    /// A server of the cluster that answers: in a Redis Cluster each of them hears all that is published. They are tried
    /// in a random order, so that nodes spread.
    async fn any(&self, servers: &[::redis::ConnectionInfo]) -> RedisResult<Client> {
        let start = rand::random_range(0..servers.len().max(1));
        let mut why = too_slow();
        for info in servers.iter().cycle().skip(start).take(servers.len()) {
            let client = self.client(info)?;
            match client.get_multiplexed_async_connection_with_config(&self.config()).await {
                Ok(_) => return Ok(client),
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    /// The master of the service, as the Sentinels have it. They are asked without a password first: many have none.
    async fn master(&self, sentinels: &Sentinels) -> RedisResult<Client> {
        let found = self.ask_sentinels(sentinels, None).await;
        match (found, sentinels.redis.password()) {
            (Err(_), Some(password)) => self.ask_sentinels(sentinels, Some(password)).await,
            (found, _) => found,
        }
    }

    async fn ask_sentinels(&self, sentinels: &Sentinels, password: Option<&str>) -> RedisResult<Client> {
        let Sentinels { sentinels, service, is_tls, redis } = sentinels;
        let mut builder =
            SentinelClientBuilder::new(sentinels.iter().cloned(), service, SentinelServerType::Master)?
                .set_client_to_redis_db(redis.db())
                .set_client_to_redis_protocol(ProtocolVersion::RESP3);
        if *is_tls {
            builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
        }
        if let Some(certificates) = self.certificates() {
            builder = builder
                .set_client_to_redis_certificates(certificates.clone())
                .set_client_to_sentinel_certificates(certificates);
        }
        if let Some(user) = redis.username() {
            builder = builder.set_client_to_redis_username(user);
        }
        if let Some(own) = redis.password() {
            builder = builder.set_client_to_redis_password(own);
        }
        if let Some(password) = password {
            builder = builder.set_client_to_sentinel_password(password);
        }
        builder.build()?.async_get_client().await
    }
}

fn too_slow() -> RedisError {
    (ErrorKind::Io, "it does not answer in time").into()
}

/// A server that was a master a moment ago, and takes no writes any more, is not one to settle with.
async fn is_master(wire: &mut MultiplexedConnection) -> RedisResult<()> {
    match ::redis::cmd("ROLE").query_async::<Vec<Value>>(wire).await {
        Ok(role) if role.first() == Some(&Value::BulkString(b"slave".to_vec())) => {
            Err((ErrorKind::Client, "it is a replica, which takes no writes").into())
        }
        // Whoever may not ask for it goes by what they were told.
        _ => Ok(()),
    }
}

impl ConnectionLike for Wire {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(wire) => wire.req_packed_command(cmd),
            Self::Many(wire) => wire.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(wire) => wire.req_packed_commands(pipeline, offset, count),
            Self::Many(wire) => wire.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::One(wire) => wire.get_db(),
            Self::Many(wire) => wire.get_db(),
        }
    }
}
