//! What every drill begins with: a cluster, a speaker, an audience that is complete, and somebody who asks each node.

use crate::args::Args;
use crate::fleet::Fleet;
use crate::pipe::Plan;
use crate::speaker::Speaker;
use crate::truth::{Reading, Said};
use crate::watcher::{Readings, Watcher};
use headcount_cluster_local::{Cluster, Settings, StartError};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What the audience hears.
const LANGUAGES: [&str; 4] = ["es", "fr", "de", "pt"];
/// How long the servers count somebody whose connection was cut; their default.
const GRACE_MS: u64 = 5_000;
/// How long everything has to be quiet and right to be called settled.
const QUIET: Duration = Duration::from_secs(2);

/// Why a drill could not be held.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("{0}")]
    Local(#[from] io::Error),
    #[error("the speaker could not create a session")]
    NoSession,
    #[error("the audience is not complete and counted in time: {0}")]
    Incomplete(String),
}

/// A drill's stage. Everything on it ends when it is dropped.
pub(crate) struct Stage {
    pub(crate) cluster: Cluster,
    pub(crate) speaker: Speaker,
    pub(crate) fleet: Fleet,
    pub(crate) readings: Readings,
    pub(crate) listeners: u64,
    _watchers: Vec<Watcher>,
}

impl Stage {
    /// Sets it, with each node asked `per_second` times a second.
    pub(crate) async fn set(args: &Args, per_second: u32) -> Result<Self, Trouble> {
        let mut settings = Settings::new(args.headcount()?);
        settings.nodes = args.nodes.into();
        settings.logs.clone_from(&args.logs);
        let cluster = Cluster::start(settings).await?;
        let nodes: Vec<SocketAddr> = cluster.nodes.iter().map(|node| node.address()).collect();
        let speaker = Speaker::start(nodes.clone()).await.ok_or(Trouble::NoSession)?;
        let plan = Plan {
            nodes: nodes.clone(),
            session: speaker.session.clone(),
            listeners: args.listeners as usize,
            languages: LANGUAGES.map(str::to_owned).to_vec(),
            rate: args.rate.into(),
            grace_ms: GRACE_MS,
        };
        let fleet = Fleet::start(&plan).await?;
        let readings = Readings::default();
        let watch =
            |node| Watcher::start(node, &speaker.session, &speaker.token, per_second, readings.clone());
        let watchers = nodes.into_iter().enumerate().map(watch).collect();
        let listeners = args.listeners.into();
        let stage = Self { cluster, speaker, fleet, readings, listeners, _watchers: watchers };
        let ramp = Duration::from_secs(u64::from(args.listeners / args.rate) * 3 + 30);
        if stage.settled(ramp, None).await { Ok(stage) } else { Err(Trouble::Incomplete(stage.state())) }
    }

    /// Waits until the audience is complete and every node but `absent` says so, exactly, for a while. Whether that came
    /// within `patience`.
    pub(crate) async fn settled(&self, patience: Duration, absent: Option<usize>) -> bool {
        let deadline = Instant::now() + patience;
        let mut quiet_since = None;
        while Instant::now() < deadline {
            sleep(Duration::from_millis(100)).await;
            if !self.is_right(absent) {
                quiet_since = None;
            } else if quiet_since.get_or_insert_with(Instant::now).elapsed() >= QUIET {
                return true;
            }
        }
        false
    }

    fn is_right(&self, absent: Option<usize>) -> bool {
        let here = self.fleet.truth.lock().now();
        let asked = (0..self.cluster.nodes.len()).filter(|node| Some(*node) != absent);
        here.count() == self.listeners
            && asked.into_iter().all(|node| self.last(node).is_some_and(|said| is_as(&said, &here.here)))
    }

    /// What this node said last.
    fn last(&self, node: usize) -> Option<Said> {
        let readings = self.readings.lock();
        readings
            .iter()
            .rev()
            .find(|reading| reading.node == node)
            .and_then(|Reading { said, .. }| said.clone())
    }

    /// How things stand, for whoever wonders why they do not settle.
    pub(crate) fn state(&self) -> String {
        let here = self.fleet.truth.lock().now();
        let says = |node| match self.last(node) {
            Some(said) if said.exact => format!("node {} says {}", node + 1, said.count),
            Some(said) => format!("node {} says {}, not exact", node + 1, said.count),
            None => format!("node {} does not answer", node + 1),
        };
        let nodes: Vec<String> = (0..self.cluster.nodes.len()).map(says).collect();
        format!("{} of {} are there; {}", here.count(), self.listeners, nodes.join("; "))
    }
}

/// Whether this is what is true: exact, each language with as many as there are.
fn is_as(said: &Said, here: &[u64]) -> bool {
    let counted =
        |tag: &str| said.languages.iter().find(|(known, _)| known == tag).map_or(0, |(_, count)| *count);
    said.exact
        && said.count == here.iter().sum::<u64>()
        && LANGUAGES.iter().zip(here).all(|(tag, count)| counted(tag) == *count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_is_every_language_and_exact() {
        let says = |exact, es, fr| Said {
            count: es + fr,
            exact,
            languages: vec![("fr".to_owned(), fr), ("es".to_owned(), es)],
        };
        assert!(is_as(&says(true, 3, 2), &[3, 2, 0, 0]));
        assert!(!is_as(&says(false, 3, 2), &[3, 2, 0, 0]));
        assert!(!is_as(&says(true, 2, 3), &[3, 2, 0, 0]));
        assert!(!is_as(&says(true, 3, 2), &[3, 2, 1, 0]));
    }
}
