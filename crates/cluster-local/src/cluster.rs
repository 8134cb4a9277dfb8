//! All of it together.

use crate::{Balancer, Node, Redis, Relay, StartError};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use tempfile::TempDir;

/// How a cluster is made. [`Settings::new`] has defaults for everything but the program.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The `headcount` program.
    pub headcount: PathBuf,
    /// How many nodes. 3 by default.
    pub nodes: usize,
    /// Where the balancer listens; port 0, the default, takes any free one.
    pub listen: SocketAddr,
    /// More arguments of `headcount serve`. By default, those that let one machine be an audience.
    pub arguments: Vec<String>,
    /// Where the logs of the nodes go, as `node-1.log` and so on; `None`, the default, is a folder that ends with the
    /// cluster.
    pub logs: Option<PathBuf>,
}

impl Settings {
    /// The defaults, around this program.
    #[must_use]
    pub fn new(headcount: impl Into<PathBuf>) -> Self {
        // Everybody here comes from one address, and more often than people do.
        const UNLIMITED: [&str; 5] = [
            "max-connections-per-address",
            "connections-per-minute",
            "sessions-per-hour",
            "status-queries-per-second",
            "control-messages-per-second",
        ];
        let mut arguments: Vec<String> = UNLIMITED.iter().map(|name| format!("--{name}=0")).collect();
        arguments.push("--max-listeners=1000000".to_owned());
        Self {
            headcount: headcount.into(),
            nodes: 3,
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            arguments,
            logs: None,
        }
    }
}

/// A cluster that runs. All its processes end when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    /// What clients come through who do not choose a node.
    pub balancer: Balancer,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What lies between each of them and Redis, in the same order.
    pub relays: Vec<Relay>,
    /// What they share.
    pub redis: Redis,
    logs: PathBuf,
    _folder: Option<TempDir>,
}

impl Cluster {
    /// Starts everything; clients can connect when this returns.
    ///
    /// # Errors
    /// [`StartError`]. Nothing is left behind.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let redis = Redis::start().await?;
        let (logs, folder) = logs(settings.logs)?;
        let (mut nodes, mut relays) = (Vec::new(), Vec::new());
        for number in 1..=settings.nodes {
            let relay = Relay::start(redis.address()).await?;
            let log = logs.join(format!("node-{number}.log"));
            let store = format!("redis://{}", relay.address());
            nodes.push(Node::start(&settings.headcount, &store, &settings.arguments, log).await?);
            relays.push(relay);
        }
        let balancer = Balancer::start(settings.listen, nodes.iter().map(Node::address)).await?;
        Ok(Self { balancer, nodes, relays, redis, logs, _folder: folder })
    }

    /// Where the logs of the nodes are.
    #[must_use]
    pub fn logs(&self) -> &std::path::Path {
        &self.logs
    }

    /// Stops every node as an operator would, then Redis. Whatever goes wrong, all of it is gone then.
    pub async fn stop(mut self) {
        for node in &self.nodes {
            // All at once: each takes its time to let its clients go.
            node.ask_to_stop();
        }
        for node in &mut self.nodes {
            let _ = node.stop().await;
        }
        let _ = self.redis.stop().await;
    }
}

fn logs(wanted: Option<PathBuf>) -> Result<(PathBuf, Option<TempDir>), StartError> {
    let failed = |error| StartError::local("cannot make the folder for the logs", error);
    if let Some(folder) = wanted {
        std::fs::create_dir_all(&folder).map_err(failed)?;
        return Ok((folder, None));
    }
    let folder = tempfile::tempdir().map_err(failed)?;
    Ok((folder.path().to_owned(), Some(folder)))
}
