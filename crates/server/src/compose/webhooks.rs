//! Webhooks, put together with the store that keeps what they have to deliver.

pub(crate) use headcount_adapters::webhooks::{Dispatch, Webhooks};
pub use headcount_adapters::webhooks::{
    Limits, NotASecret, NotATarget, Permits, Retries, Room, Settings, SigningSecret, Target, Topic, Trial,
    trust,
};

use super::{Store, SystemClock};
use crate::config::StoreConfig;
use headcount_adapters::metrics::prometheus::WebhookFigures;
use headcount_adapters::outbox::{MemoryOutbox, Outbox};
use headcount_adapters::webhooks::{SystemResolver, World, try_out as try_each};
use headcount_core::ports::{Clock, HistoryStore, StoreError};
use headcount_protocol::JsonRendering;
use std::sync::Arc;

/// What was given up, in the data directory.
const DEAD_LETTERS: &str = "webhook-dead-letters.jsonl";

impl Store {
    /// Where webhooks wait. One that is in memory is gone with the process.
    fn outbox(&self) -> Arc<dyn Outbox> {
        match self {
            Self::Memory(_) | Self::Cluster(_) => Arc::new(MemoryOutbox),
            Self::Embedded(store) => store.clone(),
        }
    }
}

/// The webhooks that `settings` name, over `store`.
pub(super) async fn open(
    mut settings: Settings,
    place: &StoreConfig,
    store: &Store,
    history: Arc<dyn HistoryStore>,
    clock: Arc<dyn Clock>,
) -> Result<(Arc<Webhooks>, Dispatch), StoreError> {
    if let StoreConfig::Embedded { data_dir, .. } = place {
        settings.dead_letters = Some(data_dir.join(DEAD_LETTERS));
    }
    let rendering = Arc::new(JsonRendering);
    let world =
        World { outbox: store.outbox(), rendering, history, clock, resolver: Arc::new(SystemResolver) };
    let (webhooks, dispatch) = Webhooks::open(settings, world).await?;
    Ok((Arc::new(webhooks), dispatch))
}

/// Sends each target one event of type `test`, and says what happened.
pub async fn try_out(settings: &Settings) -> Vec<Trial> {
    try_each(settings, Arc::new(SystemResolver), SystemClock::default().now()).await
}

/// What the metrics page shows of `webhooks`.
pub(crate) fn figures(webhooks: &Webhooks) -> Vec<WebhookFigures> {
    let figures = webhooks.figures().into_iter();
    figures
        .map(|of| WebhookFigures {
            target: of.target,
            outcomes: [
                ("delivered", of.delivered),
                ("failed", of.failed),
                ("dead", of.dead),
                ("dropped", of.dropped),
            ],
            waiting: of.waiting,
            oldest: of.oldest,
            gone: of.gone,
        })
        .collect()
}
