//! The function with everything around it replaced by something that a test can look into.

use super::kept::{StagedCounters, StagedGuests};
use super::tallies::StagedTallies;
use crate::app::{App, AudienceLog, Outlet, Settings, Surroundings};
use crate::arming::{Wake, Wakes};
use crate::function::Failed;
use crate::gate::{Logins, SigningKeys};
use crate::work::{QueueError, WorkQueue};
use async_trait::async_trait;
use headcount_access::{OriginPolicy, Quotas, SpeakerAuth};
use headcount_core::ports::{Delivery, NoHistory, NoObserver, SendError, StoreError, UpdateTimer};
use headcount_core::service::{Ports, ServiceSettings};
use headcount_core::{ConnectionId, LanguageDistribution, SessionId, StatusUpdate, Timestamp};
use headcount_testkit::{
    FaultyStore, ManualClock, ModelStore, RecordingAudience, RecordingMetrics, RecordingSpeaker,
    RecordingTimer, SeededIds, Stores, samples,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The time that an invocation has.
const WITHIN: Duration = Duration::from_secs(5);

/// What was posted to single connections, and which were closed.
#[derive(Default)]
pub(crate) struct RecordingOutlet {
    posted: Mutex<Vec<(String, Value)>>,
    closed: Mutex<Vec<String>>,
    silent: AtomicBool,
}

#[async_trait]
impl Outlet for RecordingOutlet {
    async fn post(&self, connection: &ConnectionId, text: String) -> Result<Delivery, SendError> {
        unless_silent(&self.silent).await;
        let message = serde_json::from_str(&text).expect("messages are JSON");
        self.posted.lock().push((connection.as_str().to_owned(), message));
        Ok(Delivery::Delivered)
    }

    async fn close(&self, connection: &ConnectionId) {
        self.closed.lock().push(connection.as_str().to_owned());
    }
}

/// What was left for later.
#[derive(Default)]
pub(crate) struct RecordingQueue(Mutex<Vec<String>>, AtomicBool);

#[async_trait]
impl WorkQueue for RecordingQueue {
    async fn put(&self, message: String) -> Result<(), QueueError> {
        unless_silent(&self.1).await;
        self.0.lock().push(message);
        Ok(())
    }
}

/// Waits for ever where somebody is to say nothing.
async fn unless_silent(silent: &AtomicBool) {
    if silent.load(Ordering::Relaxed) {
        std::future::pending().await
    }
}

/// Wake-ups from outside, and those that wake-ups asked for with the hop they are.
#[derive(Default)]
pub(crate) struct RecordingWakes {
    pub(crate) outside: Arc<RecordingTimer>,
    pub(crate) following: Arc<RecordingTimer>,
}

impl Wakes for RecordingWakes {
    fn outside(&self) -> Arc<dyn UpdateTimer> {
        Arc::clone(&self.outside) as _
    }

    fn following(&self, _wake: &Wake, _next_sweep: Timestamp) -> Arc<dyn UpdateTimer> {
        Arc::clone(&self.following) as _
    }
}

/// How many listeners each session had when it was taken down.
#[derive(Default)]
pub(crate) struct RecordingLog(Mutex<Vec<(SessionId, u64)>>);

impl AudienceLog for RecordingLog {
    fn record_audience(&self, session: &SessionId, audience: &LanguageDistribution) {
        self.0.lock().push((session.clone(), audience.listener_count()));
    }
}

struct OneKey;

#[async_trait]
impl SigningKeys for OneKey {
    async fn signing_key(&self, _candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        Ok([7; 32])
    }
}

/// The function and what surrounds it.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<FaultyStore>,
    pub(crate) speakers: Arc<RecordingSpeaker>,
    pub(crate) audience: Arc<RecordingAudience>,
    pub(crate) metrics: Arc<RecordingMetrics>,
    pub(crate) wakes: Arc<RecordingWakes>,
    pub(crate) counters: Arc<StagedCounters>,
    pub(crate) guests: Arc<StagedGuests>,
    pub(crate) tallies: Arc<StagedTallies>,
    outlet: Arc<RecordingOutlet>,
    queue: Arc<RecordingQueue>,
    log: Arc<RecordingLog>,
}

impl Stage {
    /// Everybody may speak, settings as they are by default.
    pub(crate) fn new() -> Self {
        Self::with(Settings::default(), |_| {})
    }

    pub(crate) fn with(settings: Settings, change: impl FnOnce(&mut Ports)) -> Self {
        Self::for_speakers(Logins::Tokens(SpeakerAuth::none()), settings, change)
    }

    /// Nothing is limited, since the clock stands still in most tests.
    pub(crate) fn for_speakers(logins: Logins, settings: Settings, change: impl FnOnce(&mut Ports)) -> Self {
        let quotas = Quotas {
            status_queries_per_second: 0,
            control_messages_per_second: 0,
            sessions_per_hour: 0,
            connections_per_minute: 0,
            ..Quotas::default()
        };
        Self::built(logins, Settings { quotas, ..settings }, change, false)
    }

    /// As [`Self::new`], with counters that follow the stream.
    pub(crate) fn counting() -> Self {
        let quotas = Quotas { control_messages_per_second: 0, sessions_per_hour: 0, ..Quotas::default() };
        let settings = Settings { quotas, ..Settings::default() };
        Self::built(Logins::Tokens(SpeakerAuth::none()), settings, |_| {}, true)
    }

    /// As [`Self::new`], within `quotas`; no answer is given again.
    pub(crate) fn limited(quotas: Quotas) -> Self {
        let settings = Settings { quotas, status_cache: Duration::ZERO, ..Settings::default() };
        Self::built(Logins::Tokens(SpeakerAuth::none()), settings, |_| {}, false)
    }

    fn built(logins: Logins, settings: Settings, change: impl FnOnce(&mut Ports), counts: bool) -> Self {
        let clock = Arc::new(ManualClock::default());
        let store = Arc::new(FaultyStore::new(Stores::of(ModelStore::default())));
        let (speakers, audience) =
            (Arc::new(RecordingSpeaker::default()), Arc::new(RecordingAudience::default()));
        let metrics = Arc::new(RecordingMetrics::default());
        let (wakes, outlet) = (Arc::new(RecordingWakes::default()), Arc::new(RecordingOutlet::default()));
        let (queue, log) = (Arc::new(RecordingQueue::default()), Arc::new(RecordingLog::default()));
        let mut ports = Ports {
            sessions: Arc::clone(&store) as _,
            presence: Arc::clone(&store) as _,
            ledgers: Arc::clone(&store) as _,
            history: Arc::new(NoHistory),
            speakers: Arc::clone(&speakers) as _,
            audience: Arc::clone(&audience) as _,
            observer: Arc::new(NoObserver),
            timer: Arc::new(RecordingTimer::default()),
            metrics: Arc::clone(&metrics) as _,
            clock: Arc::clone(&clock) as _,
            ids: Arc::new(SeededIds::default()),
        };
        let (counters, guests) = (Arc::new(StagedCounters::default()), Arc::new(StagedGuests::default()));
        let tallies = Arc::new(StagedTallies::default());
        change(&mut ports);
        let around = Surroundings {
            ports,
            wakes: Arc::clone(&wakes) as _,
            audience_log: Arc::clone(&log) as _,
            outlet: Arc::clone(&outlet) as _,
            queue: Arc::clone(&queue) as _,
            keys: Arc::new(OneKey),
            counters: Arc::clone(&counters) as _,
            guests: Arc::clone(&guests) as _,
            tallies: counts.then(|| Arc::clone(&tallies) as _),
            logins,
            origins: OriginPolicy::default(),
        };
        let app = App::new(around, ServiceSettings::default(), settings);
        Self {
            app,
            clock,
            store,
            speakers,
            audience,
            metrics,
            wakes,
            counters,
            guests,
            tallies,
            outlet,
            queue,
            log,
        }
    }

    pub(crate) fn later(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    pub(crate) async fn try_invoke(&self, event: &Value) -> Result<Value, Failed> {
        self.app.invoke(event, WITHIN).await
    }

    pub(crate) async fn invoke(&self, event: &Value) -> Value {
        self.try_invoke(event).await.expect("the invocation succeeds")
    }

    /// What API Gateway is given when `connection` connects with these parameters.
    pub(crate) async fn connect(&self, connection: &str, query: &[(&str, &str)]) -> Value {
        self.invoke(&connect_event(connection, query)).await
    }

    /// What `connection` is answered.
    pub(crate) async fn say(&self, connection: &str, message: Value) -> Value {
        self.say_text(connection, &message.to_string()).await
    }

    pub(crate) async fn say_text(&self, connection: &str, text: &str) -> Value {
        let returned = self.invoke(&message_event(connection, text)).await;
        assert_eq!(returned["statusCode"], 200);
        returned["body"].as_str().map_or(Value::Null, |body| serde_json::from_str(body).expect("it is JSON"))
    }

    pub(crate) async fn disconnect(&self, connection: &str, code: u64) {
        let context = json!({
            "eventType": "DISCONNECT", "connectionId": connection, "disconnectStatusCode": code,
        });
        self.invoke(&json!({ "requestContext": context })).await;
    }

    /// A session with its speaker `connection`.
    pub(crate) async fn session(&self, connection: &str) -> SessionId {
        let created =
            self.say(connection, json!({ "action": "createSession", "sourceLanguage": "en" })).await;
        assert_eq!(created["type"], "sessionCreated", "{created}");
        SessionId::parse(created["sessionId"].as_str().expect("it has a name")).expect("it is a name")
    }

    pub(crate) async fn listener(&self, connection: &str, session: &SessionId, language: &str) -> Value {
        let join =
            json!({ "action": "joinSession", "sessionId": session.as_str(), "targetLanguage": language });
        self.say(connection, join).await
    }

    pub(crate) async fn status(&self, connection: &str) -> Value {
        self.say(connection, json!({ "action": "getSessionStatus" })).await
    }

    /// Hands over what was left in the queue, until nothing is; which messages failed.
    pub(crate) async fn work_off(&self) -> usize {
        let mut failed = 0;
        loop {
            let messages = std::mem::take(&mut *self.queue.0.lock());
            if messages.is_empty() {
                return failed;
            }
            failed += self.hand_over(&messages).await.len();
        }
    }

    /// Hands over `messages` as one batch; the numbers of those that failed.
    pub(crate) async fn hand_over(&self, messages: &[String]) -> Vec<String> {
        let record = |(at, body): (usize, &String)| json!({ "eventSource": "aws:sqs", "messageId": at.to_string(), "body": body });
        let records: Vec<Value> = messages.iter().enumerate().map(record).collect();
        failed(&self.invoke(&json!({ "Records": records })).await)
    }

    /// A wake-up of `session` comes.
    pub(crate) async fn wake(&self, session: &SessionId, hop: u8) {
        let text = crate::compose::wake_message(&Wake { session: session.clone(), at: samples::NOW, hop });
        assert!(self.hand_over(&[text]).await.is_empty());
    }

    /// Messages that are still in the queue.
    pub(crate) fn queued(&self) -> Vec<String> {
        self.queue.0.lock().clone()
    }

    /// What was posted since this was last asked.
    pub(crate) fn posted(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.outlet.posted.lock())
    }

    /// What sweeps have taken down.
    pub(crate) fn taken_down(&self) -> Vec<(SessionId, u64)> {
        self.log.0.lock().clone()
    }

    /// From now on the management API and the queue say nothing.
    pub(crate) fn silence(&self) {
        self.outlet.silent.store(true, Ordering::Relaxed);
        self.queue.1.store(true, Ordering::Relaxed);
    }

    pub(crate) fn closed(&self) -> Vec<String> {
        self.outlet.closed.lock().clone()
    }

    /// What speakers were told since this was last asked.
    pub(crate) fn told(&self) -> Vec<StatusUpdate> {
        self.speakers.take()
    }
}

/// The parts of a batch that are reported as failed.
pub(crate) fn failed(report: &Value) -> Vec<String> {
    let items = report["batchItemFailures"].as_array().expect("it is a report");
    items.iter().map(|item| item["itemIdentifier"].as_str().expect("it is a name").to_owned()).collect()
}

pub(crate) fn connect_event(connection: &str, query: &[(&str, &str)]) -> Value {
    let query: serde_json::Map<String, Value> =
        query.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
    json!({
        "requestContext": { "eventType": "CONNECT", "connectionId": connection },
        "multiValueQueryStringParameters": query,
    })
}

pub(crate) fn message_event(connection: &str, text: &str) -> Value {
    json!({
        "requestContext": {
            "eventType": "MESSAGE", "connectionId": connection, "connectedAt": samples::NOW.as_millis(),
        },
        "body": text,
    })
}
