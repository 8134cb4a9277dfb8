//! What the clients were told before the server was killed.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Something that a client knows.
#[derive(Debug)]
pub enum Note {
    /// The server has said that there is a session.
    Created { session: String, token: String },
    /// The speaker of a stage is about to ask for the `n`-th state of its broadcast.
    Asked { session: String, n: u32 },
    /// The server has said that it has taken it.
    Taken { session: String, n: u32 },
    /// The speaker was shown listeners in these languages.
    Shown { session: String, languages: Vec<String> },
    /// A listener was let in.
    Joined { session: String, language: String, resume_token: String },
}

/// All of it.
#[derive(Debug, Default)]
pub struct Notes {
    /// The speaker tokens, by session.
    pub created: BTreeMap<String, String>,
    /// What happened on each stage, by session.
    pub stages: BTreeMap<String, Stage>,
}

/// What happened in a session that has an audience.
#[derive(Debug, Default)]
pub struct Stage {
    asked: u32,
    taken: u32,
    /// Languages that the speaker knows of.
    pub shown: BTreeSet<String>,
    /// The languages of the listeners, and their resume tokens.
    pub listeners: Vec<(String, String)>,
}

impl Stage {
    /// The states that the broadcast may be in: the last that was acknowledged, or one that was asked for since.
    pub fn possible(&self) -> RangeInclusive<u32> {
        self.taken..=self.asked
    }

    /// Whether enough has happened to make it worth a kill.
    fn is_lively(&self) -> bool {
        self.taken >= 20 && self.shown.len() >= super::FIRST_LANGUAGES.len() + 3
    }
}

impl Notes {
    /// Takes one more.
    pub fn take(&mut self, note: Note) {
        match note {
            Note::Created { session, token } => drop(self.created.insert(session, token)),
            Note::Asked { session, n } => self.stage(session).asked = n,
            Note::Taken { session, n } => self.stage(session).taken = n,
            Note::Shown { session, languages } => self.stage(session).shown.extend(languages),
            Note::Joined { session, language, resume_token } => {
                self.stage(session).listeners.push((language, resume_token));
            }
        }
    }

    /// Whether all that is tried has happened often enough.
    pub fn are_enough(&self) -> bool {
        let bystanders = self.created.len().saturating_sub(self.stages.len());
        self.stages.len() == super::STAGES && bystanders >= 50 && self.stages.values().all(Stage::is_lively)
    }

    fn stage(&mut self, session: String) -> &mut Stage {
        self.stages.entry(session).or_default()
    }
}

/// The `n`-th state of a broadcast, not the same as any of the thousand before it.
#[derive(Debug, PartialEq)]
pub struct State {
    is_paused: bool,
    volume: f64,
}

impl State {
    pub fn nth(n: u32) -> Self {
        Self { is_paused: n % 2 == 1, volume: f64::from(n % 1_000) / 1_000.0 }
    }

    /// The message that asks for it.
    pub fn asked(&self) -> String {
        let Self { is_paused, volume } = self;
        format!(r#"{{"action":"speakerStateChange","state":{{"isPaused":{is_paused},"volume":{volume}}}}}"#)
    }

    /// What a message says that it is.
    pub fn told(message: &Value) -> Self {
        let state = &message["broadcastState"];
        Self { is_paused: state["isPaused"].as_bool().unwrap(), volume: state["volume"].as_f64().unwrap() }
    }
}

/// The languages that a status shows.
pub fn languages(status: &Value) -> Vec<String> {
    status["languageDistribution"].as_object().unwrap().keys().cloned().collect()
}
