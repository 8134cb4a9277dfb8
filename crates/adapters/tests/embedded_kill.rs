//! What was acknowledged is there after `kill -9`.
//!
//! The test starts itself as a second process, which creates sessions and announces languages and says so on its
//! standard output, line by line, each after the store has answered. That process is killed in the middle of it.
//! To be that process it needs a `main` of its own; for the rest it answers to test runners as any test does.

#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_adapters::store::{EmbeddedSettings, EmbeddedStore};
use headcount_core::ports::{Claim, LedgerStore, SessionStore};
use headcount_core::{BroadcastChange, SessionChange, UpdateLedger};
use headcount_testkit::samples;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const NAME: &str = "what_was_acknowledged_survives_a_kill";
/// The first argument of the process that is to be killed; the second one is its directory.
const VICTIM: &str = "--victim";
/// How many acknowledgements to wait for.
const LINES: usize = 300;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let filters = || arguments.iter().filter(|argument| !argument.starts_with('-'));
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    match arguments.as_slice() {
        [first, directory] if first == VICTIM => victim(Path::new(directory)),
        _ if has("--list") && has("--ignored") => {}
        _ if has("--list") => println!("{NAME}: test"),
        _ if filters().next().is_none() || filters().any(|filter| NAME.contains(filter.as_str())) => {
            what_was_acknowledged_survives_a_kill();
            println!("test {NAME} ... ok");
        }
        _ => {}
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

fn open(directory: &Path) -> EmbeddedStore {
    EmbeddedStore::open(directory, EmbeddedSettings::default(), samples::NOW).unwrap()
}

/// Works until it is killed.
fn victim(directory: &Path) {
    let store = open(directory);
    let mut out = std::io::stdout().lock();
    runtime().block_on(async {
        for n in 0.. {
            let id = samples::session_id(n);
            store.create(samples::session(n), UpdateLedger::new(samples::NOW)).await.unwrap();
            writeln!(out, "created {n}").unwrap();
            let told = UpdateLedger::new(samples::NOW);
            let told =
                UpdateLedger::from_parts(1, n, told.last_told(), None, [samples::language("es")].into());
            assert_eq!(store.advance(&id, told).await.unwrap(), Claim::Won);
            writeln!(out, "announced {n}").unwrap();
            let pause =
                SessionChange::Broadcast(BroadcastChange { is_paused: Some(true), ..Default::default() });
            store.update(&id, &pause, samples::at(1)).await.unwrap().unwrap();
            writeln!(out, "paused {n}").unwrap();
        }
    });
}

fn what_was_acknowledged_survives_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .arg(VICTIM)
        .arg(directory.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let mut acknowledged: Vec<String> = lines.by_ref().take(LINES).map(Result::unwrap).collect();
    // SIGKILL, which nobody can catch.
    victim.kill().unwrap();
    victim.wait().unwrap();
    acknowledged.extend(lines.map_while(Result::ok));
    assert!(acknowledged.len() >= LINES, "it stopped by itself after {}", acknowledged.len());

    let store = open(directory.path());
    runtime().block_on(async {
        for line in acknowledged {
            let (what, n) = line.split_once(' ').unwrap();
            let id = samples::session_id(n.parse().unwrap());
            let session =
                store.session(&id).await.unwrap().unwrap_or_else(|| panic!("{line}, but it is lost"));
            let ledger = store.ledger(&id).await.unwrap().unwrap();
            match what {
                "created" => assert_eq!(session.created_at, samples::NOW),
                "announced" => assert!(ledger.announced().contains(&samples::language("es")), "{line}"),
                "paused" => assert!(session.broadcast.is_paused, "{line}"),
                other => panic!("who said {other}?"),
            }
        }
    });
}
