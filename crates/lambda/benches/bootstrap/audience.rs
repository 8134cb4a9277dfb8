//! Sessions with listeners, put into the tables: ours through the function itself, those of others as they write them.

use crate::cloud::Cloud;
use crate::function::Function;
use crate::items::Item;
use headcount_adapters::clock::SystemClock;
use headcount_core::SessionId;
use headcount_core::ports::Clock;
use serde_json::{Value, json};
use std::ops::Range;
use std::time::Duration;

/// The languages of every audience, as many listeners each.
const LANGUAGES: [&str; 10] = ["es", "fr", "de", "pt-BR", "it", "pl", "ja", "ko", "zh-Hant", "ar"];

/// The connection of the speaker of the first session.
pub(crate) const SPEAKER: &str = "speaker-000000=";

/// Has the function make a session, with `SPEAKER` as its speaker; its name.
pub(crate) fn create(function: &Function<'_>) -> String {
    let answer = function.say(SPEAKER, &json!({ "action": "createSession", "sourceLanguage": "en" })).value;
    answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session was created: {answer}")).to_owned()
}

/// Has the function let listeners into `session`; how long each took.
pub(crate) fn join(function: &Function<'_>, session: &str, listeners: Range<usize>) -> Vec<Duration> {
    let join = |n: usize| {
        let language = LANGUAGES[n % LANGUAGES.len()];
        let message = json!({ "action": "joinSession", "sessionId": session, "targetLanguage": language });
        let joined = function.say(&format!("listener-{n:06}="), &message);
        assert_eq!(joined.value["type"], "sessionJoined", "{}", joined.value);
        joined.took
    };
    listeners.map(join).collect()
}

/// Copies everything of `session`, which the function made, to `copies` more of other names and speakers.
pub(crate) fn copy(cloud: &Cloud, session: &str, copies: usize) {
    let mut tables = cloud.shared.tables.lock();
    let original = |items: Vec<&Item>| json!(items).to_string();
    let sessions = original(tables.sessions.partition(session).collect());
    let status = original(tables.status.partition(session).collect());
    for n in 1..=copies {
        let renamed = |items: &str| -> Vec<Item> {
            let items = items.replace(session, &name(n)).replace(SPEAKER, &speaker(n));
            serde_json::from_str(&items).unwrap()
        };
        for mut item in renamed(&sessions) {
            item.insert("activeShard".to_owned(), json!({ "S": format!("A#{}", n % 4) }));
            tables.sessions.put(item);
        }
        renamed(&status).into_iter().for_each(|item| tables.status.put(item));
    }
}

/// The same as if everybody had been told everything `time` earlier.
pub(crate) fn told_earlier(cloud: &Cloud, time: Duration) {
    let back = u64::try_from(time.as_millis()).unwrap();
    for item in cloud.shared.tables.lock().status.iter_mut() {
        if let Some(told) = item.get_mut("lastTold") {
            let at: u64 = told["N"].as_str().unwrap().parse().unwrap();
            *told = json!({ "N": (at - back).to_string() });
        }
    }
}

/// Puts sessions of `listeners` each into tables that others write.
pub(crate) fn attach(cloud: &Cloud, sessions: usize, listeners: usize) {
    let now = SystemClock::default().now();
    let (created, expires) = (now.as_millis() - 600_000, now.as_millis() / 1_000 + 7_200);
    let mut tables = cloud.shared.tables.lock();
    for n in 0..sessions {
        let (name, speaker) = (name(n), speaker(n));
        tables.sessions.put(item(&json!({
            "sessionId": { "S": name }, "speakerConnectionId": { "S": speaker },
            "sourceLanguage": { "S": "en" }, "qualityTier": { "S": "standard" }, "status": { "S": "active" },
            "createdAt": { "N": created.to_string() }, "expiresAt": { "N": expires.to_string() },
            "broadcastState": { "M": {
                "isActive": { "BOOL": true }, "isPaused": { "BOOL": false }, "isMuted": { "BOOL": false },
                "volume": { "N": "1" }, "lastStateChange": { "N": created.to_string() },
            } },
        })));
        tables.connections.put(item(&json!({
            "connectionId": { "S": speaker }, "sessionId": { "S": name }, "role": { "S": "speaker" },
            "connectedAt": { "N": created.to_string() }, "ttl": { "N": expires.to_string() },
        })));
        let each = u64::try_from(listeners / LANGUAGES.len()).unwrap();
        let counts = LANGUAGES.iter().map(|language| ((*language).to_owned(), each)).collect();
        tables.index.insert(name, counts);
    }
}

fn item(value: &Value) -> Item {
    value.as_object().unwrap().clone()
}

fn name(n: usize) -> String {
    SessionId::pick(u64::try_from(n).unwrap()).as_str().to_owned()
}

/// The connection of the speaker of that session.
fn speaker(n: usize) -> String {
    format!("speaker-{n:06}=")
}
