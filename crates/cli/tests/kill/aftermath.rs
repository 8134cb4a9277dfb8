//! What the clients find on the server that was started after the kill.

use crate::client::{Client, get, text};
use crate::notes::{Notes, State, languages};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

/// A speaker that has come back.
pub struct Speaker {
    client: Client,
    /// The languages that it knows of, which must never be new again.
    known: BTreeSet<String>,
}

/// Listeners that have come back.
pub struct Audience {
    address: SocketAddr,
    session: String,
    listeners: Vec<Client>,
    by_language: BTreeMap<String, u64>,
}

/// Every speaker of a stage comes back with its token, before any listener does. It finds its broadcast as it left it,
/// with nobody there yet, and is told that this may be wrong.
pub async fn speakers_return(address: SocketAddr, notes: &Notes) -> Vec<Speaker> {
    let mut speakers = Vec::new();
    for (session, stage) in &notes.stages {
        let query = format!("sessionId={session}&token={}", notes.created[session]);
        let mut client = Client::connect(address, &query).await.expect("the speaker is let in");
        let status = client.next().await.unwrap();
        let told = (&status["type"], &status["exact"], &status["updateReason"], &status["listenerCount"]);
        assert_eq!(told, (&json!("sessionStatus"), &json!(false), &json!("periodic"), &json!(0)), "{status}");
        let state = State::told(&status);
        let possible = stage.possible();
        assert!(possible.clone().any(|n| State::nth(n) == state), "none of {possible:?}: {status}");
        speakers.push(Speaker { client, known: stage.shown.clone() });
    }
    speakers
}

/// Every listener comes back whose language its speaker has been shown, one half with the resume token of a place that
/// went with the process, the other without.
pub async fn listeners_return(address: SocketAddr, notes: &Notes) -> Vec<Audience> {
    let mut audiences = Vec::new();
    for (session, stage) in &notes.stages {
        let session = session.clone();
        let mut audience = Audience { address, session, listeners: Vec::new(), by_language: BTreeMap::new() };
        let known = stage.listeners.iter().filter(|(language, _)| stage.shown.contains(language));
        for (index, (language, token)) in known.enumerate() {
            let resume = if index % 2 == 0 { format!("&resumeToken={token}") } else { String::new() };
            audience.join(language, &resume).await;
        }
        assert!(audience.count() > 10, "too few to show anything");
        audiences.push(audience);
    }
    audiences
}

/// Every session that was ever acknowledged is there, for everybody and for its speaker's token.
pub async fn every_session_is_there(address: SocketAddr, notes: &Notes) {
    for (session, token) in &notes.created {
        let (status, public) = get(address, &format!("/sessions/{session}"), "").await;
        assert_eq!((status, &public["sessionId"]), (200, &json!(session)), "{public}");
        let (status, read) = get(address, &format!("/sessions/{session}/status"), token).await;
        assert_eq!((status, &read["sessionId"]), (200, &json!(session)), "{read}");
    }
}

impl Audience {
    /// One more. Whatever it brings, it is counted once.
    async fn join(&mut self, language: &str, more: &str) {
        let query = format!("sessionId={}&targetLanguage={language}{more}", self.session);
        let mut listener = Client::connect(self.address, &query).await.expect("the listener is let in");
        let joined = listener.next().await.unwrap();
        *self.by_language.entry(language.to_owned()).or_default() += 1;
        assert_eq!(
            (text(&joined, "type"), &joined["listenerCount"]),
            ("sessionJoined".to_owned(), &json!(self.count()))
        );
        self.listeners.push(listener);
    }

    fn count(&self) -> u64 {
        self.by_language.values().sum()
    }
}

impl Speaker {
    /// Listens until it has been told of all of `audience` by a status that does not call itself inexact, asks, and is told
    /// the same. Only a language that it has never been shown is new, and that is told, too.
    pub async fn hears_the_truth(mut self, mut audience: Audience) {
        loop {
            let status = self.told().await;
            if status.get("exact").is_none() {
                assert_eq!(status["updateReason"], "listenerCountChange", "{status}");
                if status["listenerCount"] == audience.count() {
                    break;
                }
            }
        }
        self.client.send(r#"{"action":"getSessionStatus"}"#).await;
        let answer = self.told().await;
        assert_eq!((&answer["updateReason"], answer.get("exact")), (&json!("requested"), None), "{answer}");
        assert_eq!(answer["languageDistribution"], json!(audience.by_language));

        audience.join("ja", "").await;
        let status = self.told().await;
        assert_eq!((&status["updateReason"], status.get("exact")), (&json!("newLanguage"), None), "{status}");
        assert_eq!(status["languageDistribution"], json!(audience.by_language));
    }

    /// The next status. While counts may be short it was asked for or due, but never caused by a change; a language
    /// that is called new is.
    async fn told(&mut self) -> Value {
        let status = self.client.next().await.expect("a status");
        assert_eq!(status["type"], "sessionStatus", "{status}");
        let reason = text(&status, "updateReason");
        if status.get("exact").is_some() {
            assert!(["requested", "periodic"].contains(&reason.as_str()), "{status}");
        }
        if reason == "newLanguage" {
            let shown = languages(&status);
            assert!(shown.iter().any(|language| !self.known.contains(language)), "{status}");
        }
        self.known.extend(languages(&status));
        status
    }
}
