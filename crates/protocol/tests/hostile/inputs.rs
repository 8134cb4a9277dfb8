//! Input that a stranger may send: nonsense, and good messages with something wrong.

use proptest::prelude::*;
use proptest::sample::select;

/// Good messages of both directions, as a start for bad ones.
pub(crate) const SAMPLES: [&str; 10] = [
    include_str!("../../samples/client/createSession.json"),
    include_str!("../../samples/client/joinSession.resume.json"),
    include_str!("../../samples/client/refreshConnection.listener.json"),
    include_str!("../../samples/client/speakerStateChange.json"),
    include_str!("../../samples/client/setVolume.json"),
    include_str!("../../samples/client/getSessionHistory.part.json"),
    include_str!("../../samples/server/sessionHistory.json"),
    include_str!("../../samples/server/sessionStatus.fullInexact.json"),
    include_str!("../../samples/server/sessionCreated.json"),
    include_str!("../../samples/errors/RATE_LIMIT_EXCEEDED.json"),
];

/// What parsers of JSON have stumbled over.
const TROUBLE: [&str; 20] = [
    "NaN",
    "-Infinity",
    "1e999",
    "-1e999",
    "1e-999",
    "99999999999999999999999999",
    "-0",
    "0.1e+",
    "01",
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\u0000""#,
    "\"\u{202e}\u{feff}\"",
    "null",
    "[]",
    "{}",
    r#""""#,
    r#"{"action":"heartbeat","action":"heartbeat"}"#,
    "/**/1",
    "\u{0}",
];

/// A sample in which one value is another, or some bytes are.
pub(crate) fn mangled() -> impl Strategy<Value = Vec<u8>> {
    let value = (select(&SAMPLES[..]), any::<prop::sample::Index>(), trouble()).prop_map(replace_a_value);
    let bytes = prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, any::<u8>()), 1..6);
    let bytes = (select(&SAMPLES[..]), bytes).prop_map(|(sample, changes)| {
        let mut bytes = sample.as_bytes().to_vec();
        for (index, deleted, inserted) in changes {
            let start = index.index(bytes.len().max(1)).min(bytes.len());
            let end = (start + deleted).min(bytes.len());
            bytes.splice(start..end, [inserted]);
        }
        bytes
    });
    prop_oneof![value, bytes]
}

fn trouble() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&TROUBLE[..]).prop_map(str::to_owned),
        any::<f64>().prop_map(|n| n.to_string()),
        "\\PC{0,9}"
    ]
}

/// Puts `value` in the place of what follows one of the colons.
fn replace_a_value((sample, index, value): (&str, prop::sample::Index, String)) -> Vec<u8> {
    let colons: Vec<_> = sample.match_indices(':').map(|(at, _)| at + 1).collect();
    let start = colons[index.index(colons.len())];
    let end = sample[start..].find([',', '}']).map_or(sample.len(), |length| start + length);
    format!("{}{value}{}", &sample[..start], &sample[end..]).into_bytes()
}

/// Arrays and objects in each other, closed or not.
pub(crate) fn deeply_nested(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let opening = select(&["[", "{\"a\":", "[[],", "{\"b\":{},\"c\":"][..]);
    (prop::collection::vec(opening, 0..most), any::<bool>()).prop_map(|(opening, closed)| {
        let closing: String =
            opening.iter().rev().map(|part| if part.starts_with('[') { "]" } else { "}" }).collect();
        let nest = format!("{}1{}", opening.concat(), if closed { &closing } else { "" });
        format!("{{\"action\":\"heartbeat\",\"type\":\"heartbeatAck\",\"x\":{nest}}}").into_bytes()
    })
}

/// A query of names that mean something and values that may.
pub(crate) fn query() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = [
        "action",
        "sessionId",
        "targetLanguage",
        "sourceLanguage",
        "qualityTier",
        "role",
        "token",
        "resumeToken",
        "statusDetail",
        "limit",
        "cursor",
        "theme",
    ];
    let values = [
        "",
        "createSession",
        "joinSession",
        "refreshConnection",
        "heartbeat",
        "golden-eagle-427",
        "es",
        "premium",
        "speaker",
        "listener",
        "full",
        "17",
    ];
    let value = prop_oneof![3 => select(values.to_vec()).prop_map(str::to_owned), 1 => ".{0,80}"];
    prop::collection::vec((select(names.to_vec()).prop_map(str::to_owned), value), 0..7)
}

/// Messages that are refused for what `mark` stands for in them, one for every place where a text can be.
pub(crate) fn marked(mark: &str) -> Vec<String> {
    let message = |members: &str| format!("{{{members}}}");
    vec![
        mark.to_owned(),
        format!("\"{mark}\""),
        message(&format!(r#""{mark}":1"#)),
        message(&format!(r#""{mark}":1,"{mark}":2"#)),
        message(&format!(r#""action":{mark}"#)),
        message(&format!(r#""action":"{mark}""#)),
        message(&format!(r#""action":["{mark}"]"#)),
        message(&format!(r#""action":"createSession","sourceLanguage":"{mark}""#)),
        message(&format!(r#""action":"createSession","sourceLanguage":"en","qualityTier":"{mark}""#)),
        message(&format!(r#""action":"createSession","sourceLanguage":"en","token":["{mark}"]"#)),
        message(&format!(r#""action":"joinSession","targetLanguage":"es","sessionId":"{mark}""#)),
        message(&format!(
            r#""action":"joinSession","targetLanguage":["{mark}"],"sessionId":"golden-eagle-427""#
        )),
        message(&format!(r#""action":"getSessionStatus","detail":"{mark}""#)),
        message(&format!(r#""action":"setVolume","volumeLevel":"{mark}""#)),
        message(&format!(r#""action":"speakerStateChange","state":"{mark}""#)),
        message(&format!(r#""action":"speakerStateChange","state":{{"{mark}":true}}"#)),
        message(&format!(r#""action":"speakerStateChange","state":{{"isMuted":"{mark}"}}"#)),
        message(&format!(r#""action":"refreshConnection","sessionId":"golden-eagle-427","role":"{mark}""#)),
        message(&format!(r#""action":"endSession","reason":["{mark}"]"#)),
    ]
}
