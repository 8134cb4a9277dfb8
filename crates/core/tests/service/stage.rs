//! The stage on which the tests play: a service and everything around it.

use crate::interfering::{Events, InterferingLedgers, InterferingPresence};
use crate::timer::LazyTimer;
use headcount_core::ports::{Clock, Ids, UpdateTimer};
use headcount_core::service::{
    JoinError, JoinRequest, JoinedSession, Parting, Ports, ServiceSettings, StatusService,
};
use headcount_core::{ConnectionId, Place, SessionId, StatusDetail, StatusUpdate, Timestamp, UpdateReason};
use headcount_testkit::samples::{connection, language, new_session};
use headcount_testkit::{
    FaultyStore, ManualClock, ModelStore, RecordingAudience, RecordingHistory, RecordingMetrics,
    RecordingObserver, RecordingSpeaker, SeededIds, Stores,
};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;

/// How long after a wake-up that failed the next one comes.
const WAKE_RETRY: Duration = Duration::from_secs(5);
/// How many wake-ups there may be without time going by.
const MAX_WAKES_AT_ONCE: u32 = 100;

/// One service, one session, and the world around them.
pub(crate) struct Stage {
    pub(crate) service: Arc<StatusService>,
    pub(crate) ports: Ports,
    pub(crate) id: SessionId,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) speaker: Arc<RecordingSpeaker>,
    pub(crate) audience: Arc<RecordingAudience>,
    pub(crate) metrics: Arc<RecordingMetrics>,
    pub(crate) history: Arc<RecordingHistory>,
    pub(crate) observer: Arc<RecordingObserver>,
    pub(crate) timer: Arc<LazyTimer>,
    pub(crate) store: Arc<FaultyStore>,
    /// What happens between a look and the claim that follows it.
    pub(crate) before_claim: Arc<Events>,
    /// What happens before a join reaches the store.
    pub(crate) before_join: Arc<Events>,
    /// Until when counts may be short.
    pub(crate) inexact_until: Arc<Mutex<Option<Timestamp>>>,
}

impl Stage {
    /// A session that a speaker has just created by its connection `speaker`.
    pub(crate) async fn on_air() -> Self {
        Self::on_air_with(|_| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn on_air_with(set: impl FnOnce(&mut ServiceSettings)) -> Self {
        let stage = Self::opened_with(set).await;
        stage.service.attach_speaker(&stage.id, &connection("speaker"), StatusDetail::Basic).await.unwrap();
        stage
    }

    /// A session that was created by HTTP: nobody has spoken in it yet.
    pub(crate) async fn opened() -> Self {
        Self::opened_with(|_| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn opened_with(set: impl FnOnce(&mut ServiceSettings)) -> Self {
        let mut settings = ServiceSettings::default();
        set(&mut settings);
        let store = Arc::new(FaultyStore::new(Stores::of(ModelStore::default())));
        let (clock, timer) = (Arc::new(ManualClock::default()), Arc::new(LazyTimer::default()));
        let (speaker, audience) = (Arc::<RecordingSpeaker>::default(), Arc::<RecordingAudience>::default());
        let metrics = Arc::<RecordingMetrics>::default();
        let history = Arc::<RecordingHistory>::default();
        let observer = Arc::<RecordingObserver>::default();
        let (before_claim, before_join) = (Arc::<Events>::default(), Arc::<Events>::default());
        let inexact_until = Arc::default();
        let ledgers = InterferingLedgers { inner: store.clone(), before_claim: Arc::clone(&before_claim) };
        let presence = InterferingPresence {
            inner: store.clone(),
            before_join: Arc::clone(&before_join),
            inexact_until: Arc::clone(&inexact_until),
        };
        let ports = Ports {
            sessions: store.clone(),
            presence: Arc::new(presence),
            ledgers: Arc::new(ledgers),
            history: history.clone(),
            speakers: speaker.clone(),
            audience: audience.clone(),
            observer: observer.clone(),
            timer: timer.clone(),
            metrics: metrics.clone(),
            clock: clock.clone(),
            ids: Arc::new(SeededIds::default()) as Arc<dyn Ids>,
        };
        let service = Arc::new(StatusService::new(ports.clone(), settings));
        let id = open(&service).await;
        Self {
            service,
            ports,
            id,
            clock,
            speaker,
            audience,
            metrics,
            history,
            observer,
            timer,
            store,
            before_claim,
            before_join,
            inexact_until,
        }
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time go by; every wake-up comes at its moment, and one that fails comes again.
    pub(crate) async fn advance(&self, duration: Duration) {
        let (until, mut at_once) = (self.now().plus(duration), 0);
        while let Some(at) = self.timer.next().filter(|at| *at <= until) {
            at_once = if at > self.now() { 0 } else { at_once + 1 };
            assert!(at_once < MAX_WAKES_AT_ONCE, "a storm of wake-ups");
            self.clock.set(at.max(self.now()));
            let Some(id) = self.timer.take_due(self.now()) else { continue };
            if self.service.wake(&id).await.is_err() {
                self.timer.wake_at(&id, self.now().plus(WAKE_RETRY)).await;
            }
        }
        self.clock.set(until);
    }

    /// Lets milliseconds go by.
    pub(crate) async fn wait(&self, millis: u64) {
        self.advance(Duration::from_millis(millis)).await;
    }

    /// A connection joins in a language.
    pub(crate) async fn join(&self, name: &str, tag: &str) -> JoinedSession {
        self.try_join(name, Some(tag), None).await.unwrap()
    }

    /// Connections `name`0, `name`1, … join in a language.
    pub(crate) async fn join_many(&self, name: &str, listeners: usize, tag: &str) {
        for n in 0..listeners {
            self.join(&format!("{name}{n}"), tag).await;
        }
    }

    /// A connection asks to join.
    pub(crate) async fn try_join(
        &self,
        name: &str,
        tag: Option<&str>,
        resume: Option<Place>,
    ) -> Result<JoinedSession, JoinError> {
        let (session, language) = (self.id.clone(), tag.map(language));
        self.service.join(JoinRequest { connection: connection(name), session, language, resume }).await
    }

    /// A listener changes its language.
    pub(crate) async fn switch(&self, name: &str, tag: &str) {
        self.service.switch_language(&connection(name), &language(tag)).await.unwrap();
    }

    /// A connection closes with a close frame.
    pub(crate) async fn close(&self, name: &str) {
        self.part(name, Parting::Closed).await;
    }

    /// A connection is cut.
    pub(crate) async fn cut(&self, name: &str) {
        self.part(name, Parting::Cut).await;
    }

    /// A connection goes.
    pub(crate) async fn part(&self, name: &str, how: Parting) {
        self.service.disconnect(&connection(name), how).await.unwrap();
    }

    /// A connection becomes the speaker of a session that there is, and is briefed.
    pub(crate) async fn attach(&self, name: &str) {
        self.service.attach_speaker(&self.id, &connection(name), StatusDetail::Basic).await.unwrap();
        self.service.brief_speaker(&self.id).await.unwrap();
    }

    /// The speaker `speaker` asks.
    pub(crate) async fn ask(&self) -> StatusUpdate {
        self.service.query_status(&connection("speaker"), None).await.unwrap().update.clone()
    }

    /// The speaker `speaker` asks for everything.
    pub(crate) async fn ask_full(&self) -> StatusUpdate {
        let answer = self.service.query_status(&connection("speaker"), Some(StatusDetail::Full)).await;
        answer.unwrap().update.clone()
    }

    /// How many listeners there are now, as somebody sees who is not the speaker.
    pub(crate) async fn count(&self) -> u64 {
        self.service.peek_status(&self.id).await.unwrap().unwrap().status.listener_count()
    }

    /// What the speaker was told since this was last asked: why, and how many listeners.
    pub(crate) fn told(&self) -> Vec<(UpdateReason, u64)> {
        self.speaker.take().iter().map(|update| (update.reason, update.status.listener_count())).collect()
    }

    /// Whether the session is still there.
    pub(crate) async fn is_live(&self) -> bool {
        self.service.session(&self.id).await.unwrap().is_some()
    }
}

/// One more session in `service`.
pub(crate) async fn open(service: &StatusService) -> SessionId {
    service.open_session(new_session()).await.unwrap().id.clone()
}

/// The connection that the tests' sessions are created by.
pub(crate) fn the_speaker() -> ConnectionId {
    connection("speaker")
}

/// The distribution of an update, as the message shows it.
pub(crate) fn shown(update: &StatusUpdate) -> Vec<(String, u64)> {
    update.status.distribution.iter().map(|(language, n)| (language.as_str().to_owned(), n)).collect()
}
