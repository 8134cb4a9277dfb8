//! The speaker's comings and goings.

use crate::stage::{Stage, the_speaker};
use headcount_core::UpdateReason::{ListenerCountChange, NewLanguage, Periodic};
use headcount_core::ports::{CloseReason, LedgerStore, PresenceStore};
use headcount_core::service::{AttachError, Parting};
use headcount_core::{EndReason, Notice, StatusDetail};
use headcount_testkit::{AudienceEvent, samples::connection};

#[tokio::test]
async fn with_no_speaker_attached_nothing_is_reviewed_claimed_or_sent() {
    let stage = Stage::opened().await;
    stage.join_many("es", 20, "es").await;
    stage.close("es0").await;
    stage.switch("es1", "fr").await;
    stage.wait(600_000).await;
    assert_eq!(stage.told(), []);
    assert_eq!(stage.store.ledger(&stage.id).await.unwrap().unwrap().revision(), 0);
}

#[tokio::test]
async fn the_periodic_clock_stops_with_the_speaker() {
    let stage = Stage::on_air().await;
    stage.wait(20_000).await;
    stage.close("speaker").await;
    stage.wait(29_000).await;
    assert_eq!(stage.told(), []);
    stage.attach("speaker").await;
    assert_eq!(stage.told(), [(Periodic, 0)], "at once");
    stage.wait(29_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(Periodic, 0)]);
}

#[tokio::test]
async fn the_first_periodic_update_is_due_30_seconds_after_a_speaker_first_attaches() {
    let stage = Stage::opened().await;
    stage.wait(100_000).await;
    stage.service.attach_speaker(&stage.id, &the_speaker(), StatusDetail::Basic).await.unwrap();
    stage.wait(0).await;
    assert_eq!(stage.told(), [], "no wake-up may overtake the answer to the one that attaches");
    stage.service.brief_speaker(&stage.id).await.unwrap();
    assert_eq!(stage.told(), [(Periodic, 0)]);
    stage.wait(29_999).await;
    assert_eq!(stage.told(), []);
    stage.wait(1).await;
    assert_eq!(stage.told(), [(Periodic, 0)]);
}

#[tokio::test]
async fn a_speaker_that_attaches_is_told_with_the_reason_of_the_review() {
    let stage = Stage::on_air().await;
    stage.join_many("es", 10, "es").await;
    stage.wait(2_000).await;
    stage.close("speaker").await;
    stage.join_many("more", 5, "es").await;
    stage.told();
    stage.attach("speaker").await;
    assert_eq!(stage.told(), [(ListenerCountChange, 15)]);
    stage.close("speaker").await;
    stage.join("ana", "fr").await;
    stage.wait(2_000).await;
    stage.attach("speaker").await;
    assert_eq!(stage.told(), [(NewLanguage, 16)]);
    stage.close("speaker").await;
    stage.attach("speaker").await;
    assert_eq!(stage.told(), [(Periodic, 16)]);
}

#[tokio::test]
async fn a_speaker_that_attaches_asks_for_detail_once_for_all_updates() {
    let stage = Stage::opened().await;
    stage.service.attach_speaker(&stage.id, &the_speaker(), StatusDetail::Full).await.unwrap();
    stage.service.brief_speaker(&stage.id).await.unwrap();
    stage.join("ana", "es").await;
    assert!(stage.speaker.take().iter().all(|update| update.audience.is_some()));
}

#[tokio::test]
async fn the_newest_speaker_wins_and_the_older_ones_closing_starts_no_grace() {
    let stage = Stage::on_air().await;
    stage.attach("newer").await;
    assert_eq!(
        stage.audience.take(),
        [AudienceEvent::Closed(the_speaker(), CloseReason::Superseded)],
        "the older one is closed"
    );
    assert_eq!(stage.speaker.updates().pop().unwrap().0, connection("newer"));
    stage.part("speaker", Parting::Closed).await;
    stage.wait(120_000).await;
    assert!(stage.is_live().await);
    assert!(stage.speaker.updates().iter().all(|(to, _)| *to == connection("newer")));
    assert!(stage.store.connection(&the_speaker()).await.unwrap().is_none(), "and leaves nothing behind");
}

#[tokio::test]
async fn a_speaker_that_attaches_again_by_its_own_connection_is_not_closed() {
    let stage = Stage::on_air().await;
    stage.attach("speaker").await;
    assert_eq!(stage.audience.take(), []);
    assert_eq!(stage.told(), [(Periodic, 0)]);
}

#[tokio::test]
async fn a_speaker_that_is_lost_may_come_back_within_its_grace() {
    let stage = Stage::on_air().await;
    stage.cut("speaker").await;
    stage.wait(29_999).await;
    assert!(stage.is_live().await);
    stage.attach("again").await;
    stage.wait(100_000).await;
    assert!(stage.is_live().await);
}

#[tokio::test]
async fn a_speaker_that_does_not_come_back_ends_the_session() {
    for how in [Parting::Closed, Parting::Cut, Parting::Silent] {
        let stage = Stage::on_air().await;
        stage.part("speaker", how).await;
        stage.wait(30_000).await;
        let ended =
            AudienceEvent::Told(stage.id.clone(), Notice::SessionEnded(EndReason::SpeakerLost), stage.now());
        assert_eq!(stage.audience.take()[0], ended, "{how:?}");
        assert!(!stage.is_live().await);
    }
}

#[tokio::test]
async fn the_speakers_grace_is_a_setting() {
    let stage =
        Stage::on_air_with(|settings| settings.speaker_grace = std::time::Duration::from_secs(5)).await;
    stage.cut("speaker").await;
    stage.wait(4_999).await;
    assert!(stage.is_live().await);
    stage.wait(1).await;
    assert_eq!(stage.audience.take().len(), 2, "told and let go, without anybody's looking");
    assert!(!stage.is_live().await);
}

#[tokio::test]
async fn a_session_that_never_had_a_speaker_lives_until_it_expires() {
    let stage = Stage::opened().await;
    stage.wait(2 * 60 * 60 * 1_000 - 1).await;
    assert!(stage.is_live().await);
    stage.wait(1).await;
    let ended = AudienceEvent::Told(stage.id.clone(), Notice::SessionEnded(EndReason::Expired), stage.now());
    assert_eq!(stage.audience.take()[0], ended);
}

#[tokio::test]
async fn a_listener_does_not_become_the_speaker() {
    let stage = Stage::on_air().await;
    stage.join("ana", "es").await;
    let attached = stage.service.attach_speaker(&stage.id, &connection("ana"), StatusDetail::Basic).await;
    assert!(matches!(attached, Err(AttachError::AlreadyJoined)), "{attached:?}");
    assert!(stage.service.spoken_by(&the_speaker()).await.is_ok(), "the seat is as it was");
}
