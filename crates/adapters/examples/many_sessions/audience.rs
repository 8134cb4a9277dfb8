//! The speakers and listeners of all sessions: they come, and read what they are sent.

use crate::house::House;
use crate::punctuality::{Listener, Punctuality};
use headcount_adapters::speaker::hub::{Outbox, Outgoing, Part};
use headcount_core::service::{JoinRequest, NewSession};
use headcount_core::{Language, QualityTier, ServedLanguages, SessionId, StatusDetail};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

const LANGUAGES: [&str; 5] = ["es", "fr", "de", "pt-BR", "zh-Hant"];

type Failed = Box<dyn Error + Send + Sync>;

/// Who comes, and when.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) sessions: usize,
    /// How many listeners each session has.
    pub(crate) listeners: usize,
    /// Over which time the sessions begin, evenly.
    pub(crate) spread: Duration,
}

/// Begins all sessions as planned; returns when everybody is there. Their connections are read until the process ends.
pub(crate) async fn arrive(
    house: &House,
    plan: &Plan,
    punctuality: &Arc<Punctuality>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut beginning = JoinSet::new();
    for n in 0..plan.sessions {
        sleep_until(start + plan.spread.mul_f64(n as f64 / plan.sessions as f64)).await;
        let (house, listeners, punctuality) = (house.clone(), plan.listeners, Arc::clone(punctuality));
        beginning.spawn(async move { begin(&house, listeners, &punctuality).await });
    }
    while let Some(begun) = beginning.join_next().await {
        begun?.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// One session: a speaker, then its listeners.
async fn begin(house: &House, listeners: usize, punctuality: &Arc<Punctuality>) -> Result<(), Failed> {
    let source_language = Language::parse("en")?;
    let (quality_tier, languages) = (QualityTier::Standard, ServedLanguages::default());
    let new = NewSession { owner: None, source_language, quality_tier, languages };
    let session = house.service.open_session(new).await?.id.clone();

    let outbox = connect(house, &session, Part::Speaker);
    house.service.attach_speaker(&session, outbox.connection(), StatusDetail::Basic).await?;
    tokio::spawn(speak(outbox, punctuality.listen()));

    for n in 0..listeners {
        let outbox = connect(house, &session, Part::Listener);
        let language = Some(Language::parse(LANGUAGES[n % LANGUAGES.len()])?);
        let connection = outbox.connection().clone();
        let request = JoinRequest { connection, session: session.clone(), language, resume: None };
        house.service.join(request).await?;
        tokio::spawn(listen(outbox));
    }
    Ok(())
}

fn connect(house: &House, session: &SessionId, part: Part) -> Outbox {
    let outbox = house.hub.register(house.ids.connection_id());
    house.hub.enlist(outbox.connection(), session, part);
    outbox
}

async fn speak(mut outbox: Outbox, mut listener: Listener) {
    while let Outgoing::Text(text) = outbox.next().await {
        listener.hear(&text.into_bytes());
    }
}

async fn listen(mut outbox: Outbox) {
    while let Outgoing::Text(_) = outbox.next().await {}
}
