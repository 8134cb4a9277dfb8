//! What arrives when all is well: everything, in order, signed.

use crate::receiver::{Receiver, Reply};
use crate::sender::{LAX, Parts, SECRET, Sender, name, settings, started, target, told};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use headcount_adapters::store::MemoryStore;
use headcount_adapters::webhooks::{SigningSecret, Target, Topic};
use headcount_core::ports::{PresenceStore, SessionStore};
use headcount_core::{EndReason, Event, Signal, UpdateLedger};
use headcount_testkit::samples::{self, at, language};
use serde_json::json;
use std::sync::Arc;

/// What a receiver does, in the words of the specification.
fn is_signed(delivery: &crate::receiver::Delivery, secret: &str) -> bool {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let signed = format!(
        "{}.{}.{}",
        delivery.header("webhook-id"),
        delivery.header("webhook-timestamp"),
        delivery.text
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    delivery.header("webhook-signature").split(' ').any(|signature| {
        let tag = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
        hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
    })
}

#[tokio::test]
async fn a_session_is_told_from_start_to_end() {
    let store = Arc::new(MemoryStore::new());
    let session = samples::session(1);
    store.create(session.clone(), UpdateLedger::new(session.created_at)).await.unwrap();
    store.join(samples::listener("a", 1, "es", at(1_000))).await.unwrap();
    let mut receiver = Receiver::start(&[Reply::Status(204)]).await;
    let parts = Parts { history: Arc::clone(&store) as _, ..Parts::default() };
    let sender = Sender::with(settings(vec![target(&receiver.url())]), parts).await;

    sender.observe(&started(1));
    sender.observe(&told(1, 7));
    let signal = Signal::LanguageIdle { language: language("fr"), since: at(5) };
    sender.observe(&Event::Signalled { session: name(1), signal, at: at(9) });
    let reason = EndReason::Ended(Some("good night".to_owned()));
    let ending = store.end(&name(1), &reason, at(61_000)).await.unwrap().unwrap();
    sender.observe(&Event::Ended {
        session: ending.session,
        reason,
        at: at(61_000),
        listeners: ending.listeners,
    });

    let came = receiver.take(4).await;
    let kinds: Vec<_> = came.iter().map(|it| (it.sequence(), it.kind())).collect();
    assert_eq!(
        kinds,
        [(1, "sessionStarted"), (2, "sessionStatus"), (3, "languageIdle"), (4, "sessionEnded")]
    );
    for delivery in &came {
        assert!(is_signed(delivery, SECRET), "{delivery:?}");
        assert_eq!(delivery.header("content-type"), "application/json");
        assert_eq!(delivery.path, "/hook?key=hush");
        assert_eq!(delivery.body["deliveryId"], delivery.header("webhook-id"));
        assert_eq!(delivery.body["sessionId"], name(1).as_str());
        assert_eq!(delivery.body["source"], came[0].body["source"]);
    }
    assert_eq!(came[1].body["data"]["languageDistribution"], json!({ "es": 7 }));
    assert_eq!(came[1].body["data"]["type"], "sessionStatus");
    assert_eq!(came[2].body["data"]["language"], "fr");
    let ended = json!({
        "reason": "ended", "createdAt": at(0).as_millis(), "endedAt": at(61_000).as_millis(), "sessionDuration": 61,
        "listenerCount": 1, "peakListenerCount": 1, "peakAt": at(1_000).as_millis(), "totalJoins": 1,
        "languagesSeen": 1,
    });
    assert_eq!(came[3].body["data"], ended);
    let figures = sender.until(|figures| figures.delivered == 4 && figures.waiting == 0).await;
    assert_eq!((figures.failed, figures.dead, figures.dropped), (0, 0, 0));
}

#[tokio::test]
async fn a_target_hears_only_what_it_wants_and_counts_only_that() {
    let mut receiver = Receiver::start(&[Reply::Status(200)]).await;
    let secret = SigningSecret::parse(SECRET).unwrap();
    let target =
        Target::new(None, &receiver.url(), vec![secret], [Topic::SessionStarted].into(), LAX).unwrap();
    let sender = Sender::start(settings(vec![target])).await;
    for n in 1..=2 {
        sender.observe(&told(n, 1));
        sender.observe(&started(n));
    }
    let came = receiver.take(2).await;
    assert_eq!(
        came.iter().map(|it| (it.sequence(), it.kind())).collect::<Vec<_>>(),
        [(1, "sessionStarted"), (2, "sessionStarted")]
    );
}

#[tokio::test]
async fn while_secrets_are_exchanged_each_of_them_signs() {
    let mut receiver = Receiver::start(&[Reply::Status(200)]).await;
    let newer = format!("whsec_{}", STANDARD.encode([9; 32]));
    let secrets = [SECRET, &newer].map(|text| SigningSecret::parse(text).unwrap()).to_vec();
    let target = Target::new(None, &receiver.url(), secrets, Topic::ALL.into(), LAX).unwrap();
    let sender = Sender::start(settings(vec![target])).await;
    sender.observe(&started(1));
    let delivery = receiver.next().await;
    assert!(is_signed(&delivery, SECRET) && is_signed(&delivery, &newer));
    assert!(!is_signed(&delivery, &format!("whsec_{}", STANDARD.encode([8; 32]))));
}

#[tokio::test]
async fn one_target_that_hangs_does_not_hold_up_another() {
    let mut good = Receiver::start(&[Reply::Status(200)]).await;
    let hanging = Receiver::start(&[Reply::Silence]).await;
    let sender = Sender::start(settings(vec![target(&hanging.url()), target(&good.url())])).await;
    for n in 1..=50 {
        sender.observe(&started(n));
    }
    let sequences: Vec<_> = good.take(50).await.iter().map(|it| it.sequence()).collect();
    assert_eq!(sequences, (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_receiver_that_answers_without_end_gets_the_next_over_another_connection() {
    let mut receiver = Receiver::start(&[Reply::Endless]).await;
    let sender = Sender::start(settings(vec![target(&receiver.url())])).await;
    sender.observe(&started(1));
    sender.observe(&started(2));
    assert_eq!(receiver.take(2).await[1].sequence(), 2);
    sender.until(|figures| figures.delivered == 2).await;
}
