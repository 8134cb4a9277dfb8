//! Listeners that come back whenever they are cut off, as players in browsers do.

use headcount_cluster_local::{Client, Heard};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

pub(crate) const LANGUAGES: [&str; 3] = ["es", "fr", "de"];
/// How long a listener waits before it tries again.
const WAIT: Duration = Duration::from_millis(200);

/// All of them. Dropping it cuts them off.
pub(crate) struct Audience {
    shared: Arc<Shared>,
    _listeners: JoinSet<()>,
}

struct Shared {
    nodes: Vec<SocketAddr>,
    session: String,
    /// Whether each is there, its join acknowledged.
    here: Vec<AtomicBool>,
    lost: AtomicU64,
}

impl Audience {
    /// So many come to the nodes in turn.
    pub(crate) fn come(nodes: Vec<SocketAddr>, session: &str, size: usize) -> Self {
        let here = std::iter::repeat_with(AtomicBool::default).take(size).collect();
        let shared =
            Arc::new(Shared { nodes, session: session.to_owned(), here, lost: AtomicU64::default() });
        let mut listeners = JoinSet::new();
        for number in 0..size {
            listeners.spawn(listen(Arc::clone(&shared), number));
        }
        Self { shared, _listeners: listeners }
    }

    /// How many are there in each of [`LANGUAGES`].
    pub(crate) fn here(&self) -> [u64; 3] {
        let mut here = [0; 3];
        for (number, is_here) in self.shared.here.iter().enumerate() {
            here[number % LANGUAGES.len()] += u64::from(is_here.load(Ordering::SeqCst));
        }
        here
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.here().iter().sum::<u64>() == self.shared.here.len() as u64
    }

    /// How many connections broke or were closed.
    pub(crate) fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::SeqCst)
    }
}

async fn listen(shared: Arc<Shared>, number: usize) {
    let (mut node, mut token) = (number, None);
    loop {
        if let Some((mut client, next)) = join(&shared, node, number, token.as_deref()).await {
            token = next;
            shared.here[number].store(true, Ordering::SeqCst);
            while let Heard::Text(_) = client.hear().await {}
            shared.here[number].store(false, Ordering::SeqCst);
            shared.lost.fetch_add(1, Ordering::SeqCst);
        }
        node += 1;
        tokio::time::sleep(WAIT).await;
    }
}

/// Its connection, and the proof of its place.
async fn join(
    shared: &Shared,
    node: usize,
    number: usize,
    token: Option<&str>,
) -> Option<(Client, Option<String>)> {
    let language = LANGUAGES[number % LANGUAGES.len()];
    let mut query = vec![("sessionId", shared.session.as_str()), ("targetLanguage", language)];
    query.extend(token.map(|token| ("resumeToken", token)));
    let mut client = Client::connect(shared.nodes[node % shared.nodes.len()], &query).await.ok()?;
    while let Heard::Text(text) = client.hear().await {
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["type"] == "sessionJoined" {
            return Some((client, message["resumeToken"].as_str().map(str::to_owned)));
        }
    }
    None
}
