//! A whole worker against a server that does what the test says.

use super::*;
use crate::client::scripted::{Scripted, Visitor};
use crate::simulate::plan::tests::plan;
use std::collections::BTreeSet;
use tokio::io::{BufReader, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::task::JoinHandle;

const JOINED: &str = r#"{"type":"sessionJoined","sessionId":"golden-eagle-427","targetLanguage":"es","sourceLanguage":"en","connectionId":"c","qualityTier":"standard","listenerCount":1,"timestamp":1}"#;
const PAUSED: &str = r#"{"type":"broadcastPaused","sessionId":"golden-eagle-427","timestamp":1}"#;
const FULL: &str = r#"{"type":"error","code":"SESSION_FULL","message":"Full","timestamp":1}"#;

struct Driven {
    orders: WriteHalf<DuplexStream>,
    reports: Lines<BufReader<ReadHalf<DuplexStream>>>,
    worker: JoinHandle<Result<(), Failure>>,
}

impl Driven {
    async fn begin(server: &Scripted, listeners: u64) -> Self {
        let (ours, theirs) = duplex(1 << 16);
        let (input, output) = split(theirs);
        let worker = tokio::spawn(run(BufReader::new(input), output));
        let (reports, orders) = split(ours);
        let mut driven = Self { orders, reports: BufReader::new(reports).lines(), worker };
        let (host, port) = server.endpoint().host_and_port();
        let plan = Plan {
            url: server.endpoint().to_string(),
            target: format!("{host}:{port}").parse().unwrap(),
            start: Moment::now(),
            ramp: Duration::from_millis(100),
            hold: Duration::from_secs(60),
            churn_per_second: 0.0,
            listeners,
            ..plan(0, 1)
        };
        driven.tell(&Order::Begin(Box::new(plan))).await;
        driven
    }

    async fn tell(&mut self, order: &Order) {
        self.orders.write_all(pipe::line(order).as_bytes()).await.unwrap();
    }

    /// The next report that is not progress.
    async fn hear(&mut self) -> Report {
        loop {
            let line = self.reports.next_line().await.unwrap().unwrap();
            match serde_json::from_str(&line).unwrap() {
                Report::Progress(_) => {}
                report => return report,
            }
        }
    }

    async fn wait_for_joins(&mut self, joined: u64) {
        loop {
            let line = self.reports.next_line().await.unwrap().unwrap();
            if let Report::Progress(counts) = serde_json::from_str(&line).unwrap()
                && counts.joined == joined
            {
                return;
            }
        }
    }

    async fn done(mut self) -> Tally {
        self.tell(&Order::Stop).await;
        let Report::Done(tally) = self.hear().await else { panic!("another report") };
        self.worker.await.unwrap().unwrap();
        *tally
    }
}

async fn admit(server: &Scripted, listeners: u64) -> Vec<Visitor> {
    let mut visitors = Vec::new();
    for _ in 0..listeners {
        let mut visitor = server.accept().await;
        visitor.say(JOINED).await;
        visitors.push(visitor);
    }
    visitors
}

#[tokio::test]
async fn listeners_arrive_in_their_languages_and_leave_at_the_end() {
    let server = Scripted::start().await;
    let mut driven = Driven::begin(&server, 8).await;
    let visitors = admit(&server, 8).await;
    let languages: BTreeSet<_> =
        visitors.iter().map(|visitor| visitor.query["targetLanguage"].as_str()).collect();
    assert_eq!(languages, BTreeSet::from(["es", "fr"]));
    driven.wait_for_joins(8).await;
    let goodbyes = tokio::spawn(async move {
        for mut visitor in visitors {
            assert_eq!(visitor.hear().await, None);
        }
    });
    let tally = driven.done().await;
    goodbyes.await.unwrap();
    let counts = tally.counts;
    assert_eq!((counts.arrivals, counts.joined, counts.left, counts.failed), (8, 8, 8, 0));
    assert_eq!((tally.connect.count(), tally.join.count(), tally.generator_lag.count()), (8, 8, 8));
}

#[tokio::test]
async fn refusals_and_losses_are_counted_by_kind() {
    let server = Scripted::start().await;
    let mut driven = Driven::begin(&server, 3).await;
    server.answer(503, FULL).await;
    let mut refused = server.accept().await;
    refused.say(FULL).await;
    admit(&server, 1).await.remove(0).close(4408, "slow consumer").await;
    driven.wait_for_joins(1).await;
    let tally = driven.done().await;
    assert_eq!((tally.counts.failed, tally.counts.lost), (2, 1));
    let errors: Vec<_> = tally.errors.iter().collect();
    assert_eq!(
        errors,
        [
            ("closed: 4408 slow consumer", 1),
            ("join refused: SESSION_FULL", 1),
            ("refused: 503 SESSION_FULL", 1)
        ]
    );
}

#[tokio::test]
async fn a_pause_is_reported_when_all_have_heard_of_it() {
    let server = Scripted::start().await;
    let mut driven = Driven::begin(&server, 3).await;
    let mut visitors = admit(&server, 3).await;
    driven.wait_for_joins(3).await;
    driven.tell(&Order::ListenForPause).await;
    assert!(matches!(driven.hear().await, Report::Listening));
    let before = Moment::now();
    for visitor in &mut visitors[..2] {
        visitor.say(PAUSED).await;
    }
    // The third one goes before it hears of it, and is not waited for.
    visitors.remove(2).close(1001, "server going away").await;
    let Report::Pause { expected, heard } = driven.hear().await else { panic!("another report") };
    assert_eq!((expected, heard.len()), (2, 2));
    assert!(heard.iter().all(|at| *at > before));
}

#[tokio::test]
async fn those_who_vanish_say_no_word() {
    let server = Scripted::start().await;
    let mut driven = Driven::begin(&server, 2).await;
    let mut visitors = admit(&server, 2).await;
    driven.wait_for_joins(2).await;
    driven.tell(&Order::Vanish).await;
    assert!(matches!(driven.hear().await, Report::Vanished));
    for visitor in &mut visitors {
        assert!(visitor.breaks_off().await);
    }
    assert_eq!(driven.done().await.counts.left, 2);
}

#[tokio::test]
async fn a_worker_whose_master_is_gone_ends() {
    let server = Scripted::start().await;
    let driven = Driven::begin(&server, 1).await;
    let _visitors = admit(&server, 1).await;
    drop((driven.orders, driven.reports));
    assert!(driven.worker.await.unwrap().is_err(), "there is nobody to report to");
}

#[tokio::test]
async fn a_worker_is_not_for_people() {
    let failure = run(BufReader::new(&b"\"stop\"\n"[..]), tokio::io::sink()).await.unwrap_err();
    assert_eq!(failure.code(), 64);
}
