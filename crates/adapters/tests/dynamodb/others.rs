//! Tables that others write: every dialect is read, nothing malformed costs more than itself, and almost nothing is
//! written.

use crate::tables::{self, Made, n, s};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use headcount_adapters::store::Writers;
use headcount_core::ports::{Claim, LedgerStore, PresenceStore, SessionStore};
use headcount_core::{
    Role, Session, SessionChange, SpeakerSeat, StatusDetail, Timestamp, UpdateLedger, Volume,
};
use headcount_testkit::samples;
use std::collections::HashMap;
use std::sync::Arc;

const OTHERS: Writers = Writers::Others { scan: true };

async fn session(made: &Made, attributes: &[(&str, AttributeValue)]) -> Option<Arc<Session>> {
    let id = samples::session_id(1);
    let mut item = vec![("sessionId", s(id.as_str()))];
    item.extend_from_slice(attributes);
    made.put(&made.names.sessions, &item).await;
    made.store(OTHERS).session(&id).await.unwrap()
}

fn map(members: &[(&str, AttributeValue)]) -> AttributeValue {
    AttributeValue::M(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

/// One value of every type.
fn anything() -> Vec<AttributeValue> {
    vec![
        s(""),
        s("text"),
        n("-7.5"),
        n("9E99"),
        AttributeValue::Bool(false),
        AttributeValue::Null(true),
        AttributeValue::B(Blob::new([0xff])),
        AttributeValue::L(vec![n(1)]),
        AttributeValue::M(HashMap::new()),
        AttributeValue::Ss(vec!["a".to_owned()]),
        AttributeValue::Ns(vec!["1".to_owned()]),
        AttributeValue::Bs(vec![Blob::new([1])]),
    ]
}

#[tokio::test]
async fn reads_both_dialects_of_active() {
    let made = tables::create().await;
    let (yes, no) = (AttributeValue::Bool(true), AttributeValue::Bool(false));
    for (attributes, active, paused) in [
        (vec![("isActive", yes.clone())], true, false),
        (vec![("isActive", no.clone())], false, false),
        (vec![("status", s("active"))], true, false),
        (vec![("status", s("paused"))], true, true),
        (vec![("status", s("ended"))], false, false),
        (vec![("status", s("ended")), ("isActive", yes.clone())], false, false),
        (vec![("isActive", s("true"))], false, false),
        (vec![], false, false),
    ] {
        let found = session(&made, &attributes).await;
        assert_eq!(found.is_some(), active, "{attributes:?}");
        assert_eq!(found.is_some_and(|session| session.broadcast.is_paused), paused, "{attributes:?}");
    }
}

#[tokio::test]
async fn reads_numbers_as_dynamodb_and_its_clients_write_them() {
    let made = tables::create().await;
    let state = map(&[
        ("isActive", AttributeValue::Bool(true)),
        ("isMuted", AttributeValue::Bool(true)),
        ("volume", n("0.50")),
        ("lastStateChange", n("1699500001000.0")),
    ]);
    let attributes = [
        ("isActive", AttributeValue::Bool(true)),
        ("createdAt", n("1.6995E12")),
        ("expiresAt", n("1699507200.0")),
        ("speakerConnectionId", s("speaker=")),
        ("broadcastState", state),
    ];
    let session = session(&made, &attributes).await.unwrap();
    assert_eq!(session.created_at, Timestamp::from_millis(1_699_500_000_000));
    assert_eq!(session.expires_at, Timestamp::from_millis(1_699_507_200_000));
    assert_eq!(session.broadcast.last_state_change, Timestamp::from_millis(1_699_500_001_000));
    assert_eq!((session.broadcast.is_muted, session.broadcast.volume), (true, Volume::new(0.5).unwrap()));
    assert_eq!(session.speaker.connection(), Some(&samples::connection("speaker=")));
}

#[tokio::test]
async fn a_session_without_a_time_of_creation_has_lasted_no_time() {
    let made = tables::create().await;
    let session = session(&made, &[("status", s("active"))]).await.unwrap();
    assert!(session.duration(samples::NOW).is_zero());
    assert!(session.overdue(samples::NOW).is_none());
    assert!(session.broadcast.is_active && session.broadcast.last_state_change == Timestamp::EPOCH);
}

#[tokio::test]
async fn any_type_in_any_attribute_costs_that_session_only() {
    let made = tables::create().await;
    let names = ["isActive", "status", "createdAt", "expiresAt", "broadcastState", "speakerConnectionId"];
    let more = ["sourceLanguage", "qualityTier", "speakerUserId", "rev", "endedAt"];
    let mut number = 1_000;
    for name in names.into_iter().chain(more) {
        for value in anything() {
            number += 1;
            let id = samples::session_id(number);
            let mut item = vec![("sessionId", s(id.as_str())), ("status", s("active"))];
            item.retain(|(known, _)| *known != name);
            item.push((name, value));
            made.put(&made.names.sessions, &item).await;
        }
    }
    made.put(&made.names.sessions, &[("sessionId", s("No Session")), ("status", s("active"))]).await;
    let good = samples::session_id(1);
    session(&made, &[("isActive", AttributeValue::Bool(true))]).await.unwrap();
    let live = made.store(OTHERS).live(None, 1_000).await.unwrap();
    assert!(live.iter().any(|session| session.id == good));
    // Whatever stands in an attribute that a session can do without, it is there.
    assert!(live.len() > 90, "{} of {number}", live.len());
}

#[tokio::test]
async fn any_type_in_any_attribute_of_a_connection_is_borne() {
    let made = tables::create().await;
    let store = made.store(OTHERS);
    let session = samples::session_id(1);
    for name in ["role", "connectedAt", "ttl", "language", "placeTurn", "placeFirst", "life"] {
        for value in anything() {
            let mut item = vec![
                ("connectionId", s("a")),
                ("sessionId", s(session.as_str())),
                ("role", s("listener")),
                ("targetLanguage", s("es")),
            ];
            item.retain(|(known, _)| *known != name);
            item.push((name, value));
            made.put(&made.names.connections, &item).await;
            let found = store.connection(&samples::connection("a")).await.unwrap();
            assert_eq!(found.is_some(), name != "role", "{name}");
        }
    }
    made.put(&made.names.connections, &[("connectionId", s("a")), ("role", s("speaker"))]).await;
    assert_eq!(store.connection(&samples::connection("a")).await.unwrap(), None);
    let speaker = [("connectionId", s("a")), ("role", s("speaker")), ("sessionId", s(session.as_str()))];
    made.put(&made.names.connections, &speaker).await;
    assert_eq!(store.connection(&samples::connection("a")).await.unwrap().unwrap().role, Role::Speaker);
}

#[tokio::test]
async fn clears_a_speaker_that_is_gone_and_never_its_successor() {
    let made = tables::create().await;
    let store = made.store(OTHERS);
    let id = samples::session_id(1);
    session(&made, &[("status", s("active")), ("speakerConnectionId", s("new"))]).await;
    let lose = |name: &str| SessionChange::LoseSpeaker {
        connection: Some(samples::connection(name)),
        until: samples::at(30_000),
    };
    let kept = store.update(&id, &lose("old"), samples::NOW).await.unwrap().unwrap();
    let new = SpeakerSeat::Attached { connection: samples::connection("new"), detail: StatusDetail::Basic };
    assert_eq!((&kept.after.speaker, &store.session(&id).await.unwrap().unwrap().speaker), (&new, &new));
    store.update(&id, &lose("new"), samples::NOW).await.unwrap().unwrap();
    assert_eq!(store.session(&id).await.unwrap().unwrap().speaker, SpeakerSeat::Never);
}

#[tokio::test]
async fn the_first_claim_makes_the_ledger_and_an_earlier_sessions_does_not_count() {
    let made = tables::create().await;
    let (first, second) = (made.store(OTHERS), made.store(OTHERS));
    let id = samples::session_id(1);
    let claim = |revision| UpdateLedger::from_parts(revision, 5, samples::NOW, None, Default::default());
    assert_eq!(first.advance(&id, claim(1)).await.unwrap(), Claim::Lost, "there is no session");
    session(&made, &[("status", s("active")), ("createdAt", n(1_699_500_000_000_u64))]).await;
    assert_eq!(first.ledger(&id).await.unwrap().unwrap().revision(), 0);
    assert_eq!(first.advance(&id, claim(1)).await.unwrap(), Claim::Won);
    assert_eq!(second.advance(&id, claim(1)).await.unwrap(), Claim::Lost);
    assert_eq!(second.advance(&id, claim(2)).await.unwrap(), Claim::Won);
    assert_eq!(first.ledger(&id).await.unwrap().as_deref(), Some(&claim(2)));
    session(&made, &[("status", s("active")), ("createdAt", n(1_699_600_000_000_u64))]).await;
    assert_eq!(first.ledger(&id).await.unwrap().unwrap().revision(), 0);
    assert_eq!(first.advance(&id, claim(3)).await.unwrap(), Claim::Lost);
    assert_eq!(first.advance(&id, claim(1)).await.unwrap(), Claim::Won);
}

#[tokio::test]
async fn changes_nothing_else() {
    let made = tables::create().await;
    let store = made.store(Writers::Others { scan: false });
    session(&made, &[("status", s("active"))]).await;
    assert!(store.create(samples::session(2), UpdateLedger::new(samples::NOW)).await.is_err());
    assert!(store.join(samples::listener("a", 1, "es", samples::NOW)).await.is_err());
    let attach =
        SessionChange::AttachSpeaker { connection: samples::connection("a"), detail: StatusDetail::Basic };
    assert!(store.update(&samples::session_id(1), &attach, samples::NOW).await.is_err());
    let rows = made.client.scan().table_name(&made.names.connections).send().await.unwrap();
    assert_eq!(rows.count(), 0);
}
