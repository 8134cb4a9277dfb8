//! The status of any moment of the past is what was pushed at that moment, through the real service and store.
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::MemoryStore;
use headcount_core::ports::{Clock, HistoryStore, NoObserver};
use headcount_core::service::{JoinRequest, Parting, Ports, ServiceSettings, StatusService, Steering};
use headcount_core::{SessionId, StatusDetail, StatusUpdate, Timestamp, UpdateReason};
use headcount_testkit::samples::{connection, language, new_session};
use headcount_testkit::{
    ManualClock, RecordingAudience, RecordingMetrics, RecordingSpeaker, RecordingTimer, SeededIds,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const TAGS: [&str; 4] = ["es", "fr", "uk", "pt-BR"];

/// What may happen in a session. Who is not there does nothing.
#[derive(Clone, Debug)]
enum Act {
    Join(u8, usize),
    Switch(u8, usize),
    Leave(u8),
    Cut(u8),
    Pause,
    Resume,
    Ask,
    Wait(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let (who, tag) = (|| 0..40_u8, || 0..TAGS.len());
    prop_oneof![
        6 => (who(), tag()).prop_map(|(who, tag)| Act::Join(who, tag)),
        2 => (who(), tag()).prop_map(|(who, tag)| Act::Switch(who, tag)),
        2 => who().prop_map(Act::Leave),
        1 => who().prop_map(Act::Cut),
        1 => Just(Act::Pause),
        1 => Just(Act::Resume),
        1 => Just(Act::Ask),
        4 => (0..3_000_u64).prop_map(Act::Wait),
        1 => (3_000..70_000_u64).prop_map(Act::Wait),
    ]
}

/// One session, and every update that its speaker got.
struct Play {
    service: StatusService,
    store: Arc<MemoryStore>,
    clock: Arc<ManualClock>,
    timer: Arc<RecordingTimer>,
    speaker: Arc<RecordingSpeaker>,
    session: SessionId,
    told: Vec<StatusUpdate>,
}

impl Play {
    async fn begin() -> Self {
        let store = Arc::new(MemoryStore::new());
        let (clock, timer) = (Arc::<ManualClock>::default(), Arc::<RecordingTimer>::default());
        let speaker = Arc::<RecordingSpeaker>::default();
        let ports = Ports {
            sessions: store.clone(),
            presence: store.clone(),
            ledgers: store.clone(),
            history: store.clone(),
            speakers: speaker.clone(),
            audience: Arc::<RecordingAudience>::default(),
            observer: Arc::new(NoObserver),
            timer: timer.clone(),
            metrics: Arc::<RecordingMetrics>::default(),
            clock: clock.clone(),
            ids: Arc::<SeededIds>::default(),
        };
        let service = StatusService::new(ports, ServiceSettings::default());
        let session = service.open_session(new_session()).await.unwrap().id.clone();
        service.attach_speaker(&session, &connection("speaker"), StatusDetail::Basic).await.unwrap();
        Self { service, store, clock, timer, speaker, session, told: Vec::new() }
    }

    async fn act(&mut self, act: &Act) {
        match act {
            Act::Join(who, tag) => {
                let (session, language) = (self.session.clone(), Some(language(TAGS[*tag])));
                let connection = connection(&format!("l{who}"));
                let join = JoinRequest { connection, session, language, resume: None };
                let _ = self.service.join(join).await;
            }
            Act::Switch(who, tag) => {
                let who = connection(&format!("l{who}"));
                let _ = self.service.switch_language(&who, &language(TAGS[*tag])).await;
            }
            Act::Leave(who) => self.part(*who, Parting::Closed).await,
            Act::Cut(who) => self.part(*who, Parting::Cut).await,
            Act::Pause => drop(self.service.steer(&self.session, Steering::Pause).await.unwrap()),
            Act::Resume => drop(self.service.steer(&self.session, Steering::Resume).await.unwrap()),
            Act::Ask => {
                let answer = self.service.query_status(&connection("speaker"), None).await.unwrap();
                self.told.push(answer.update.clone());
            }
            Act::Wait(millis) => self.wait(Duration::from_millis(*millis)).await,
        }
        self.told.extend(self.speaker.take());
    }

    async fn part(&self, who: u8, how: Parting) {
        self.service.disconnect(&connection(&format!("l{who}")), how).await.unwrap();
    }

    async fn wait(&self, time: Duration) {
        let until = self.clock.now().plus(time);
        while let Some(at) = self.timer.next().filter(|at| *at <= until) {
            self.clock.set(at.max(self.clock.now()));
            for session in self.timer.take_due(self.clock.now()) {
                self.service.wake(&session).await.unwrap();
            }
        }
        self.clock.set(until);
    }

    /// The last update of each moment that had any.
    fn last_told(&self) -> BTreeMap<Timestamp, &StatusUpdate> {
        self.told.iter().map(|update| (update.status.timestamp, update)).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_status_of_then_is_what_was_told_then(acts in prop::collection::vec(act(), 1..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (play, account) = runtime.block_on(async {
            let mut play = Play::begin().await;
            for act in &acts {
                play.act(act).await;
            }
            play.act(&Act::Wait(31_000)).await;
            let account = play.store.account(&play.session, play.clock.now()).await.unwrap().unwrap();
            (play, account)
        });
        prop_assert!(!play.told.is_empty(), "the half minute at the end brings an update");
        for (at, told) in play.last_told() {
            let then = headcount_report::told_at(&account, at).unwrap();
            prop_assert_eq!(&then.status, &told.status);
            prop_assert_eq!((then.revision, then.reason), (told.revision, UpdateReason::Requested));
        }
    }
}
