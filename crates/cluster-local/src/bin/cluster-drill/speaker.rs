//! The speaker, who asks for nothing and notes what it is told.

use crate::clock;
use headcount_cluster_local::{Client, Heard};
use headcount_protocol::received::{Received, ReceivedStatus};
use parking_lot::Mutex;
use serde_json::json;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// How long the session may take to be there.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it waits before it comes back.
const WAIT: Duration = Duration::from_millis(300);

/// An update that nobody had asked for.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// When it arrived.
    pub(crate) at: u64,
    pub(crate) status: ReceivedStatus,
}

/// All that it was told, and how often it lost its connection.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) told: Vec<Told>,
    pub(crate) lost: u64,
}

/// A speaker that is connected, or on its way back. Dropping it ends it.
pub(crate) struct Speaker {
    pub(crate) session: String,
    pub(crate) token: String,
    pub(crate) notes: Arc<Mutex<Notes>>,
    task: AbortHandle,
}

impl Speaker {
    /// Creates a session on the first of `nodes`. If it is cut off, it comes back to the next.
    pub(crate) async fn start(nodes: Vec<SocketAddr>) -> Option<Self> {
        let notes = Arc::new(Mutex::new(Notes::default()));
        let (created, creation) = oneshot::channel();
        let task = tokio::spawn(speak(nodes, Arc::clone(&notes), created)).abort_handle();
        let (session, token) = timeout(PATIENCE, creation).await.ok()?.ok()?;
        Some(Self { session, token, notes, task })
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn speak(nodes: Vec<SocketAddr>, notes: Arc<Mutex<Notes>>, created: oneshot::Sender<(String, String)>) {
    let mut nodes = nodes.iter().copied().cycle();
    let Some((mut client, session, token)) = create(nodes.next()).await else { return };
    if created.send((session.clone(), token.clone())).is_err() {
        return;
    }
    let query = [("sessionId", session.as_str()), ("token", &token), ("statusDetail", "full")];
    loop {
        note(&mut client, &notes).await;
        notes.lock().lost += 1;
        client = loop {
            sleep(WAIT).await;
            let Some(node) = nodes.next() else { return };
            if let Ok(client) = Client::connect(node, &query).await {
                break client;
            }
        };
    }
}

async fn create(node: Option<SocketAddr>) -> Option<(Client, String, String)> {
    let mut client = Client::connect(node?, &[("statusDetail", "full")]).await.ok()?;
    client.say(&json!({ "action": "createSession", "sourceLanguage": "en" })).await;
    while let Heard::Text(text) = client.hear().await {
        if let Ok(Received::SessionCreated(created)) = Received::parse(&text) {
            return Some((client, created.session_id, created.speaker_token.as_str().to_owned()));
        }
    }
    None
}

/// Notes what comes until the connection ends.
async fn note(client: &mut Client, notes: &Mutex<Notes>) {
    while let Heard::Text(text) = client.hear().await {
        if let Ok(Received::Status(status)) = Received::parse(&text) {
            notes.lock().told.push(Told { at: clock::now(), status });
        }
    }
}

/// What must never be: told twice, told out of order, told of a language that was told before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    pub(crate) doubled: u64,
    pub(crate) gone_back: u64,
    pub(crate) announced_twice: u64,
}

impl Faults {
    pub(crate) fn of(told: &[Told]) -> Self {
        let (mut faults, mut last, mut known) = (Self::default(), None, BTreeSet::new());
        for Told { status, .. } in told {
            let revision = status.audience.as_ref().map(|audience| audience.revision);
            faults.doubled += u64::from(revision.is_some() && revision == last);
            faults.gone_back += u64::from(revision < last);
            last = revision.max(last);
            let mut new = false;
            for (tag, _) in &status.language_distribution {
                new |= known.insert(tag.clone());
            }
            faults.announced_twice += u64::from(status.update_reason == "newLanguage" && !new);
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(revision: u64, reason: &str, tags: &[&str]) -> Told {
        let text = format!(
            r#"{{"type":"sessionStatus","sessionId":"golden-eagle-427","listenerCount":0,"languageDistribution":{{{}}},
            "sessionDuration":1,"broadcastState":{{"isActive":true,"isPaused":false,"isMuted":false,"volume":1.0,
            "lastStateChange":1}},"timestamp":1,"updateReason":"{reason}","audience":{{"peakListenerCount":0,"peakAt":0,
            "totalJoins":0,"totalLeaves":0,"reconnecting":0,"languagesSeen":0,"revision":{revision},"quality":{{
            "exact":true,"asOf":1,"nodesReporting":1,"nodesExpected":1}},"trend":[]}}}}"#,
            tags.iter().map(|tag| format!("\"{tag}\":1")).collect::<Vec<_>>().join(",")
        );
        let Ok(Received::Status(status)) = Received::parse(&text) else { panic!("{text}") };
        Told { at: 0, status }
    }

    #[test]
    fn what_must_never_be_is_found() {
        let good = [
            told(1, "newLanguage", &["es"]),
            told(4, "newLanguage", &["es", "fr"]),
            told(5, "periodic", &[]),
        ];
        assert_eq!(Faults::of(&good), Faults::default());
        let bad =
            [told(2, "newLanguage", &["es"]), told(2, "periodic", &[]), told(1, "newLanguage", &["es"])];
        assert_eq!(Faults::of(&bad), Faults { doubled: 1, gone_back: 1, announced_twice: 1 });
    }
}
