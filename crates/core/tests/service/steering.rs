//! The speaker steers the broadcast.

use crate::stage::Stage;
use headcount_core::ports::AudienceChannel;
use headcount_core::service::{StatusService, Steered, Steering};
use headcount_core::{
    BroadcastChange, Language, Notice, QualityTier, Session, SessionId, Timestamp, Volume, ports,
};
use headcount_testkit::AudienceEvent;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;

async fn steer(stage: &Stage, steering: Steering) -> Steered {
    stage.service.steer(&stage.id, steering).await.unwrap().unwrap()
}

fn notices(stage: &Stage) -> Vec<Notice> {
    let notice = |event| match event {
        AudienceEvent::Told(_, notice, _) => Some(notice),
        _ => None,
    };
    stage.audience.take().into_iter().filter_map(notice).collect()
}

#[tokio::test]
async fn listeners_are_told_what_the_speaker_does() {
    let stage = Stage::on_air().await;
    stage.audience.reach(7);
    let half = Volume::new(0.5).unwrap();
    for (steering, notice) in [
        (Steering::Pause, Notice::BroadcastPaused),
        (Steering::Resume, Notice::BroadcastResumed),
        (Steering::Mute, Notice::BroadcastMuted),
        (Steering::Unmute, Notice::BroadcastUnmuted),
        (Steering::Volume(half), Notice::VolumeChanged(half)),
    ] {
        assert_eq!(steer(&stage, steering).await.listeners_notified, 7);
        assert_eq!(notices(&stage), [notice]);
    }
    let change = BroadcastChange { is_muted: Some(true), volume: Some(Volume::FULL), ..Default::default() };
    let state = steer(&stage, Steering::State(change)).await.session.broadcast;
    assert!(state.is_muted && !state.is_paused && state.volume == Volume::FULL);
    assert_eq!(notices(&stage), [Notice::SpeakerStateChanged(state)]);
}

#[tokio::test]
async fn resuming_says_how_long_the_pause_was() {
    let stage = Stage::on_air().await;
    assert_eq!(steer(&stage, Steering::Pause).await.paused_for, None);
    stage.wait(1_500).await;
    assert_eq!(steer(&stage, Steering::Mute).await.paused_for, None);
    assert_eq!(steer(&stage, Steering::Resume).await.paused_for, Some(Duration::from_millis(1_500)));
    assert_eq!(steer(&stage, Steering::Resume).await.paused_for, None, "it was not paused any more");
}

#[tokio::test]
async fn pausing_again_changes_nothing_and_is_told_again() {
    let stage = Stage::on_air().await;
    let first = steer(&stage, Steering::Pause).await.session;
    stage.wait(1_000).await;
    let again = steer(&stage, Steering::Pause).await.session;
    assert_eq!(again, first, "the time of the change included");
    assert_eq!(notices(&stage), [Notice::BroadcastPaused, Notice::BroadcastPaused]);
    stage.wait(1_000).await;
    assert_eq!(steer(&stage, Steering::Resume).await.paused_for, Some(Duration::from_secs(2)));
}

#[tokio::test]
async fn the_status_shows_the_state_of_the_broadcast() {
    let stage = Stage::on_air().await;
    stage.wait(500).await;
    steer(&stage, Steering::Pause).await;
    let changed = stage.now();
    stage.wait(500).await;
    let broadcast = stage.ask().await.status.broadcast;
    assert!(broadcast.is_active && broadcast.is_paused && broadcast.last_state_change == changed);
}

#[tokio::test]
async fn steering_tells_the_speaker_no_status() {
    let stage = Stage::on_air().await;
    steer(&stage, Steering::Pause).await;
    stage.wait(29_999).await;
    assert_eq!(stage.told(), []);
}

#[tokio::test]
async fn a_session_can_be_described_anew() {
    let stage = Stage::on_air().await;
    let german = Language::parse("de").unwrap();
    let described =
        stage.service.describe(&stage.id, Some(german.clone()), None, None).await.unwrap().unwrap();
    assert_eq!((&described.source_language, described.quality_tier), (&german, QualityTier::Standard));
    let described =
        stage.service.describe(&stage.id, None, Some(QualityTier::Premium), None).await.unwrap().unwrap();
    assert_eq!((&described.source_language, described.quality_tier), (&german, QualityTier::Premium));
}

/// An audience that takes its time.
#[derive(Default)]
struct Slow(Mutex<Vec<Notice>>);

#[async_trait::async_trait]
impl AudienceChannel for Slow {
    async fn tell(&self, _: &SessionId, notice: &Notice, _: Timestamp) -> u64 {
        let others_may_go_first = if *notice == Notice::BroadcastPaused { 10 } else { 0 };
        for _ in 0..others_may_go_first {
            tokio::task::yield_now().await;
        }
        self.0.lock().push(notice.clone());
        0
    }

    async fn close(&self, _: &headcount_core::ConnectionId, _: ports::CloseReason) {}

    async fn close_all(&self, _: &SessionId, _: ports::CloseReason) {}
}

#[tokio::test]
async fn what_is_done_last_is_told_last() {
    let stage = Stage::on_air().await;
    let slow = Arc::<Slow>::default();
    let ports = ports_with(&stage, slow.clone());
    let service = Arc::new(StatusService::new(ports, *stage.service.settings()));
    let mut tasks = tokio::task::JoinSet::new();
    for steering in [Steering::Pause, Steering::Resume] {
        let (service, id) = (service.clone(), stage.id.clone());
        tasks.spawn(async move { service.steer(&id, steering).await.unwrap().unwrap() });
    }
    tasks.join_all().await;
    let session: Arc<Session> = service.session(&stage.id).await.unwrap().unwrap();
    assert!(!session.broadcast.is_paused);
    assert_eq!(*slow.0.lock(), [Notice::BroadcastPaused, Notice::BroadcastResumed]);
}

fn ports_with(stage: &Stage, audience: Arc<dyn AudienceChannel>) -> headcount_core::service::Ports {
    headcount_core::service::Ports { audience, ..stage.ports.clone() }
}
