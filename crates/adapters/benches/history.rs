//! What it costs to keep a history and to look for signals: joins, leaves and changes of language of a large session,
//! in a store that keeps none beside one that does, and in that one with every change looked at for signals.
//!
//! `cargo bench -p headcount-adapters --features store-memory --bench history`
//!
//! The three take turns, a batch each, so that whatever else the machine does falls on all of them alike, and each batch is
//! compared with the one of the same round. What is printed is the median of those ratios and the middle half of them.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench says what it found, or stops")]

use headcount_adapters::store::MemoryStore;
use headcount_core::ports::{
    Admission, Departure, HistoryStore, Joiner, PresenceStore, SessionStore, WantedRole,
};
use headcount_core::{ConnectionId, Language, SessionId, SignalRules, Timestamp, UpdateLedger};
use headcount_testkit::samples;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

const LISTENERS: usize = 100_000;
const BATCH: usize = 2_000;
const ROUNDS: usize = 1_500;
/// From one change to the next: 2,000 joins a second and more are what a hall does at its doors.
const PACE_MICROS: u64 = 250;

/// The outcome of `future`, which never waits: it asks a store in memory.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("a store in memory never waits"),
    }
}

/// Connection ids as the server makes them: 22 characters.
fn connection(n: usize) -> ConnectionId {
    ConnectionId::parse(&format!("{:022x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).unwrap()
}

/// A session under load.
struct Hall {
    store: MemoryStore,
    id: SessionId,
    languages: Vec<Language>,
    newcomers: Vec<ConnectionId>,
    rules: Option<SignalRules>,
    changes: u64,
}

impl Hall {
    fn new(store: MemoryStore, rules: Option<SignalRules>) -> Self {
        let tags = ["es", "fr", "de", "pt-BR", "it", "pl", "ja", "ko", "zh-Hant", "ar"];
        ready(store.create(samples::session(0), UpdateLedger::new(samples::NOW))).unwrap();
        let newcomers = (LISTENERS..LISTENERS + BATCH).map(connection).collect();
        let languages = tags.map(samples::language).into();
        let mut hall = Self { store, id: samples::session_id(0), languages, newcomers, rules, changes: 0 };
        (0..LISTENERS).for_each(|n| hall.join(connection(n), n));
        hall
    }

    fn now(&mut self) -> Timestamp {
        self.changes += 1;
        samples::at(self.changes * PACE_MICROS / 1_000)
    }

    fn join(&mut self, connection: ConnectionId, n: usize) {
        let language = Some(self.languages[n % self.languages.len()].clone());
        let role = WantedRole::Listener { language, resume: None, max_listeners: u64::MAX };
        let now = self.now();
        let joiner = Joiner { connection, session: self.id.clone(), role, now };
        assert!(matches!(ready(self.store.join(joiner)), Ok(Some(Admission::Joined(_)))));
        self.look(now);
    }

    /// Looks for signals, as the service does after each change.
    fn look(&self, now: Timestamp) {
        if let Some(rules) = &self.rules {
            assert!(self.store.signals(&self.id, rules, now).signals.is_empty());
        }
    }

    /// Has the newcomers do one thing, and says how many nanoseconds that took for each of them.
    fn batch(&mut self, deed: Deed, turn: usize) -> f64 {
        let newcomers = self.newcomers.clone();
        let start = Instant::now();
        for (n, id) in newcomers.into_iter().enumerate() {
            match deed {
                Deed::Join => self.join(id, n),
                Deed::Switch => {
                    let now = self.now();
                    let language = &self.languages[(n + turn + 1) % self.languages.len()];
                    ready(self.store.switch_language(&id, language, now)).unwrap();
                    self.look(now);
                }
                Deed::Leave => {
                    let now = self.now();
                    ready(self.store.leave(&id, Departure::Final, now)).unwrap();
                    self.look(now);
                }
            }
        }
        start.elapsed().as_nanos() as f64 / BATCH as f64
    }
}

#[derive(Clone, Copy)]
enum Deed {
    Join,
    Switch,
    Leave,
}

const DEEDS: [(Deed, &str); 3] = [(Deed::Join, "join"), (Deed::Switch, "switch"), (Deed::Leave, "leave")];

/// The lower quartile, the median and the upper quartile.
fn quartiles(mut figures: Vec<f64>) -> [f64; 3] {
    figures.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| figures[figures.len() * quarter / 4])
}

fn compare(name: &str, figures: &[Vec<f64>], base: usize, with: usize) {
    let ratios = figures.iter().map(|round| (round[with] / round[base] - 1.0) * 100.0).collect();
    let [low, median, high] = quartiles(ratios);
    let [_, before, _] = quartiles(figures.iter().map(|round| round[base]).collect());
    println!("{name:24} {before:7.0} ns and {median:+6.1} %   ({low:+.1} to {high:+.1})");
}

fn main() {
    let mut halls = [
        Hall::new(MemoryStore::without_history(), None),
        Hall::new(MemoryStore::new(), None),
        Hall::new(MemoryStore::new(), Some(SignalRules::default())),
    ];
    // As a test, without `--bench`, it only shows that it runs.
    let rounds = if std::env::args().any(|arg| arg == "--bench") { ROUNDS } else { 1 };
    let mut figures = DEEDS.map(|_| Vec::with_capacity(rounds));
    for turn in 0..rounds {
        for (place, (deed, _)) in DEEDS.into_iter().enumerate() {
            let mut round = vec![0.0; halls.len()];
            // Each begins a round as often as the others.
            for step in 0..halls.len() {
                let which = (turn + step) % halls.len();
                round[which] = halls[which].batch(deed, turn);
            }
            figures[place].push(round);
        }
    }
    for ((_, name), figures) in DEEDS.iter().zip(&figures) {
        compare(&format!("{name}, history"), figures, 0, 1);
        compare(&format!("{name}, signals"), figures, 1, 2);
    }
    let both = |place: usize| -> Vec<Vec<f64>> {
        let pairs = figures[0].iter().zip(&figures[2]);
        pairs.map(|(join, leave)| (0..=place).map(|hall| join[hall] + leave[hall]).collect()).collect()
    };
    compare("join and leave, history", &both(2), 0, 1);
    compare("join and leave, signals", &both(2), 1, 2);
}
