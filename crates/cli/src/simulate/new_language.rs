//! How soon a speaker hears of a language that nobody has listened in before.

use super::clock::Moment;
use super::latencies::Latencies;
use super::listener;
use super::speaker::Told;
use super::tally::Errors;
use crate::client::{Dialer, Socket};
use headcount_core::{Language, SessionId};
use headcount_protocol::{ClientMessage, JoinSession};
use rand::seq::SliceRandom;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct ProbeLog {
    /// From sending the join to the arrival of the speaker's `newLanguage`.
    pub(crate) told: Latencies,
    /// Languages that the speaker saw first in another update, so that `newLanguage` was not due.
    pub(crate) told_otherwise: u64,
    /// Languages that the speaker did not hear of in time; perhaps an earlier run has used them up.
    pub(crate) missed: u64,
    /// What went wrong.
    pub(crate) errors: Errors,
}

/// Joins in one fresh language after another.
pub(crate) struct NewLanguageProbe {
    dialer: Dialer,
    session: SessionId,
    told: mpsc::Receiver<Told>,
    log: ProbeLog,
}

impl NewLanguageProbe {
    /// After an update that a change has triggered, further ones wait for the minimum gap: a second, and a bit.
    const GAP: Duration = Duration::from_millis(1_200);
    /// How long the speaker has to hear of it.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// A probe that learns from `told` what the speaker is sent.
    pub(crate) fn new(dialer: Dialer, session: SessionId, told: mpsc::Receiver<Told>) -> Self {
        Self { dialer, session, told, log: ProbeLog::default() }
    }

    /// Probes until `stop` is dropped or every language for private use (ISO 639-3 `qaa` to `qtz`) is used up.
    pub(crate) async fn run(mut self, stop: tokio_util::sync::CancellationToken) -> ProbeLog {
        // One that is cut off in its middle counts for nothing.
        let _ = stop.run_until_cancelled(self.probe_all()).await;
        self.log
    }

    async fn probe_all(&mut self) {
        for language in fresh_languages() {
            let query = [];
            match self.dialer.dial(&query).await {
                Ok(socket) => self.probe(socket, language).await,
                Err(error) => self.log.errors.add(&format!("probe: {}", listener::kind(&error)), 1),
            }
        }
    }

    async fn probe(&mut self, mut socket: Socket, language: Language) {
        self.wait_for_the_gap().await;
        let join = ClientMessage::JoinSession(JoinSession {
            session: self.session.clone(),
            target_language: language.clone(),
            token: None,
            resume_token: None,
        });
        let sent = Moment::now();
        if socket.send(&join).await.is_err() {
            self.log.errors.add("probe: connection lost", 1);
            return;
        }
        match timeout(Self::PATIENCE, self.hears_of(&language)).await {
            Ok(Some(told)) if told.status.update_reason == "newLanguage" => {
                self.log.told.record(told.at.since(sent));
            }
            Ok(Some(_)) => self.log.told_otherwise += 1,
            Ok(None) | Err(_) => self.log.missed += 1,
        }
        socket.close().await;
    }

    /// Waits until no update was triggered for a while. In a session that is never quiet, it never is.
    async fn wait_for_the_gap(&mut self) {
        let mut open_at = Instant::now() + Self::GAP;
        while let Ok(Some(told)) = timeout_at(open_at, self.told.recv()).await {
            if matches!(told.status.update_reason.as_str(), "newLanguage" | "listenerCountChange") {
                open_at = Instant::now() + Self::GAP;
            }
        }
    }

    /// The first status that shows the language; `None` if the speaker has gone.
    async fn hears_of(&mut self, language: &Language) -> Option<Told> {
        loop {
            let told = self.told.recv().await?;
            if told.status.language_distribution.iter().any(|(tag, _)| tag == language.as_str()) {
                return Some(told);
            }
        }
    }
}

/// Languages that no real listener has, in random order, so that a second run is likely to find some left.
fn fresh_languages() -> Vec<Language> {
    let tags = ('a'..='t').flat_map(|second| ('a'..='z').map(move |third| format!("q{second}{third}")));
    let mut languages: Vec<_> = tags.filter_map(|tag| Language::parse(&tag).ok()).collect();
    languages.shuffle(&mut rand::rng());
    languages
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_hundreds_of_fresh_languages_and_no_two_are_one() {
        let languages = fresh_languages();
        assert_eq!(languages.len(), 520);
        assert_eq!(languages.iter().collect::<HashSet<_>>().len(), 520);
    }
}
