//! What a cluster costs its Redis, and how many joins go through one: a real server, some nodes in one process.
//!
//! `cargo bench -p headcount-adapters --features store-redis --bench redis`, which starts a `redis-server` of its own.

#![allow(clippy::unwrap_used, reason = "a bench stops where it finds an error")]

#[path = "../tests/redis/server.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod server;

use headcount_adapters::clock::SystemClock;
use headcount_adapters::store::cluster::{ClusterSettings, ClusterStore, Engine, Surroundings};
use headcount_adapters::store::redis::{RedisEngine, RedisSettings};
use headcount_core::cluster::NodeId;
use headcount_core::ports::{Admission, Clock, Departure, Joiner, PresenceStore, SessionStore, WantedRole};
use headcount_core::{ConnectionId, Language, SessionId, UpdateLedger};
use headcount_testkit::{RecordingAudience, RecordingMetrics, samples};
use server::Server;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// How long it may take until everybody counts everybody, after the last join.
const WITHIN: Duration = Duration::from_secs(30);

struct Node {
    engine: Arc<RedisEngine>,
    store: Arc<ClusterStore>,
    clock: Arc<SystemClock>,
}

impl Node {
    async fn new(url: &str, number: u64) -> Self {
        let id = NodeId::new(number);
        let settings = RedisSettings { time_limit: Duration::from_secs(5), ..RedisSettings::new(url) };
        let (engine, incoming) = RedisEngine::open(&settings, id).await.unwrap();
        let engine = Arc::new(engine);
        let parts = Engine {
            sessions: Arc::clone(&engine) as _,
            counts: Arc::clone(&engine) as _,
            accounts: Arc::clone(&engine) as _,
            bus: Arc::clone(&engine) as _,
        };
        let clock = Arc::new(SystemClock::default());
        let around = Surroundings {
            audience: Arc::new(RecordingAudience::default()),
            metrics: Arc::new(RecordingMetrics::default()),
            clock: Arc::clone(&clock) as _,
        };
        let store = Arc::new(ClusterStore::new(id, parts, ClusterSettings::default(), around));
        let running = Arc::clone(&store);
        tokio::spawn(async move { running.run(incoming, std::future::pending()).await });
        while !store.is_connected() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Self { engine, store, clock }
    }

    async fn join(&self, session: &SessionId, language: &Language) -> ConnectionId {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let connection = ConnectionId::parse(&format!("{number:022x}")).unwrap();
        let role =
            WantedRole::Listener { language: Some(language.clone()), resume: None, max_listeners: u64::MAX };
        let joiner =
            Joiner { connection: connection.clone(), session: session.clone(), role, now: self.clock.now() };
        let admitted = self.store.join(joiner).await.unwrap();
        assert!(matches!(admitted, Some(Admission::Joined(_))));
        connection
    }

    async fn count(&self, session: &SessionId) -> (u64, bool) {
        let counted = self.store.audience(session, self.clock.now()).await.unwrap().unwrap();
        (counted.distribution.listener_count(), counted.quality.is_exact())
    }
}

fn languages() -> Vec<Language> {
    ["es", "fr", "de", "pt-BR", "it", "pl", "ja", "ko", "zh-Hant", "ar"].map(samples::language).into()
}

async fn sessions(node: &Node, first: u64, how_many: u64) -> Vec<SessionId> {
    let mut made = Vec::new();
    for number in first..first + how_many {
        let mut session = samples::session(number);
        let now = node.clock.now();
        (session.created_at, session.updated_at) = (now, now);
        session.expires_at = now.plus(Duration::from_secs(3_600));
        made.push(session.id.clone());
        node.store.create(session, UpdateLedger::new(now)).await.unwrap();
    }
    made
}

/// A thousand changes a second on one node, half of them joins, for five seconds: commands a change.
async fn cost_of_a_change(node: &Node, sessions: &[SessionId]) -> f64 {
    let languages = languages();
    let mut there = Vec::new();
    let mut ticks = interval(Duration::from_millis(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (before, mut changes) = (node.engine.commands_sent(), 0_usize);
    for _ in 0..500 {
        ticks.tick().await;
        for _ in 0..5 {
            let session = &sessions[changes % sessions.len()];
            there.push(node.join(session, &languages[changes % languages.len()]).await);
            changes += 1;
        }
        let leavers = there.len() - 5..;
        for connection in there.drain(leavers) {
            node.store.leave(&connection, Departure::Final, node.clock.now()).await.unwrap();
            changes += 1;
        }
        // One of ten stays, so that the count is never the same.
        there.push(node.join(&sessions[changes % sessions.len()], &languages[0]).await);
        changes += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let cost = (node.engine.commands_sent() - before) as f64 / changes as f64;
    cost
}

/// `each` joins on each node as fast as they can, until every node counts all of them.
async fn joins_a_second(nodes: &[Arc<Node>], sessions: &[SessionId], each: u64) -> (f64, Duration) {
    let (start, languages) = (Instant::now(), languages());
    let mut tasks = JoinSet::new();
    for node in nodes {
        let (node, sessions, languages) = (Arc::clone(node), sessions.to_vec(), languages.clone());
        tasks.spawn(async move {
            for n in 0..usize::try_from(each).unwrap() {
                node.join(&sessions[n % sessions.len()], &languages[n / 7 % languages.len()]).await;
                if n % 64 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        });
    }
    tasks.join_all().await;
    let joined = start.elapsed();
    let all = each * nodes.len() as u64;
    for node in nodes {
        loop {
            let mut counted = 0;
            for session in sessions {
                counted += node.count(session).await.0;
            }
            if counted == all {
                break;
            }
            assert!(start.elapsed() < joined + WITHIN, "{counted} of {all} were ever counted");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let elapsed = start.elapsed();
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let rate = all as f64 / elapsed.as_secs_f64();
    (rate, elapsed - joined)
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` asks whether it starts.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let server = Server::start(&[]);
    let one = Node::new(&server.url(), 1).await;
    for (first, how_many) in [(0, 1), (100, 10)] {
        let made = sessions(&one, first, how_many).await;
        let cost = cost_of_a_change(&one, &made).await;
        println!("1,100 changes a second on one node, in {how_many} sessions: {cost:.3} commands a change");
    }
    drop(one);
    for nodes in [1, 3, 10] {
        let server = Server::start(&[]);
        let mut made = Vec::new();
        for number in 1..=nodes {
            made.push(Arc::new(Node::new(&server.url(), number).await));
        }
        let sessions = sessions(&made[0], 1_000, 10).await;
        let each = 300_000 / nodes;
        let (rate, last) = joins_a_second(&made, &sessions, each).await;
        let sent: u64 = made.iter().map(|node| node.engine.commands_sent()).sum();
        let used = server.cli(&["INFO", "memory"]);
        let used =
            used.lines().find_map(|line| line.strip_prefix("used_memory_human:")).unwrap_or("?").trim();
        println!(
            "{nodes} nodes, 10 sessions, {} joins: {rate:.0} a second, the last one counted everywhere after {last:.0?}; \
             {sent} commands, {used} of memory in Redis",
            each * nodes
        );
    }
}
