//! A model of the engine that nodes share: everything in memory, with the faults that a network and its machines have.
//!
//! Each node has a line of its own. A call takes a moment there and a moment back; its effect is atomic. What the engine
//! passes on takes a while, too, and comes in order within one channel, in any order between them. A line can be cut
//! (calls hang, or are refused; what is said meanwhile is lost), deaf or dumb only, slow, or lose answers of calls that
//! had their effect. The engine itself can lose everything, or go back to what it was a moment ago.

mod accounts;
mod bus;
mod counts;
mod line;
mod records;
mod sessions;

pub(crate) use line::Calls;

use crate::dice::Dice;
use adapters::store::cluster::{Engine, Incoming};
use headcount_adapters as adapters;
use headcount_core::cluster::NodeId;
use headcount_core::ports::StoreError;
use line::{Channel, Line};
use parking_lot::Mutex;
use records::Records;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};

/// How long a call waits for its answer.
pub(crate) const TIME_LIMIT: Duration = Duration::from_millis(500);

/// What all nodes share.
#[derive(Clone)]
pub(crate) struct ModelEngine(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    dice: Dice,
}

struct State {
    records: Records,
    lines: BTreeMap<NodeId, Line>,
    /// As it was when a replica last heard of it.
    replica: Option<Records>,
}

/// The engine as one node sees it.
#[derive(Clone)]
pub(crate) struct Port {
    engine: ModelEngine,
    node: NodeId,
}

/// What an effect has the engine pass on.
type Outbox = Vec<(Channel, Incoming)>;

impl ModelEngine {
    pub(crate) fn new(seed: u64) -> Self {
        let state = State { records: Records::new(), lines: BTreeMap::new(), replica: None };
        Self(Arc::new(Inner { state: Mutex::new(state), dice: Dice::new(seed, 1) }))
    }

    /// The engine for `node`, which is connected from now on.
    pub(crate) fn port(&self, node: NodeId) -> Engine {
        let mut line = Line::default();
        line.say(Incoming::Connected, Instant::now());
        self.0.state.lock().lines.insert(node, line);
        Engine::of(Port { engine: self.clone(), node })
    }

    /// Waits for what the engine passes on to `node` next.
    pub(crate) async fn next(&self, node: NodeId) -> Incoming {
        loop {
            let (due, news) = {
                let mut state = self.0.state.lock();
                let line = state.lines.entry(node).or_default();
                (line.pop(Instant::now()), Arc::clone(&line.news))
            };
            match due {
                Ok(incoming) => return incoming,
                Err(at) => wait(&news, at).await,
            }
        }
    }

    /// Changes the line of `node`.
    pub(crate) fn change(&self, node: NodeId, change: impl FnOnce(&mut Line, &Dice)) {
        if let Some(line) = self.0.state.lock().lines.get_mut(&node) {
            change(line, &self.0.dice);
        }
    }

    /// `node` is no more. Its lease is, until it is over.
    pub(crate) fn forget(&self, node: NodeId) {
        self.0.state.lock().lines.remove(&node);
    }

    /// Everything is lost, as if the engine had been started anew without its disk. Connections stay.
    pub(crate) fn empty(&self) {
        let mut state = self.0.state.lock();
        let epoch = state.records.epoch + 1;
        state.records = Records { epoch, ..Records::new() };
        state.replica = None;
    }

    /// From here on the replica lags.
    pub(crate) fn replicate(&self) {
        let mut state = self.0.state.lock();
        state.replica = Some(state.records.clone());
    }

    /// The replica takes over: what happened since is lost, and so are all connections for a moment.
    pub(crate) fn fail_over(&self) {
        let mut state = self.0.state.lock();
        let Some(replica) = state.replica.take() else { return };
        state.records = replica;
        for line in state.lines.values_mut() {
            line.break_off(&self.0.dice);
        }
    }

    fn pass_on(&self, state: &mut State, outbox: Outbox) {
        for (channel, incoming) in outbox {
            for (node, line) in &mut state.lines {
                line.pass_on(*node, &channel, &incoming, &self.0.dice);
            }
        }
    }
}

impl Port {
    /// Calls the engine: whatever `effect` does there, it does at one moment.
    async fn call<T: Send>(
        &self,
        effect: impl FnOnce(&mut Records, &mut Outbox) -> T + Send,
    ) -> Result<T, StoreError> {
        let inner = &self.engine.0;
        let started = Instant::now();
        let (there, back) = {
            let state = inner.state.lock();
            let line = state.lines.get(&self.node).ok_or_else(unavailable)?;
            (line.delay(&inner.dice), line.delay(&inner.dice))
        };
        sleep(there).await;
        let done = {
            let mut state = inner.state.lock();
            match state.lines.get(&self.node).map_or(Calls::Refused, |line| line.calls) {
                Calls::Refused => return Err(unavailable()),
                Calls::Hang => None,
                Calls::Answered => {
                    let mut outbox = Outbox::new();
                    let result = effect(&mut state.records, &mut outbox);
                    self.engine.pass_on(&mut state, outbox);
                    let lost =
                        state.lines.get(&self.node).is_none_or(|line| inner.dice.chance(line.lost_answers));
                    (!lost).then_some(result)
                }
            }
        };
        if done.is_some() {
            sleep(back).await;
        }
        let comes_back =
            inner.state.lock().lines.get(&self.node).is_some_and(|line| line.calls == Calls::Answered);
        match done.filter(|_| comes_back && started.elapsed() < TIME_LIMIT) {
            Some(result) => Ok(result),
            None => {
                sleep(TIME_LIMIT.saturating_sub(started.elapsed())).await;
                Err(unavailable())
            }
        }
    }
}

async fn wait(news: &Notify, until: Option<Instant>) {
    match until {
        None => news.notified().await,
        Some(at) => drop(timeout_at(at, news.notified()).await),
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable("the engine does not answer".to_owned())
}
