//! How it all moves: every operation of Headcount as its steps, over the [`crate::ports`].
//!
//! The stores are the truth and the claim decides who speaks; the service itself remembers nothing but whose turn
//! it is to tell one session's speaker something. Start with `tell`, which every other file here ends in.

mod ask;
mod attach;
mod links;
mod listen;
mod occasion;
mod open;
mod part;
mod signals;
mod steer;
mod tell;
mod turn;
mod view;
mod wake;

pub use ask::{Answer, QueryError};
pub use attach::AttachError;
pub use links::{Linked, NewLink};
pub use listen::{JoinError, JoinRequest, JoinedSession, SwitchError};
pub use open::{Census, NewSession, OpenError};
pub use part::Parting;
pub use steer::{Steered, Steering};

use crate::ports::{
    AudienceChannel, Clock, Counted, HistoryStore, Ids, LedgerStore, Metrics, Observer, PresenceStore,
    SessionStore, SpeakerChannel, StoreError, UpdateTimer,
};
use crate::{Event, Measurement, Session, SessionId, SignalRules, StatusUpdate, Timestamp, UpdatePolicy};
use std::sync::Arc;
use std::time::Duration;
use turn::Turns;

/// Everything around the rules.
#[derive(Clone)]
pub struct Ports {
    /// Live sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Who is connected.
    pub presence: Arc<dyn PresenceStore>,
    /// What speakers have been told.
    pub ledgers: Arc<dyn LedgerStore>,
    /// What happened so far.
    pub history: Arc<dyn HistoryStore>,
    /// The way to the speaker.
    pub speakers: Arc<dyn SpeakerChannel>,
    /// The way to the listeners.
    pub audience: Arc<dyn AudienceChannel>,
    /// Those who look on.
    pub observer: Arc<dyn Observer>,
    /// Wake-ups.
    pub timer: Arc<dyn UpdateTimer>,
    /// What is counted about the service.
    pub metrics: Arc<dyn Metrics>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Unguessable names.
    pub ids: Arc<dyn Ids>,
}

/// What may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceSettings {
    /// When the speaker is told.
    pub policy: UpdatePolicy,
    /// What the speaker hears of besides, if it asks for that.
    pub signals: SignalRules,
    /// How long a session lasts at the most. 2 h by default.
    pub session_lifetime: Duration,
    /// How long a listener counts after its connection was cut; zero turns it off. 5 s by default.
    pub reconnect_grace: Duration,
    /// How long a session waits for a speaker that was lost. 30 s by default.
    pub speaker_grace: Duration,
    /// How many listeners a session may have. 10,000 by default.
    pub max_listeners: u64,
}

impl Default for ServiceSettings {
    fn default() -> Self {
        Self {
            policy: UpdatePolicy::default(),
            signals: SignalRules::default(),
            session_lifetime: Duration::from_secs(2 * 60 * 60),
            reconnect_grace: Duration::from_secs(5),
            speaker_grace: Duration::from_secs(30),
            max_listeners: 10_000,
        }
    }
}

/// The rules at work.
pub struct StatusService {
    ports: Ports,
    settings: ServiceSettings,
    turns: Turns,
}

impl StatusService {
    /// A service over `ports`. Call [`Self::recover`] before anyone connects.
    #[must_use]
    pub fn new(ports: Ports, settings: ServiceSettings) -> Self {
        Self { ports, settings, turns: Turns::default() }
    }

    /// What was set.
    #[must_use]
    pub const fn settings(&self) -> &ServiceSettings {
        &self.settings
    }

    /// The live session of that name. One that is overdue is ended here and not found.
    ///
    /// # Errors
    /// What the store could not do.
    pub async fn session(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreError> {
        let Some(session) = self.ports.sessions.session(id).await? else { return Ok(None) };
        let Some(reason) = session.overdue(self.now()) else { return Ok(Some(session)) };
        self.close_session(id, reason).await?;
        Ok(None)
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    fn observe(&self, event: &Event) {
        self.ports.observer.observe(event);
    }

    /// The speaker is told `update`: it is kept, and whoever looks on sees it.
    fn told(&self, update: &StatusUpdate) {
        self.ports.history.told(&update.status.session, update);
        self.observe(&Event::Told(update.clone()));
    }

    fn record(&self, measurement: &Measurement) {
        self.ports.metrics.record(measurement);
    }

    /// Passes on what a store counted, and records the listeners whose grace had ended by then.
    fn noted(&self, counted: Counted) -> Counted {
        self.record_leaving(counted.graces_ended);
        counted
    }

    fn record_leaving(&self, listeners: u64) {
        if listeners > 0 {
            self.record(&Measurement::Left { listeners });
        }
    }

    /// The policy that fits a count of this quality: while it may be short, changes of it mean nothing.
    const fn policy_for(&self, counted: &Counted) -> UpdatePolicy {
        if counted.quality.is_exact() {
            self.settings.policy
        } else {
            self.settings.policy.holding_triggers()
        }
    }
}
