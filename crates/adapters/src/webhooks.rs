//! Tells others over HTTP what happens in sessions, signed as the Standard Webhooks specification has it, at least once
//! and in order.
//!
//! The way of an event: [`Webhooks::observe`] puts it into a bounded channel; the `intake` gives it the next sequence
//! of each target that wants it and has the [`Outbox`] keep it; only then it is in the target's `queue`, from which
//! the target's `postman` sends one after the other through its `client`.

mod address;
mod client;
mod dead_letters;
mod held;
mod intake;
mod line;
mod news;
mod postman;
mod queue;
mod resolver;
mod secret;
mod target;
mod trial;
mod trust;
mod verdict;

pub use client::Limits;
pub use line::Figures;
pub use queue::Room;
pub use resolver::{Resolver, SystemResolver};
pub use secret::{NotASecret, SigningSecret};
pub use target::{NotATarget, Permits, Target, Topic};
pub use trial::{Trial, try_out};
pub use trust::trust;
pub use verdict::Retries;

use crate::outbox::{Kept, Letter, Outbox};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use client::Client;
use dead_letters::DeadLetters;
use headcount_core::Event;
use headcount_core::ports::{Clock, HistoryStore, Observer, Rendering, StoreError};
use intake::{Intake, Slot};
use line::Line;
use postman::Postman;
use rand::RngExt;
use rustls::ClientConfig;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// How many events may be on their way to the outbox. One more is dropped, and seen as a gap in the sequence.
const MAX_ON_THE_WAY: usize = 10_000;

/// How webhooks are sent.
#[derive(Clone, Debug)]
pub struct Settings {
    /// To whom.
    pub targets: Vec<Target>,
    /// What is allowed beyond https and the public internet.
    pub permits: Permits,
    /// Whose certificates are believed, as of [`trust`].
    pub tls: Arc<ClientConfig>,
    /// How long one try may take.
    pub limits: Limits,
    /// When to try again.
    pub retries: Retries,
    /// How much may wait for one target.
    pub room: Room,
    /// The file of what was given up; `None` keeps nothing of it.
    pub dead_letters: Option<PathBuf>,
}

impl Settings {
    /// The usual ones, for `targets`.
    #[must_use]
    pub fn new(targets: Vec<Target>, permits: Permits, tls: Arc<ClientConfig>) -> Self {
        Self {
            targets,
            permits,
            tls,
            limits: Limits::default(),
            retries: Retries::default(),
            room: Room::default(),
            dead_letters: None,
        }
    }
}

/// What webhooks need of the world.
pub struct World {
    /// Where events are kept until they have arrived.
    pub outbox: Arc<dyn Outbox>,
    /// Writes statuses and signals as the wire has them.
    pub rendering: Arc<dyn Rendering>,
    /// What remains of a session that has ended.
    pub history: Arc<dyn HistoryStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where names lead.
    pub resolver: Arc<dyn Resolver>,
}

/// What all parts share.
struct Shared {
    outbox: Arc<dyn Outbox>,
    rendering: Arc<dyn Rendering>,
    history: Arc<dyn HistoryStore>,
    clock: Arc<dyn Clock>,
    dead: Arc<DeadLetters>,
    retries: Retries,
    source: String,
    /// Some queue has become shorter.
    more_room: Notify,
}

/// An observer that has others told.
pub struct Webhooks {
    events: mpsc::Sender<Event>,
    lines: Vec<Arc<Line>>,
}

/// What has to run for anything to be sent.
pub struct Dispatch {
    intake: Intake,
    postmen: Vec<Postman>,
    closing: watch::Sender<bool>,
}

impl Webhooks {
    /// Opens the outbox and makes everything ready; what was left in it is sent first, once [`Dispatch::run`] runs.
    ///
    /// # Errors
    /// The outbox cannot be used.
    pub async fn open(settings: Settings, world: World) -> Result<(Self, Dispatch), StoreError> {
        let World { outbox, rendering, history, clock, resolver } = world;
        let Kept { source, sequences, letters } = outbox.open(&new_source()).await?;
        let dead = Arc::new(DeadLetters::new(settings.dead_letters.clone()));
        let more_room = Notify::new();
        let retries = settings.retries;
        let shared = Shared { outbox, rendering, history, clock, dead, retries, source, more_room };
        let shared = Arc::new(shared);
        let (closing, closes) = watch::channel(false);
        let (mut lines, mut slots, mut postmen) = (Vec::new(), Vec::new(), Vec::new());
        for (index, target) in settings.targets.iter().enumerate() {
            let line = Arc::new(Line::new(index + 1, target, settings.room));
            let sequence = sequences.get(target.key()).copied().unwrap_or_default();
            slots.push(Slot { line: Arc::clone(&line), sequence, held: held::Held::default() });
            let tls = Arc::clone(&settings.tls);
            let resolver = Arc::clone(&resolver);
            postmen.push(Postman {
                line: Arc::clone(&line),
                client: Client::new(target.clone(), settings.permits, settings.limits, tls, resolver),
                secrets: target.secrets.clone(),
                shared: Arc::clone(&shared),
                closing: closes.clone(),
                failures: 0,
                refusing: false,
            });
            lines.push(line);
        }
        shared.resume(&lines, letters).await;
        let (sender, events) = mpsc::channel(MAX_ON_THE_WAY);
        let intake = Intake { events, slots, shared, unkept: Vec::new(), in_trouble: false };
        Ok((Self { events: sender, lines }, Dispatch { intake, postmen, closing }))
    }

    /// What can be counted, target by target.
    #[must_use]
    pub fn figures(&self) -> Vec<Figures> {
        self.lines.iter().map(|line| line.figures()).collect()
    }
}

impl Observer for Webhooks {
    fn observe(&self, event: &Event) {
        let Some(topic) = Topic::of(event) else { return };
        let mut wanting = self.lines.iter().filter(|line| line.wants(topic)).peekable();
        if wanting.peek().is_some() && self.events.try_send(event.clone()).is_err() {
            wanting.for_each(|line| line.lose());
        }
    }
}

impl Dispatch {
    /// Sends, until `stop` says by when it has to be over. What is handed over by then is tried until that moment or
    /// until a try fails; the outbox keeps the rest.
    pub async fn run(self, stop: oneshot::Receiver<Instant>) {
        let Self { intake, postmen, closing } = self;
        let mut delivering = JoinSet::new();
        for postman in postmen {
            delivering.spawn(postman.run());
        }
        let deadline = intake.run(stop).await.unwrap_or_else(Instant::now);
        closing.send_replace(true);
        let all = async { while delivering.join_next().await.is_some() {} };
        if timeout_at(deadline, all).await.is_err() {
            tracing::warn!("webhooks that could not be sent in time stay in the outbox");
        }
    }
}

impl Shared {
    /// Puts what was left in the outbox into the queues. What is addressed to nobody whom the configuration names has
    /// no way to go any more.
    async fn resume(&self, lines: &[Arc<Line>], letters: Vec<Letter>) {
        let (mut left, mut orphans) = (0_u64, 0_u64);
        for letter in letters {
            match lines.iter().find(|line| line.key == letter.target) {
                Some(line) => {
                    left += 1;
                    for dropped in line.queue.push(letter) {
                        line::count(&line.dropped);
                        self.outbox.forget(&dropped.target, dropped.sequence);
                    }
                }
                None => {
                    orphans += 1;
                    self.bury(0, letter.clone(), "its target is not configured any more").await;
                    self.outbox.forget(&letter.target, letter.sequence);
                }
            }
        }
        if left + orphans > 0 {
            tracing::info!(left, orphans, "webhooks left from before");
        }
    }

    /// Writes a letter down that was given up.
    async fn bury(&self, target: usize, letter: Letter, why: &str) {
        let (dead, now, why) = (Arc::clone(&self.dead), self.clock.now(), why.to_owned());
        let written = tokio::task::spawn_blocking(move || dead.add(target, &letter, &why, now)).await;
        if let Ok(Err(error)) = written {
            tracing::error!(webhook = target, %error, "a webhook that was given up could not be written down");
        }
    }
}

/// 128 random bits in base64url after `prefix`.
fn random_name(prefix: &str) -> String {
    let bits: [u8; 16] = rand::rng().random();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits))
}

/// A name for one delivery. The specification wants it unique and without a dot.
fn new_delivery() -> String {
    random_name("msg_")
}

/// A name for an outbox.
fn new_source() -> String {
    random_name("src_")
}
