//! The one place where concrete adapters are named and put together.

mod roster;

use crate::app::{App, AudienceLog, Outlet, Surroundings};
use crate::arming::{Wake, Wakes};
use crate::config::{Config, TableWriters};
use crate::gate::SigningKeys;
use crate::guests::{Guest, Guests};
use crate::limits::Counters;
use crate::tallies::{Audited, Seen, Tallies};
use crate::work::{QueueError, WorkQueue};
use async_trait::async_trait;
use headcount_access::Rate;
use headcount_adapters::aws::{self, AwsSettings};
use headcount_adapters::clock::SystemClock;
use headcount_adapters::ids::RandomIds;
use headcount_adapters::metrics::emf::{DEFAULT_LANGUAGES, EmfMetrics, Origin};
use headcount_adapters::speaker::api_gateway::{ApiGateway, AudienceLimits, SpeakerFollower};
use headcount_adapters::store::{self, Allowance, DynamoSettings, DynamoStore, KeptGuest, Tables, Writers};
use headcount_adapters::timer::sqs::{SqsTimer, WakeMessage};
use headcount_core::ports::{
    AudienceChannel, Clock, CloseReason, Delivery, NoHistory, NoObserver, SendError, StoreError, UpdateTimer,
};
use headcount_core::service::Ports;
use headcount_core::{ConnectionId, LanguageDistribution, SessionId, Timestamp};
use headcount_protocol::JsonRendering;
use roster::TableRoster;
use std::io::stdout;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The function, put together; nothing was asked of AWS yet.
pub struct Composed {
    /// The function.
    pub app: App,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Puts the function together. Clients are made here and nowhere else: they keep their connections from one invocation
/// to the next.
pub async fn compose(config: Config) -> Composed {
    let emulated = config.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    let settings = match &config.endpoint {
        Some(endpoint) if emulated => AwsSettings::emulator(endpoint),
        _ => AwsSettings { endpoint: config.endpoint.clone(), ..AwsSettings::default() },
    };
    let sdk = aws::load(&settings).await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let store = Arc::new(DynamoStore::new(&sdk, store_settings(&config)));
    let roster = Arc::new(TableRoster(Arc::clone(&store)));
    let rendering = Arc::new(JsonRendering);
    let gateway = ApiGateway::new(&sdk, &config.management, AudienceLimits::default(), rendering, roster);
    let gateway = Arc::new(gateway);
    let timer = SqsTimer::new(&sdk, &config.queue_url, Arc::clone(&clock));
    let origin = Origin { service: config.origin.service, stage: config.origin.stage };
    let metrics =
        Arc::new(EmfMetrics::new(origin, DEFAULT_LANGUAGES, Arc::clone(&clock), Box::new(stdout())));
    let speakers = SpeakerFollower::new(Arc::clone(&gateway) as _, Arc::clone(&store) as _);
    let ports = Ports {
        sessions: Arc::clone(&store) as _,
        presence: Arc::clone(&store) as _,
        ledgers: Arc::clone(&store) as _,
        history: Arc::new(NoHistory),
        speakers: Arc::new(speakers),
        audience: Arc::clone(&gateway) as _,
        observer: Arc::new(NoObserver),
        timer: Arc::new(timer.clone()),
        metrics: Arc::clone(&metrics) as _,
        clock: Arc::clone(&clock),
        ids: Arc::new(RandomIds),
    };
    let (queue, kept) = (Arc::new(Queue(timer)), Arc::new(Kept(store)));
    let around = Surroundings {
        ports,
        wakes: Arc::clone(&queue) as _,
        audience_log: Arc::new(Emf(metrics)),
        outlet: Arc::new(Gateway(gateway)),
        queue,
        keys: Arc::clone(&kept) as _,
        counters: Arc::clone(&kept) as _,
        guests: Arc::clone(&kept) as _,
        tallies: config.counter_shards.map(|_| kept as _),
        logins: config.logins,
        origins: config.origins,
    };
    Composed { app: App::new(around, config.rules, config.settings), clock }
}

fn store_settings(config: &Config) -> DynamoSettings {
    let tables = Tables {
        sessions: config.tables.sessions.clone(),
        connections: config.tables.connections.clone(),
        status: config.tables.status.clone(),
    };
    let writers = match config.writers {
        TableWriters::Ours => Writers::Ours,
        TableWriters::Others { scan } => Writers::Others { scan },
    };
    let counters = config.counter_shards.map(|shards| store::Counters { shards });
    DynamoSettings { tables, writers, counters }
}

/// The wake-up that a message of the queue is, if it is one.
pub(crate) fn wake_of(message: &str) -> Option<Wake> {
    let WakeMessage { session, at, hop } = WakeMessage::parse(message).ok()?;
    Some(Wake { session, at, hop })
}

/// The message that a wake-up is.
#[cfg(test)]
pub(crate) fn wake_message(wake: &Wake) -> String {
    WakeMessage { session: wake.session.clone(), at: wake.at, hop: wake.hop }.to_text()
}

/// SQS, for wake-ups and for other work.
struct Queue(SqsTimer);

impl Wakes for Queue {
    fn outside(&self) -> Arc<dyn UpdateTimer> {
        Arc::new(self.0.clone())
    }

    fn following(&self, wake: &Wake, next_sweep: Timestamp) -> Arc<dyn UpdateTimer> {
        let wake = WakeMessage { session: wake.session.clone(), at: wake.at, hop: wake.hop };
        Arc::new(self.0.following(&wake, next_sweep))
    }
}

#[async_trait]
impl WorkQueue for Queue {
    async fn put(&self, message: String) -> Result<(), QueueError> {
        self.0.put(message).await.map_err(QueueError)
    }
}

/// The log that CloudWatch makes metrics of.
struct Emf(Arc<EmfMetrics>);

impl AudienceLog for Emf {
    fn record_audience(&self, session: &SessionId, audience: &LanguageDistribution) {
        self.0.record_audience(session, audience);
    }
}

/// The management API, for single connections.
struct Gateway(Arc<ApiGateway>);

#[async_trait]
impl Outlet for Gateway {
    async fn post(&self, connection: &ConnectionId, text: String) -> Result<Delivery, SendError> {
        self.0.post(connection, text).await
    }

    async fn close(&self, connection: &ConnectionId) {
        // The close code is API Gateway's, whatever the reason.
        self.0.close(connection, CloseReason::SessionEnded).await;
    }
}

/// Our own table, for what is no session's.
struct Kept(Arc<DynamoStore>);

#[async_trait]
impl SigningKeys for Kept {
    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.0.signing_key(candidate).await
    }
}

#[async_trait]
impl Counters for Kept {
    async fn take(
        &self,
        counter: &str,
        Rate { burst, interval }: Rate,
        now: Timestamp,
    ) -> Result<Result<(), Duration>, StoreError> {
        self.0.take(counter, Allowance { burst, interval }, now).await
    }
}

#[async_trait]
impl Guests for Kept {
    async fn keep(&self, connection: &ConnectionId, guest: &Guest, now: Timestamp) -> Result<(), StoreError> {
        let Guest { user, detail } = guest.clone();
        self.0.keep_guest(connection, &KeptGuest { user, detail }, now).await
    }

    async fn guest(&self, connection: &ConnectionId, now: Timestamp) -> Result<Guest, StoreError> {
        let KeptGuest { user, detail } = self.0.guest(connection, now).await?;
        Ok(Guest { user, detail })
    }

    async fn forget(&self, connection: &ConnectionId) -> Result<(), StoreError> {
        self.0.forget_guest(connection).await
    }
}

#[async_trait]
impl Tallies for Kept {
    async fn note(&self, session: &SessionId, seen: &[Seen], now: Timestamp) -> Result<(), StoreError> {
        let seen: Vec<store::Seen> = seen.iter().cloned().map(seen_by_store).collect();
        self.0.note_seen(session, &seen, now).await
    }

    async fn keep(&self, session: &SessionId, now: Timestamp) -> Result<bool, StoreError> {
        self.0.keep_counters(session, now).await
    }

    async fn audit(
        &self,
        session: &SessionId,
        now: Timestamp,
        until: Instant,
    ) -> Result<Audited, StoreError> {
        let store::Audited { compared, mended, is_done, is_first } =
            self.0.audit_counters(session, now, until).await?;
        Ok(Audited { compared, mended, is_done, is_first })
    }
}

fn seen_by_store(Seen { connection, version, heard }: Seen) -> store::Seen {
    let heard = heard.map(|heard| store::Heard { language: heard.language, until: heard.until });
    store::Seen { connection, version, heard }
}
