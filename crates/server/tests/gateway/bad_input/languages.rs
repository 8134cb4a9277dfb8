//! Anonymous clients choose the languages; they must not be able to fill the memory or the speaker's screen.

use crate::support::{Client, TestServer};
use futures_util::SinkExt;
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

/// How many languages a session counts apart.
const APART: usize = 1_024;
/// How many of them a status shows.
const SHOWN: usize = 63;

async fn lively() -> TestServer {
    TestServer::with(|config| {
        config.quotas.control_messages_per_second = 0;
        config.quotas.connections_per_minute = 0;
        // As many answers as one turn of questions has may wait.
        config.sockets.queue_messages = 2 * TURN;
        // The speaker answers no pings while the listeners talk, which takes long on a busy machine.
        config.sockets.silent_after = Duration::from_secs(120);
    })
    .await
}

/// The status that the speaker gets when it asks for all there is, as it was sent.
async fn full_status(speaker: &mut Client) -> String {
    speaker.send(r#"{"action":"getSessionStatus","detail":"full"}"#).await;
    loop {
        let text = speaker.next_text().await;
        if text.contains(r#""updateReason":"requested""#) {
            return text;
        }
    }
}

#[tokio::test]
async fn more_languages_than_anyone_can_count_share_a_name() {
    let server = lively().await;
    let (mut speaker, session, _) = server.speaker().await;
    // Tags of three letters, few of which are another name for a language that has one of two.
    let letters = || b'a'..=b'z';
    let tags = b"kx".iter().flat_map(|first| {
        letters().flat_map(move |second| letters().map(move |third| [*first, second, third]))
    });
    let join = async |tag: [u8; 3]| {
        let tag = String::from_utf8(tag.to_vec()).unwrap();
        server.listener(&session, &tag).await
    };
    let audience = join_all(tags.take(APART + 200).map(join)).await;
    let text = full_status(&mut speaker).await;
    let status: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shown = status["languageDistribution"].as_object().unwrap();
    assert_eq!(status["listenerCount"], audience.len());
    assert_eq!(shown.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), audience.len() as u64);
    assert_eq!(shown.len(), SHOWN + 1);
    assert!(shown["other"].as_u64().unwrap() > APART as u64, "{text}");
    assert!(status["audience"]["languagesSeen"].as_u64().unwrap() <= APART as u64, "{text}");
    assert!(text.len() < 4_096, "{} bytes", text.len());

    let metrics = server.get("/metrics", None).await.body;
    let labelled =
        metrics.lines().filter(|line| line.starts_with("headcount_listeners_by_language{")).count();
    assert!((40..=51).contains(&labelled), "{labelled} languages with a label of their own");
}

/// How many languages one connection asks for before it reads the answers.
const TURN: usize = 500;

/// A text that may or may not be a language: words, tags, nonsense of any script, and far too much of it.
fn would_be_language(random: &mut StdRng) -> String {
    let mut letters = |least: usize, most: usize| -> String {
        (0..random.random_range(least..=most)).map(|_| random.random_range('a'..='z')).collect()
    };
    match letters(1, 1).as_bytes()[0] {
        b'a'..=b'g' => letters(2, 3),
        b'h'..=b'm' => format!("{}-{}", letters(2, 3), letters(2, 2).to_uppercase()),
        b'n'..=b'q' => format!("{}_{}-x-{}", letters(2, 2), letters(4, 4), letters(1, 8)),
        b'r'..=b't' => letters(1, 40),
        b'u'..=b'v' => format!("{0}-{0}-{0}", letters(5, 8)).repeat(3),
        b'w' => letters(1_000, 3_000),
        _ => (0..8)
            .map(|_| random.random::<char>())
            .filter(|c| !c.is_control() && *c != '"' && *c != '\\')
            .collect(),
    }
}

/// Asks for one turn of languages and reads the answers; how many were taken.
async fn turn(listener: &mut Client, random: &mut StdRng) -> usize {
    for _ in 0..TURN {
        let message =
            format!(r#"{{"action":"changeLanguage","targetLanguage":"{}"}}"#, would_be_language(random));
        listener.0.feed(Message::text(message)).await.unwrap();
    }
    listener.0.flush().await.unwrap();
    let mut taken = 0;
    for _ in 0..TURN {
        let answer = listener.next().await;
        match answer["type"].as_str().unwrap() {
            "languageChanged" => taken += 1,
            _ => {
                assert!(["INVALID_LANGUAGE", "MISSING_PARAMETER"].contains(&answer["code"].as_str().unwrap()))
            }
        }
    }
    taken
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_strings_leave_nothing_behind() {
    let server = lively().await;
    let (mut speaker, session, _) = server.speaker().await;
    let (listeners, turns) = (4, 50);
    let strings = async |seed: usize| {
        let (mut listener, _) = server.listener(&session, "es").await;
        let mut random = StdRng::seed_from_u64(seed as u64);
        let mut taken = 0;
        for _ in 0..turns {
            taken += turn(&mut listener, &mut random).await;
        }
        (listener, taken)
    };
    assert_eq!(listeners * turns * TURN, 100_000);
    let audience = join_all((0..listeners).map(strings)).await;
    let taken: usize = audience.iter().map(|(_, taken)| taken).sum();
    assert!(taken > 10_000, "only {taken} were languages, which proves little");

    let text = full_status(&mut speaker).await;
    let status: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status["listenerCount"], listeners);
    assert!(status["languageDistribution"].as_object().unwrap().len() <= listeners, "{text}");
    assert_eq!(status["audience"]["languagesSeen"], APART);
    assert!(text.len() < 4_096, "{} bytes", text.len());
    for (mut listener, _) in audience {
        listener.send(r#"{"action":"changeLanguage","targetLanguage":"de"}"#).await;
        listener.expect("languageChanged").await;
    }
    let now: serde_json::Value = serde_json::from_str(&full_status(&mut speaker).await).unwrap();
    assert_eq!(now["languageDistribution"], serde_json::json!({"de": listeners}));
    let metrics = server.get("/metrics", None).await.body;
    let labelled =
        metrics.lines().filter(|line| line.starts_with("headcount_listeners_by_language{")).count();
    assert_eq!(labelled, 1, "{metrics}");
}
