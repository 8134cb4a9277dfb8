//! What every connection and every request shares.

use crate::compose::webhooks::Webhooks;
use crate::compose::{Hub, PrometheusMetrics, Store};
use crate::config::{MetricsAccess, SocketSettings};
use crate::facts::ConnectionRegister;
use crate::feed::Feeds;
use crate::gate::Gate;
use crate::socket::Departures;
use futures_util::FutureExt;
use headcount_access::{ConnectionCaps, Limits, OriginPolicy, TrustedProxies};
use headcount_core::ports::{Clock, HistoryStore, Ids, Metrics};
use headcount_core::service::StatusService;
use headcount_core::{Language, Measurement, ServedLanguages, Session, SessionId, Timestamp};
use headcount_protocol::ProtocolError;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The server as its connections see it.
pub(crate) struct App {
    pub(crate) service: StatusService,
    pub(crate) history: Arc<dyn HistoryStore>,
    pub(crate) hub: Hub,
    pub(crate) feeds: Feeds,
    pub(crate) gate: Gate,
    pub(crate) limits: Limits,
    pub(crate) caps: ConnectionCaps,
    pub(crate) origins: OriginPolicy,
    pub(crate) proxies: TrustedProxies,
    pub(crate) supported_languages: Option<Vec<Language>>,
    pub(crate) sockets: SocketSettings,
    pub(crate) metrics: Arc<PrometheusMetrics>,
    pub(crate) metrics_access: MetricsAccess,
    pub(crate) store: Store,
    pub(crate) webhooks: Option<Arc<Webhooks>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    /// What the management API shows of connections; `None` where it is off.
    pub(crate) register: Option<ConnectionRegister>,
    /// Cancelled when the server begins to drain: it takes no new connections then.
    pub(crate) draining: CancellationToken,
    /// Where connections that were cut queue up.
    pub(crate) departures: Departures,
    /// Every task of a socket; the drain waits for them.
    pub(crate) tasks: TaskTracker,
}

impl App {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn record(&self, measurement: &Measurement) {
        self.metrics.record(measurement);
    }

    /// The live session of that name, for a request. One that is overdue is ended here.
    pub(crate) async fn live_session(
        self: &Arc<Self>,
        id: &SessionId,
    ) -> Result<Arc<Session>, ProtocolError> {
        let (app, id) = (Arc::clone(self), id.clone());
        let found = self.see_through(async move {
            app.service.session(&id).await.map_err(|failed| app.store_failed(&failed))
        });
        found.await?.ok_or_else(ProtocolError::session_not_found)
    }

    /// Does `work` to its end, whether or not the request that asked for it goes on waiting. Who ends a session and
    /// hangs up must not leave behind half an audience that was told. What has to wait for nothing is done on the spot.
    pub(crate) async fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ProtocolError>> + Send + 'static,
    ) -> Result<T, ProtocolError> {
        let mut work = Box::pin(work);
        if let Some(done) = work.as_mut().now_or_never() {
            return done;
        }
        self.tasks.spawn(work).await.unwrap_or_else(|_| Err(self.work_failed()))
    }

    /// The text of an error for a client, counted as answered.
    pub(crate) fn error_text(&self, error: &ProtocolError) -> String {
        self.record(&Measurement::ErrorAnswered { code: error.code().as_str() });
        error.to_json(self.now())
    }

    /// Which languages a listener of `session` can choose from, as far as anybody says.
    pub(crate) fn offered<'a>(&'a self, session: &'a Session) -> Option<&'a [Language]> {
        match session.languages.declared() {
            [] => self.supported_languages.as_deref(),
            declared => Some(declared),
        }
    }

    /// Refuses a language that is not on the configured list, where the session `id` declares none itself (what it declares
    /// is the service's to look at); its speaker may want to hear that somebody asked for it.
    pub(crate) async fn check_served(
        self: &Arc<Self>,
        id: &SessionId,
        language: &Language,
    ) -> Result<(), ProtocolError> {
        let Err(refused) = self.check_supported(language) else { return Ok(()) };
        if !self.live_session(id).await?.languages.declared().is_empty() {
            return Ok(());
        }
        self.service.asked_in_vain(id, language).await;
        Err(refused)
    }

    /// Refuses a declaration of a language that is not on the configured list: nobody could hear it.
    pub(crate) fn check_declared(&self, languages: &ServedLanguages) -> Result<(), ProtocolError> {
        languages.declared().iter().try_for_each(|language| self.check_supported(language))
    }

    fn check_supported(&self, language: &Language) -> Result<(), ProtocolError> {
        match &self.supported_languages {
            Some(list) if !list.contains(language) => {
                Err(ProtocolError::unsupported_language(language, list.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The refusal of what came too often.
    pub(crate) fn too_often(
        &self,
        limit: &'static str,
        retry: headcount_access::RetryAfter,
    ) -> ProtocolError {
        self.record(&Measurement::RateLimited { limit });
        ProtocolError::rate_limited(retry.seconds)
    }
}
