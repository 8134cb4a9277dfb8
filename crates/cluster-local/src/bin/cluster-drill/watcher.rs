//! Who asks one node for the status, again and again. By HTTP, which never touches what the speaker was told.

use crate::clock::{self, SECOND};
use crate::truth::{Reading, Said};
use headcount_cluster_local::{Answer, Api};
use parking_lot::Mutex;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What all watchers have read: some ten a second each, for the minutes of a drill.
pub(crate) type Readings = Arc<Mutex<Vec<Reading>>>;

/// A thread that asks. Dropping it ends it.
pub(crate) struct Watcher {
    _stop: Sender<()>,
}

impl Watcher {
    /// Asks the node at `address` for the status of `session`, `per_second` times a second.
    pub(crate) fn start(
        (node, address): (usize, SocketAddr),
        session: &str,
        token: &str,
        per_second: u32,
        readings: Readings,
    ) -> Self {
        let (stop, stopped) = channel();
        let path = format!("/sessions/{session}/status");
        let (token, every) = (token.to_owned(), Duration::from_secs(1) / per_second.max(1));
        thread::spawn(move || {
            let api = Api::at(address, PATIENCE);
            let mut due = Instant::now();
            loop {
                due += every;
                let wait = due.saturating_duration_since(Instant::now());
                if stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let asked = clock::now();
                let answer = api.get(&path, Some(&token));
                let said = answer.as_ref().and_then(said);
                readings.lock().push(Reading { node, asked, answered: clock::now(), said });
                // A node that was away for long is not asked for all the time that it was.
                due = due.max(Instant::now().checked_sub(Duration::from_secs(1)).unwrap_or(due));
            }
        });
        Self { _stop: stop }
    }
}

fn said(answer: &Answer) -> Option<Said> {
    let body = (answer.status == 200).then_some(&answer.body)?;
    let languages = body.get("languageDistribution")?.as_object()?;
    Some(Said {
        count: body.get("listenerCount")?.as_u64()?,
        exact: body.get("exact").and_then(serde_json::Value::as_bool).unwrap_or(true),
        languages: languages.iter().filter_map(|(tag, count)| Some((tag.clone(), count.as_u64()?))).collect(),
    })
}

/// The time that an answer took, in microseconds.
pub(crate) const fn took(reading: &Reading) -> u64 {
    reading.answered.saturating_sub(reading.asked)
}

/// A span in seconds, for people.
#[expect(clippy::cast_precision_loss, reason = "a drill takes minutes")]
pub(crate) fn seconds(micros: u64) -> f64 {
    micros as f64 / SECOND as f64
}
