//! What every invocation shares: made once, when the process starts.

use crate::arming::{Arming, Wakes};
use crate::gate::{Gate, Logins, SigningKeys};
use crate::guests::Guests;
use crate::limits::{Counters, Limits};
use crate::recent::Recent;
use crate::speakers::YoungSpeakers;
use crate::tallies::Tallies;
use crate::work::{QueueError, Work, WorkQueue};
use async_trait::async_trait;
use headcount_access::{OriginPolicy, Quotas};
use headcount_core::ports::{Delivery, SendError};
use headcount_core::service::{Ports, ServiceSettings, StatusService};
use headcount_core::{
    ConnectionId, Language, LanguageDistribution, Measurement, ServedLanguages, Session, SessionId, Timestamp,
};
use headcount_protocol::ProtocolError;
use std::sync::Arc;
use std::time::Duration;

/// The way to one connection, whatever it is.
#[async_trait]
pub trait Outlet: Send + Sync {
    /// Sends `text` to `connection`.
    async fn post(&self, connection: &ConnectionId, text: String) -> Result<Delivery, SendError>;

    /// Closes `connection`.
    async fn close(&self, connection: &ConnectionId);
}

/// Where it is taken down who listens to what.
pub trait AudienceLog: Send + Sync {
    /// Takes down the listeners of `session` by language. MUST be cheap and MUST NOT fail.
    fn record_audience(&self, session: &SessionId, audience: &LanguageDistribution);
}

/// How an answer reaches the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplyMode {
    /// As what the function returns: the route has a route response.
    #[default]
    Return,
    /// Through the management API, which works with any route.
    Post,
}

/// How the function behaves, apart from the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How answers reach the client.
    pub reply_mode: ReplyMode,
    /// Whether an error is also the `statusCode` of what the function returns, for stacks that look at it; otherwise
    /// that is always 200.
    pub error_status: bool,
    /// How long a question may take before the last known status is the answer. 500 ms by default.
    pub query_timeout: Duration,
    /// How long an answer is given again to the same speaker; zero turns it off. 1 s by default.
    pub status_cache: Duration,
    /// How long a sweep may take before it hands the rest on. 4 s by default: 5 s less what handing on takes.
    pub sweep_budget: Duration,
    /// The target languages that listeners may ask for; `None` is every valid tag.
    pub supported_languages: Option<Vec<Language>>,
    /// How much one client may do. How many connections there may be at a time is API Gateway's affair.
    pub quotas: Quotas,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reply_mode: ReplyMode::default(),
            error_status: false,
            query_timeout: Duration::from_millis(500),
            status_cache: Duration::from_secs(1),
            sweep_budget: Duration::from_secs(4),
            supported_languages: None,
            quotas: Quotas::default(),
        }
    }
}

/// The world around the function.
pub struct Surroundings {
    /// That of the rules. Its timer is not used; `wakes` takes its place.
    pub ports: Ports,
    /// Wake-ups.
    pub wakes: Arc<dyn Wakes>,
    /// Where each sweep takes down the audiences.
    pub audience_log: Arc<dyn AudienceLog>,
    /// The way to single connections.
    pub outlet: Arc<dyn Outlet>,
    /// Where work for later is left.
    pub queue: Arc<dyn WorkQueue>,
    /// Where the key of capabilities is kept.
    pub keys: Arc<dyn SigningKeys>,
    /// Where all instances count what is limited.
    pub counters: Arc<dyn Counters>,
    /// Where it is kept what a connection without a role has brought.
    pub guests: Arc<dyn Guests>,
    /// Counters, where audiences are counted by such.
    pub tallies: Option<Arc<dyn Tallies>>,
    /// Who logs speakers in.
    pub logins: Logins,
    /// Which web pages may connect.
    pub origins: OriginPolicy,
}

/// The function as its invocations see it.
pub struct App {
    pub(crate) ports: Ports,
    pub(crate) rules: ServiceSettings,
    pub(crate) settings: Settings,
    pub(crate) service: StatusService,
    pub(crate) arming: Arc<Arming>,
    pub(crate) gate: Gate,
    pub(crate) limits: Arc<Limits>,
    pub(crate) guests: Arc<dyn Guests>,
    pub(crate) tallies: Option<Arc<dyn Tallies>>,
    pub(crate) origins: OriginPolicy,
    pub(crate) outlet: Arc<dyn Outlet>,
    pub(crate) recent: Recent,
    pub(crate) audience_log: Arc<dyn AudienceLog>,
    queue: Arc<dyn WorkQueue>,
}

impl App {
    /// Puts the function together.
    #[must_use]
    pub fn new(around: Surroundings, rules: ServiceSettings, settings: Settings) -> Self {
        let Surroundings {
            mut ports,
            wakes,
            audience_log,
            outlet,
            queue,
            keys,
            counters,
            guests,
            tallies,
            logins,
            origins,
        } = around;
        let arming = Arc::new(Arming::new(wakes, Arc::clone(&ports.clock)));
        ports.timer = Arc::clone(&arming) as _;
        ports.speakers = Arc::new(YoungSpeakers::new(&ports));
        let clock = || Arc::clone(&ports.clock);
        Self {
            gate: Gate::new(logins, keys, clock()),
            limits: Arc::new(Limits::new(&settings.quotas, counters, clock(), Arc::clone(&ports.metrics))),
            service: StatusService::new(ports.clone(), rules),
            recent: Recent::default(),
            ports,
            rules,
            settings,
            arming,
            guests,
            tallies,
            origins,
            outlet,
            audience_log,
            queue,
        }
    }

    /// The rules over other ports, for one invocation.
    pub(crate) fn service_over(&self, change: impl FnOnce(&mut Ports)) -> StatusService {
        let mut ports = self.ports.clone();
        change(&mut ports);
        StatusService::new(ports, self.rules)
    }

    /// Leaves `work` to be done at once, by another invocation.
    pub(crate) async fn leave(&self, work: &Work) -> Result<(), QueueError> {
        self.queue.put(work.to_message()).await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    pub(crate) fn record(&self, measurement: &Measurement) {
        self.ports.metrics.record(measurement);
    }

    /// The text of an error for a client, counted as answered.
    pub(crate) fn error_text(&self, error: &ProtocolError) -> String {
        self.record(&Measurement::ErrorAnswered { code: error.code().as_str() });
        error.to_json(self.now())
    }

    /// Refuses a language that is not on the configured list, where `session` declares none itself: what it declares is
    /// the service's to look at.
    pub(crate) fn check_served(&self, session: &Session, language: &Language) -> Result<(), ProtocolError> {
        if session.languages.declared().is_empty() { self.check_supported(language) } else { Ok(()) }
    }

    /// Refuses a declaration of a language that is not on the configured list: nobody could hear it.
    pub(crate) fn check_declared(&self, languages: &ServedLanguages) -> Result<(), ProtocolError> {
        languages.declared().iter().try_for_each(|language| self.check_supported(language))
    }

    /// Refuses a language that is not on the configured list.
    pub(crate) fn check_supported(&self, language: &Language) -> Result<(), ProtocolError> {
        match &self.settings.supported_languages {
            Some(list) if !list.contains(language) => {
                Err(ProtocolError::unsupported_language(language, list.clone()))
            }
            _ => Ok(()),
        }
    }
}
