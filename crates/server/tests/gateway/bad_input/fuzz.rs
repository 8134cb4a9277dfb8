//! Random frames on real connections: the server goes on, and whatever it answers is one of the contract's answers.

use crate::support::{Client, TestServer};
use futures_util::{SinkExt, StreamExt};
use headcount_protocol::received::Received;
use headcount_protocol::{ErrorCode, MessageKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

const PATIENCE: Duration = Duration::from_secs(20);

/// One of each kind of client, and their server.
struct House {
    server: TestServer,
    clients: [Client; 3],
    turn: u64,
}

impl House {
    async fn new() -> Self {
        let server = TestServer::with(|config| {
            config.quotas.control_messages_per_second = 0;
            config.quotas.status_queries_per_second = 0;
            config.quotas.sessions_per_hour = 0;
            config.quotas.connections_per_minute = 0;
        })
        .await;
        let clients = Self::clients(&server).await;
        Self { server, clients, turn: 0 }
    }

    async fn clients(server: &TestServer) -> [Client; 3] {
        let (speaker, session, _) = server.speaker().await;
        let (listener, _) = server.listener(&session, "es").await;
        [speaker, listener, server.connect("/").await]
    }

    /// Sends `frames` as one of the clients, and reads until all of them are answered.
    async fn hear(&mut self, who: usize, frames: Vec<Message>) -> Result<(), TestCaseError> {
        self.turn += 1;
        let last = format!("the-end-of-turn-{}", self.turn);
        let client = &mut self.clients[who];
        for frame in frames {
            client.0.feed(frame).await.unwrap();
        }
        let end = Message::text(format!(r#"{{"action":"{last}"}}"#));
        // The client may have ended its own session, and its connection with that.
        let _ = client.0.send(end).await;
        loop {
            match timeout(PATIENCE, client.0.next()).await.expect("an answer to every frame") {
                Some(Ok(Message::Text(text))) if text.contains(&last) => return Ok(()),
                Some(Ok(Message::Text(text))) => is_of_contract(&text)?,
                Some(Ok(Message::Close(Some(frame)))) => {
                    prop_assert_eq!(u16::from(frame.code), 1000, "{}", frame.reason);
                    break;
                }
                Some(Ok(_)) => {}
                other => return Err(TestCaseError::fail(format!("cut off: {other:?}"))),
            }
        }
        self.clients = Self::clients(&self.server).await;
        Ok(())
    }

    /// Connects with a query, and is let in or refused.
    async fn knock(&mut self, query: Vec<(String, String)>) -> Result<(), TestCaseError> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let Err(refused) = self.server.try_connect(&format!("/?{query}")).await else { return Ok(()) };
        is_of_contract(&refused.body.to_string())?;
        let code = refused.body["code"].as_str().and_then(ErrorCode::from_name);
        prop_assert_eq!(code.map(ErrorCode::status), Some(refused.status));
        Ok(())
    }

    /// Sends bytes where frames should be, and waits for the end of the connection.
    async fn endure(&mut self, bytes: Vec<u8>) -> Result<(), TestCaseError> {
        let mut client = self.server.connect("/").await;
        let _ = client.0.get_mut().write_all(&bytes).await;
        let _ = client.0.get_mut().shutdown().await;
        let end = async {
            while let Some(Ok(frame)) = client.0.next().await {
                if let Message::Text(text) = frame {
                    is_of_contract(&text)?;
                }
            }
            Ok(())
        };
        timeout(PATIENCE, end).await.expect("the end of the connection")
    }
}

fn is_of_contract(text: &str) -> Result<(), TestCaseError> {
    match Received::parse(text) {
        Ok(Received::Error { code, .. }) => {
            prop_assert!(ErrorCode::from_name(&code).is_some(), "{text}");
            prop_assert_ne!(code, "INTERNAL_ERROR");
        }
        Ok(Received::Other { kind }) => prop_assert!(MessageKind::from_name(&kind).is_some(), "{text}"),
        Ok(_) => {}
        Err(_) => return Err(TestCaseError::fail(format!("not of the contract: {text}"))),
    }
    Ok(())
}

/// The messages of the contract that clients send, as a start for bad ones.
fn samples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/samples/client");
    let files = std::fs::read_dir(folder).unwrap();
    let mut samples: Vec<_> =
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    samples.sort_unstable();
    samples
}

/// What readers of JSON have stumbled over.
const TROUBLE: [&str; 14] = [
    "NaN",
    "-Infinity",
    "1e999",
    "-0",
    "99999999999999999999999999",
    r#""\ud800""#,
    r#""\u0000""#,
    "\"\u{202e}\u{feff}\"",
    "null",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]",
    "{\"a\":{\"a\":1}}",
    r#""""#,
    "\u{0}",
    "true,\"action\":\"heartbeat\"",
];

/// A good message in which the value of one member is another.
fn mangled() -> impl Strategy<Value = String> {
    let value =
        prop_oneof![select(&TROUBLE[..]).prop_map(str::to_owned), any::<f64>().prop_map(|n| n.to_string())];
    (select(samples()), any::<Index>(), value).prop_map(|(sample, index, value)| {
        let colons: Vec<_> = sample.match_indices(':').map(|(at, _)| at + 1).collect();
        let start = colons[index.index(colons.len())];
        let end = sample[start..].find([',', '}']).map_or(sample.len(), |length| start + length);
        format!("{}{value}{}", &sample[..start], &sample[end..])
    })
}

fn frame() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => select(samples()).prop_map(Message::text),
        8 => mangled().prop_map(Message::text),
        2 => ".{0,200}".prop_map(Message::text),
        1 => (1..70_000_usize).prop_map(|length| Message::text("{".repeat(length))),
        1 => vec(any::<u8>(), 0..200).prop_map(Message::binary),
        1 => vec(any::<u8>(), 0..125).prop_map(|bytes| Message::Ping(bytes.into())),
        1 => vec(any::<u8>(), 0..125).prop_map(|bytes| Message::Pong(bytes.into())),
    ]
}

/// Runs `test` over `cases` values of `strategy`, on a runtime that lives from the first to the last.
fn run<S: Strategy>(
    cases: u32,
    strategy: S,
    test: impl AsyncFn(&mut House, S::Value) -> Result<(), TestCaseError>,
) {
    let runtime: Runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let house = RefCell::new(runtime.block_on(House::new()));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config)
        .run(&strategy, |value| runtime.block_on(test(&mut house.borrow_mut(), value)));
    outcome.unwrap();
    let healthy = runtime.block_on(house.borrow().server.get("/healthz", None));
    assert_eq!(healthy.status, 200);
}

#[test]
fn whatever_is_said_is_answered_as_the_contract_says() {
    run(300, (0..3_usize, vec(frame(), 1..12)), async |house, (who, frames)| house.hear(who, frames).await);
}

/// A query of names that mean something and of values that may.
fn query() -> impl Strategy<Value = Vec<(String, String)>> {
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
    ];
    let values = [
        "createSession",
        "joinSession",
        "refreshConnection",
        "golden-eagle-427",
        "es",
        "premium",
        "speaker",
        "listener",
    ];
    let value = prop_oneof![3 => select(values.to_vec()).prop_map(str::to_owned), 1 => ".{0,80}"];
    vec((select(names.to_vec()).prop_map(str::to_owned), value), 0..7)
}

#[test]
fn whoever_connects_with_whatever_query_is_let_in_or_refused_as_the_contract_says() {
    run(300, query(), async |house, query| house.knock(query).await);
}

#[test]
fn bytes_that_are_no_frames_end_their_own_connection_only() {
    run(200, vec(any::<u8>(), 1..400), async |house, bytes| house.endure(bytes).await);
}
