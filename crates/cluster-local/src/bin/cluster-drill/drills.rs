//! The drills themselves: what goes wrong, and for how long.

use crate::args::{Args, Drill};
use crate::clock;
use crate::figures::{Figures, Span};
use crate::stage::{Stage, Trouble};
use headcount_cluster_local::{Client, Heard};
use headcount_protocol::received::Received;
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How often each node is asked for the status, and how often where that is what is measured.
const ASKED: u32 = 10;
const ASKED_OFTEN: u32 = 100;
/// How long a cluster may take to be right again.
const SETTLES_WITHIN: Duration = Duration::from_secs(90);
/// How long the status is asked for.
const HOLD: Duration = Duration::from_secs(20);
/// From one new language to the next: a speaker is told of changes once a second.
const GAP: Duration = Duration::from_millis(1_300);
/// How long the speaker may take to hear of one.
const HEARS_WITHIN: Duration = Duration::from_secs(5);
/// The node that is killed, or cut off. The speaker is on the first.
const VICTIM: usize = 1;

/// Holds one drill on a stage of its own.
pub(crate) async fn hold(drill: Drill, args: &Args) -> Result<Figures, Trouble> {
    let asked = if drill == Drill::Status { ASKED_OFTEN } else { ASKED };
    let mut stage = Stage::set(args, asked).await?;
    let before = stage.fleet.truth.lock().now();
    let began = clock::now();
    let mut delays = Vec::new();
    match drill {
        Drill::NewLanguage => delays = new_languages(&stage, args.rounds).await,
        Drill::Status => sleep(HOLD).await,
        _ => go_wrong(drill, &mut stage, Duration::from_secs(args.outage.into())).await?,
    }
    let over = clock::now();
    let absent = (drill == Drill::KillNode).then_some(VICTIM);
    // The new languages have listeners of their own, who are no part of the audience.
    let settled = drill == Drill::NewLanguage || stage.settled(SETTLES_WITHIN, absent).await;
    let state = (!settled).then(|| stage.state());
    Ok(Figures::of(drill, &stage, Span { began, over, absent }, &before, delays, state))
}

async fn go_wrong(drill: Drill, stage: &mut Stage, outage: Duration) -> Result<(), Trouble> {
    let cluster = &mut stage.cluster;
    match drill {
        Drill::KillNode => cluster.nodes[VICTIM].kill().await?,
        Drill::RedisRestart => cluster.redis.restart().await?,
        Drill::RedisStop => {
            cluster.redis.freeze()?;
            sleep(outage).await;
            cluster.redis.thaw()?;
        }
        Drill::Partition => {
            cluster.relays[VICTIM].cut();
            sleep(outage).await;
            cluster.relays[VICTIM].mend();
        }
        Drill::RollingRestart => {
            for node in &mut cluster.nodes {
                node.stop().await?;
                node.restart().await?;
            }
        }
        Drill::AllCut => stage.fleet.cut().await?,
        Drill::NewLanguage | Drill::Status => {}
    }
    Ok(())
}

/// Lets one listener after another join on another node than the speaker's, each in a language that is new. How long
/// each time it took from sending the join until the speaker was told, in microseconds; `None`: it was not.
async fn new_languages(stage: &Stage, rounds: u16) -> Vec<Option<u64>> {
    // Languages for private use (ISO 639-3), which no listener has.
    let tags = ('a'..='t').flat_map(|second| ('a'..='z').map(move |third| format!("q{second}{third}")));
    let (mut delays, mut listeners) = (Vec::new(), Vec::new());
    for tag in tags.take(rounds.into()) {
        sleep(GAP).await;
        let address = stage.cluster.nodes[VICTIM].address();
        let Ok(mut client) = Client::connect(address, &[]).await else {
            delays.push(None);
            continue;
        };
        let sent = clock::now();
        let session = &stage.speaker.session;
        client.say(&json!({ "action": "joinSession", "sessionId": session, "targetLanguage": tag })).await;
        let told = timeout(HEARS_WITHIN, told_of(stage, &tag)).await.ok();
        delays.push(told.map(|told| told.saturating_sub(sent)));
        // They stay, so that nothing but the next one changes.
        listeners.push(tokio::spawn(async move {
            while let Heard::Text(text) = client.hear().await {
                if matches!(Received::parse(&text), Ok(Received::SessionEnded { .. })) {
                    return;
                }
            }
        }));
    }
    listeners.iter().for_each(tokio::task::JoinHandle::abort);
    delays
}

/// When the speaker was first told of this language.
async fn told_of(stage: &Stage, tag: &str) -> u64 {
    const LOOK_EVERY: Duration = Duration::from_millis(2);
    loop {
        let at = {
            let notes = stage.speaker.notes.lock();
            let told = notes
                .told
                .iter()
                .rev()
                .take(3)
                .find(|told| told.status.language_distribution.iter().any(|(known, _)| known == tag));
            told.map(|told| told.at)
        };
        match at {
            Some(at) => return at,
            None => sleep(LOOK_EVERY).await,
        }
    }
}
