//! The function that panics.

use async_trait::async_trait;
use headcount_access::{OriginPolicy, Rate, SpeakerAuth};
use headcount_core::ports::{
    Claim, Clock, Delivery, LedgerStore, NoHistory, NoObserver, SendError, StoreError, UpdateTimer,
};
use headcount_core::service::{Ports, ServiceSettings};
use headcount_core::{ConnectionId, LanguageDistribution, SessionId, Timestamp, UpdateLedger};
use headcount_lambda::{
    App, AudienceLog, Counters, Guest, Guests, Logins, Outlet, QueueError, Settings, SigningKeys,
    Surroundings, Wake, Wakes, WorkQueue, run,
};
use headcount_testkit::{
    ManualClock, ModelStore, RecordingAudience, RecordingMetrics, RecordingSpeaker, RecordingTimer, SeededIds,
};
use std::io::Read;
use std::process::{Child, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What the panics say.
pub(crate) const TOLD: &str = "told to panic";

/// The invocation, counted from 0, in which the clock panics.
pub(crate) const BROKEN_INVOCATION: usize = 5;

/// Ledgers that nobody can read.
struct Unreadable;

#[async_trait]
impl LedgerStore for Unreadable {
    async fn ledger(&self, _: &SessionId) -> Result<Option<Arc<UpdateLedger>>, StoreError> {
        panic!("{TOLD}")
    }

    async fn advance(&self, _: &SessionId, _: UpdateLedger) -> Result<Claim, StoreError> {
        panic!("{TOLD}")
    }
}

/// The clock by which the time of an invocation is told: it is asked once for each.
#[derive(Default)]
struct Broken(AtomicUsize);

impl Clock for Broken {
    fn now(&self) -> Timestamp {
        assert!(self.0.fetch_add(1, Ordering::Relaxed) != BROKEN_INVOCATION, "{TOLD}");
        Timestamp::EPOCH
    }
}

/// The rest of the surroundings: takes everything, does nothing.
struct Quiet;

#[async_trait]
impl Outlet for Quiet {
    async fn post(&self, _: &ConnectionId, _: String) -> Result<Delivery, SendError> {
        Ok(Delivery::Delivered)
    }

    async fn close(&self, _: &ConnectionId) {}
}

#[async_trait]
impl WorkQueue for Quiet {
    async fn put(&self, _: String) -> Result<(), QueueError> {
        Ok(())
    }
}

#[async_trait]
impl SigningKeys for Quiet {
    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StoreError> {
        Ok(candidate)
    }
}

#[async_trait]
impl Counters for Quiet {
    async fn take(&self, _: &str, _: Rate, _: Timestamp) -> Result<Result<(), Duration>, StoreError> {
        Ok(Ok(()))
    }
}

#[async_trait]
impl Guests for Quiet {
    async fn keep(&self, _: &ConnectionId, _: &Guest, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn guest(&self, _: &ConnectionId, _: Timestamp) -> Result<Guest, StoreError> {
        Ok(Guest::default())
    }

    async fn forget(&self, _: &ConnectionId) -> Result<(), StoreError> {
        Ok(())
    }
}

impl AudienceLog for Quiet {
    fn record_audience(&self, _: &SessionId, _: &LanguageDistribution) {}
}

impl Wakes for Quiet {
    fn outside(&self) -> Arc<dyn UpdateTimer> {
        Arc::new(RecordingTimer::default())
    }

    fn following(&self, _: &Wake, _: Timestamp) -> Arc<dyn UpdateTimer> {
        self.outside()
    }
}

fn app() -> App {
    let store = Arc::new(ModelStore::default());
    let ports = Ports {
        sessions: Arc::clone(&store) as _,
        presence: store,
        ledgers: Arc::new(Unreadable),
        history: Arc::new(NoHistory),
        speakers: Arc::new(RecordingSpeaker::default()),
        audience: Arc::new(RecordingAudience::default()),
        observer: Arc::new(NoObserver),
        timer: Arc::new(RecordingTimer::default()),
        metrics: Arc::new(RecordingMetrics::default()),
        clock: Arc::new(ManualClock::default()),
        ids: Arc::new(SeededIds::default()),
    };
    let around = Surroundings {
        ports,
        wakes: Arc::new(Quiet),
        audience_log: Arc::new(Quiet),
        outlet: Arc::new(Quiet),
        queue: Arc::new(Quiet),
        keys: Arc::new(Quiet),
        counters: Arc::new(Quiet),
        guests: Arc::new(Quiet),
        tallies: None,
        logins: Logins::Tokens(SpeakerAuth::none()),
        origins: OriginPolicy::default(),
    };
    App::new(around, ServiceSettings::default(), Settings::default())
}

/// Serves invocations, as the `bootstrap` does, until it is ended.
pub(crate) fn serve() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(run(Arc::new(app()), Arc::new(Broken::default()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Ends the function with the test, however that ends.
pub(crate) struct Ending(pub(crate) Option<Child>);

impl Ending {
    /// Ends a function that runs; what it has said on its standard error.
    pub(crate) fn end(mut self) -> String {
        let mut function = self.0.take().unwrap();
        assert!(function.try_wait().unwrap().is_none(), "it has ended by itself");
        function.kill().unwrap();
        function.wait().unwrap();
        let mut said = String::new();
        function.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(function) = &mut self.0 {
            let _ = function.kill();
            let _ = function.wait();
        }
    }
}
