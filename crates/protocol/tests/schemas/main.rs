//! The schemas hold of every sample and of nothing else, and name what the tables in the code name.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_protocol::schemas::{defined_in, definitions};
use headcount_protocol::{ClientMessage, ErrorCode, MessageKind};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// What the samples of bodies are samples of.
const BODIES: [(&str, &str); 13] = [
    ("createSession.request", "NewSession"),
    ("createSession.answer", "CreatedSession"),
    ("getSession.answer", "PublicSession"),
    ("patchSession.request", "SessionPatch"),
    ("patchSession.answer", "CountedSession"),
    ("listSessions.answer", "SessionPage"),
    ("listSessions.lastAnswer", "SessionPage"),
    ("getHistory.answer", "History"),
    ("createLink.request", "NewLink"),
    ("createLink.answer", "CreatedLink"),
    ("listLinks.answer", "LinkList"),
    ("health.answer", "Health"),
    ("health.unavailable", "Health"),
];

fn validator(name: &str) -> Validator {
    let schema = json!({ "$ref": format!("#/$defs/{name}"), "$defs": definitions("#/$defs/") });
    jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The samples in a folder, by their names without the suffix.
fn samples(folder: &str) -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (name_of(&path), read(&path))).collect()
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The definition that each message among the samples is of, and the sample.
fn messages() -> Vec<(String, String, Value)> {
    let of = |folder: &'static str, member: &'static str| {
        samples(folder).into_iter().map(move |(name, sample)| {
            let kind = sample[member].as_str().unwrap().to_owned();
            (kind, format!("{folder}/{name}"), sample)
        })
    };
    of("client", "action").chain(of("server", "type")).chain(of("errors", "type")).collect()
}

#[track_caller]
fn same_names(file: &str, names: &[&str]) {
    let (mut defined, mut names) = (defined_in(file).keys().cloned().collect::<Vec<_>>(), names.to_vec());
    defined.sort_unstable();
    names.sort_unstable();
    assert_eq!(defined, names, "schemas/{file} and the table in the code");
}

#[test]
fn every_action_message_and_error_code_is_in_the_schemas() {
    same_names("client.json", &ClientMessage::ACTIONS);
    same_names("server.json", &MessageKind::NAMES);
    let codes = ErrorCode::ALL.map(ErrorCode::as_str);
    assert_eq!(defined_in("server.json")["error"]["properties"]["code"]["enum"], json!(codes));
}

#[test]
fn a_message_is_valid_by_its_own_schema_and_by_no_other() {
    let messages = messages();
    for name in ClientMessage::ACTIONS.into_iter().chain(MessageKind::NAMES) {
        let validator = validator(name);
        for (kind, path, sample) in &messages {
            let verdict = validator.validate(sample);
            assert_eq!(verdict.is_ok(), kind == name, "{path} by the schema of {name}: {verdict:?}");
        }
    }
}

#[test]
fn a_body_is_valid_by_its_own_schema_and_by_no_other_of_its_side() {
    let samples = samples("http");
    assert_eq!(samples.keys().collect::<Vec<_>>(), {
        let mut names: Vec<_> = BODIES.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    });
    for (name, definition) in BODIES {
        let validator = validator(definition);
        for (other, kind) in BODIES {
            // What is read is open to more members: whatever makes a session may also change one.
            let may_be_both = other.ends_with(".request") || name.ends_with(".request");
            if definition == kind || !may_be_both {
                let verdict = validator.validate(&samples[other]);
                assert_eq!(verdict.is_ok(), definition == kind, "{other} by {definition}: {verdict:?}");
            }
        }
    }
    assert!(!validator("NewSession").is_valid(&samples["patchSession.request"]));
    assert!(!validator("SessionPatch").is_valid(&json!({})));
}

#[test]
fn what_the_server_writes_is_closed_and_what_it_reads_is_open() {
    for (kind, path, mut sample) in messages() {
        let by_client = path.starts_with("client/");
        sample["surprise"] = json!(1);
        assert_eq!(validator(&kind).is_valid(&sample), by_client, "{path}");
    }
}

#[test]
fn no_member_that_is_always_there_may_be_missing() {
    for (kind, path, sample) in messages().into_iter().filter(|(_, path, _)| path.starts_with("server/")) {
        let validator = validator(&kind);
        let required = defined_in("server.json")[&kind]["required"].clone();
        for member in required.as_array().unwrap() {
            let mut less = sample.clone();
            less.as_object_mut().unwrap().remove(member.as_str().unwrap()).expect(&path);
            assert!(!validator.is_valid(&less), "{path} without {member}");
        }
    }
}

#[test]
fn what_the_code_refuses_in_a_message_the_schema_refuses_too() {
    for (kind, message) in [
        (
            "joinSession",
            json!({ "action": "joinSession", "sessionId": "Golden Eagle", "targetLanguage": "es" }),
        ),
        ("joinSession", json!({ "action": "joinSession", "sessionId": "golden-eagle-427" })),
        ("createSession", json!({ "action": "createSession", "sourceLanguage": "español" })),
        (
            "createSession",
            json!({ "action": "createSession", "sourceLanguage": "en", "qualityTier": "gold" }),
        ),
        ("setVolume", json!({ "action": "setVolume", "volumeLevel": 1.5 })),
        ("setVolume", json!({ "action": "setVolume", "volumeLevel": "loud" })),
        ("speakerStateChange", json!({ "action": "speakerStateChange", "state": {} })),
        ("speakerStateChange", json!({ "action": "speakerStateChange", "state": { "isActive": false } })),
        (
            "refreshConnection",
            json!({ "action": "refreshConnection", "sessionId": "golden-eagle-427", "role": "listener" }),
        ),
        ("getSessionStatus", json!({ "action": "getSessionStatus", "detail": "everything" })),
    ] {
        assert!(ClientMessage::parse(message.to_string()).is_err(), "{message}");
        assert!(!validator(kind).is_valid(&message), "{message}");
    }
}
