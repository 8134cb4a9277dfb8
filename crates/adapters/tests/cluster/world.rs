//! One simulation: three nodes on one engine, some listeners, one speaker, and what becomes of them under one seed.

use crate::checks::Speech;
use crate::clock::SkewedClock;
use crate::dice::Dice;
use crate::engine::ModelEngine;
use crate::faults::{Later, WEATHERS, Weather};
use crate::hall::{Client, Hall};
use crate::hub::Log;
use crate::node::Node;
use headcount_core::cluster::NodeId;
use headcount_core::ports::{Creation, SessionStore};
use headcount_core::{ConnectionId, Language, SessionId, UpdateLedger};
use headcount_testkit::samples;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const NODES: usize = 3;
const CLIENTS: usize = 10;
const LANGUAGES: [&str; 4] = ["de", "es", "fr", "ja"];

/// How long things happen for, and how long nothing does afterwards: longer than any lease and than whatever waits for
/// one.
const BUSY: Duration = Duration::from_secs(45);
const QUIET: Duration = Duration::from_secs(50);

/// One simulation.
pub(crate) struct World {
    pub(crate) weather: Weather,
    pub(crate) dice: Dice,
    pub(crate) engine: ModelEngine,
    pub(crate) id: SessionId,
    pub(crate) slots: Vec<Slot>,
    pub(crate) hall: Arc<Mutex<Hall>>,
    pub(crate) waiting: Vec<(Instant, Later)>,
    pub(crate) log: Log,
    start: Instant,
    nodes: u64,
    connections: u64,
}

/// Where a node runs, and the next one after it.
#[derive(Default)]
pub(crate) struct Slot {
    pub(crate) node: Option<Arc<Node>>,
    pub(crate) draining: bool,
    /// Something is wrong with its line.
    pub(crate) broken: bool,
}

/// How a simulation went.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) weather: Weather,
    /// What happened, line by line.
    pub(crate) story: Vec<String>,
    /// What must not be.
    pub(crate) wrong: Vec<String>,
    /// How many statuses were judged, and how many of them were exact.
    pub(crate) judged: (u64, u64),
    /// How many updates speakers got.
    pub(crate) told: usize,
}

/// Runs the simulation of `seed`, in a runtime of its own whose time goes by itself.
pub(crate) fn simulate(seed: u64) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(async { World::new(seed).run().await })
}

impl World {
    fn new(seed: u64) -> Self {
        let clients = (0..CLIENTS).map(|at| Client::new(language(at))).collect();
        let hall = Hall { clients, ..Hall::default() };
        Self {
            weather: WEATHERS[usize::try_from(seed % WEATHERS.len() as u64).unwrap()],
            dice: Dice::new(seed, 0),
            engine: ModelEngine::new(seed),
            id: samples::session_id(1),
            slots: (0..NODES).map(|_| Slot::default()).collect(),
            hall: Arc::new(Mutex::new(hall)),
            waiting: Vec::new(),
            log: Log::default(),
            start: Instant::now(),
            nodes: 0,
            connections: 0,
        }
    }

    async fn run(mut self) -> Outcome {
        (0..NODES).for_each(|slot| self.start(slot));
        sleep(Duration::from_millis(500)).await;
        self.create().await;
        let mut speech = Speech::default();
        let end = Instant::now() + BUSY;
        while Instant::now() < end && self.is_right() {
            self.step();
            sleep(self.dice.millis(1, 400)).await;
            self.catch_up().await;
            self.look(&mut speech);
        }
        self.come_to_rest(&mut speech).await;
        self.outcome()
    }

    async fn create(&self) {
        let Some(node) = self.some_node() else { return };
        let created = node.store.create(samples::session(1), UpdateLedger::new(samples::NOW)).await;
        assert_eq!(created.unwrap(), Creation::Created);
    }

    fn step(&mut self) {
        match self.dice.below(20) {
            0..14 => self.listener_acts(),
            14..18 => self.speaker_acts(),
            _ if self.dice.chance(40) => self.trouble_strikes(),
            _ => {}
        }
    }

    /// Everything is mended, and nobody does anything any more.
    async fn come_to_rest(&mut self, speech: &mut Speech) {
        self.note("all is mended".to_owned());
        (0..NODES).for_each(|slot| self.mend(slot));
        let end = Instant::now() + QUIET;
        while Instant::now() < end && self.is_right() {
            if self.hall.lock().speaker.at.is_none() && self.dice.chance(20) {
                self.speaker_acts();
            }
            sleep(self.dice.millis(500, 1_000)).await;
            self.catch_up().await;
            self.look(speech);
        }
        if self.is_right() {
            self.look_at_rest(speech).await;
        }
    }

    fn outcome(self) -> Outcome {
        self.slots.iter().filter_map(|slot| slot.node.as_ref()).for_each(|node| node.kill());
        let mut hall = self.hall.lock();
        let (story, wrong) = (std::mem::take(&mut hall.story), std::mem::take(&mut hall.wrong));
        Outcome { weather: self.weather, story, wrong, judged: hall.judged, told: self.log.lock().len() }
    }

    fn is_right(&self) -> bool {
        self.hall.lock().wrong.is_empty()
    }

    /// Starts a node where none is.
    pub(crate) fn start(&mut self, slot: usize) {
        if self.slots[slot].node.is_some() {
            return;
        }
        self.nodes += 1;
        let ahead = i64::try_from(self.dice.below(400)).unwrap_or(0) - 200;
        let clock = SkewedClock::new(self.start, ahead);
        let id = NodeId::new(self.nodes);
        self.note(format!("node {id} starts"));
        self.hall.lock().started = Some(Instant::now());
        self.slots[slot].node = Some(Node::start(id, &self.engine, clock, &self.log));
    }

    pub(crate) fn later(&mut self, after: Duration, what: Later) {
        self.waiting.push((Instant::now() + after, what));
    }

    /// Writes down what happens.
    pub(crate) fn note(&self, what: String) {
        let at = self.start.elapsed().as_millis();
        self.hall.lock().story.push(format!("{at:>6} {what}"));
    }

    pub(crate) fn alive(&self) -> usize {
        self.slots.iter().filter(|slot| slot.node.is_some() && !slot.draining).count()
    }

    /// A node that takes connections.
    pub(crate) fn some_node(&self) -> Option<Arc<Node>> {
        let open = self.slots.iter().filter(|slot| !slot.draining);
        self.dice.pick(&open.filter_map(|slot| slot.node.clone()).collect::<Vec<_>>())
    }

    pub(crate) fn some_slot(&self) -> Option<usize> {
        self.dice.pick(&(0..NODES).collect::<Vec<_>>())
    }

    pub(crate) fn some_language(&self) -> Language {
        language(usize::try_from(self.dice.below(LANGUAGES.len() as u64)).unwrap())
    }

    pub(crate) const fn clients(&self) -> usize {
        CLIENTS
    }

    pub(crate) fn new_connection(&mut self) -> ConnectionId {
        self.connections += 1;
        samples::connection(&format!("c{}", self.connections))
    }
}

fn language(at: usize) -> Language {
    samples::language(LANGUAGES[at % LANGUAGES.len()])
}
