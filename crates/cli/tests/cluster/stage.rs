//! A cluster with a speaker and an audience that is counted.

use crate::audience::{Audience, LANGUAGES};
use headcount_cluster_local::{Api, Client, Cluster, Heard, Settings};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

/// How many come.
pub(crate) const AUDIENCE: usize = 240;
/// How long anything is waited for, on a machine that is busy with other tests. A lease is 15 s.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Stage {
    pub(crate) cluster: Cluster,
    pub(crate) audience: Audience,
    session: String,
    token: String,
    /// What the speaker was sent and was not looked at yet; a few a second, for a minute.
    told: mpsc::UnboundedReceiver<Value>,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let cluster = Cluster::start(Settings::new(env!("CARGO_BIN_EXE_headcount"))).await.unwrap();
        let nodes: Vec<_> = cluster.nodes.iter().map(|node| node.address()).collect();
        let mut speaker = Client::connect(nodes[0], &[("statusDetail", "full")]).await.unwrap();
        speaker.say(&json!({ "action": "createSession", "sourceLanguage": "en" })).await;
        let Heard::Text(created) = speaker.hear().await else { panic!("the session is not created") };
        let created: Value = serde_json::from_str(&created).unwrap();
        let text = |name: &str| created[name].as_str().unwrap_or_else(|| panic!("{created}")).to_owned();
        let (session, token) = (text("sessionId"), text("speakerToken"));
        let audience = Audience::come(nodes.clone(), &session, AUDIENCE);
        let (telling, told) = mpsc::unbounded_channel();
        tokio::spawn(speak(speaker, nodes, session.clone(), token.clone(), telling));
        let mut stage = Self { cluster, audience, session, token, told };
        stage.settles(&[0, 1, 2]).await;
        stage
    }

    /// Waits until everybody is there, and each of `nodes` says so exactly. Whatever one calls exact meanwhile must not be
    /// more than there are at all.
    pub(crate) async fn settles(&mut self, nodes: &[usize]) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut statuses = Vec::new();
            for node in nodes {
                statuses.extend(self.status(*node).await);
            }
            for status in statuses.iter().filter(|status| status["exact"].is_null()) {
                let count = status["listenerCount"].as_u64().unwrap();
                assert!(count <= AUDIENCE as u64, "{count} exactly, of {AUDIENCE}");
            }
            let whole: serde_json::Map<_, _> =
                LANGUAGES.iter().map(|tag| ((*tag).to_owned(), json!(AUDIENCE / LANGUAGES.len()))).collect();
            let right = |status: &Value| {
                status["exact"].is_null() && status["languageDistribution"].as_object() == Some(&whole)
            };
            if self.audience.is_complete() && statuses.len() == nodes.len() && statuses.iter().all(right) {
                return;
            }
            let here = self.audience.here();
            assert!(Instant::now() < deadline, "{here:?} are there, and the nodes say {statuses:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// The status as this node tells it; `None` if there is no answer.
    pub(crate) async fn status(&self, node: usize) -> Option<Value> {
        let (address, token) = (self.cluster.nodes[node].address(), self.token.clone());
        let path = format!("/sessions/{}/status", self.session);
        let asked = tokio::task::spawn_blocking(move || {
            Api::at(address, Duration::from_secs(5)).get(&path, Some(&token))
        });
        asked.await.unwrap().filter(|answer| answer.status == 200).map(|answer| answer.body)
    }

    /// What the speaker was told since this was last asked. No update may be there twice or out of order, and no language
    /// be new that was shown before.
    pub(crate) fn told(&mut self, known: &mut Known) -> Vec<Value> {
        let told: Vec<Value> = std::iter::from_fn(|| self.told.try_recv().ok()).collect();
        told.iter().for_each(|status| known.add(status));
        told
    }
}

/// What the speaker knows already.
#[derive(Default)]
pub(crate) struct Known {
    revision: u64,
    languages: BTreeSet<String>,
}

impl Known {
    fn add(&mut self, status: &Value) {
        let revision = status["audience"]["revision"].as_u64().unwrap();
        assert!(revision > self.revision, "{revision} after {}: {status}", self.revision);
        self.revision = revision;
        let shown = status["languageDistribution"].as_object().unwrap();
        let before = self.languages.len();
        self.languages.extend(shown.keys().cloned());
        let is_new = self.languages.len() > before;
        assert!(is_new || status["updateReason"] != "newLanguage", "announced before: {status}");
    }
}

/// Passes on every status that is sent, and comes back when it is cut off.
async fn speak(
    mut client: Client,
    nodes: Vec<std::net::SocketAddr>,
    session: String,
    token: String,
    telling: mpsc::UnboundedSender<Value>,
) {
    let query = [("sessionId", session.as_str()), ("token", &token), ("statusDetail", "full")];
    let mut nodes = nodes.into_iter().cycle();
    loop {
        while let Heard::Text(text) = client.hear().await {
            let message: Value = serde_json::from_str(&text).unwrap();
            if message["type"] == "sessionStatus" && telling.send(message).is_err() {
                return;
            }
        }
        client = loop {
            sleep(Duration::from_millis(200)).await;
            if let Ok(client) = Client::connect(nodes.next().unwrap(), &query).await {
                break client;
            }
        };
    }
}
