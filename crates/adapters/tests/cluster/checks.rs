//! What must be so, whatever happens.

use crate::faults::Weather;
use crate::hall::Hall;
use crate::hub::Told;
use crate::node::Node;
use crate::world::World;
use headcount_core::{ConnectionId, Drift, Language, Measurement, StatusUpdate, UpdateReason};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// For how long nothing must have been wrong before every status has to be exact: a place that was handed over waits for
/// 30 s at the most, after the lease of who asked for it.
const SOUND_AFTER: Duration = Duration::from_secs(46);

/// After what time a node that has just started has to know the others, and they it.
const ACQUAINTED: Duration = Duration::from_millis(2_500);

/// How long an update is on its way from its count to the speaker: it is claimed in between.
const CLAIMING: Duration = Duration::from_millis(100);

/// What was told so far.
#[derive(Default)]
pub(crate) struct Speech {
    heard: usize,
    /// The last revision of each connection, and the languages that it was shown.
    speakers: BTreeMap<ConnectionId, (u64, BTreeSet<Language>)>,
    /// The same of all.
    all: (u64, BTreeSet<Language>),
}

impl World {
    /// Looks at everything that can be seen from outside.
    pub(crate) fn look(&self, speech: &mut Speech) {
        for node in self.slots.iter().filter_map(|slot| slot.node.as_ref()) {
            self.peek(node);
        }
        let news: Vec<Told> = self.log.lock().iter().skip(speech.heard).cloned().collect();
        let mut hall = self.hall.lock();
        for told in &news {
            speech.heard += 1;
            let Told { at, speaker, update } = told;
            hall.judge(&format!("the speaker {speaker:?}"), update, *at - CLAIMING, *at);
            speech.take(told, self.weather == Weather::Calm, &mut hall.wrong);
        }
    }

    fn peek(&self, node: &Arc<Node>) {
        let (hall, there, id) = (Arc::clone(&self.hall), Arc::clone(node), self.id.clone());
        node.spawn(async move {
            let since = Instant::now();
            let seen = there.service.peek_status(&id).await;
            let now = Instant::now();
            let mut hall = hall.lock();
            let acquainted = hall.started.is_none_or(|started| started + ACQUAINTED < since);
            let sound = acquainted && hall.truth.calm_for(SOUND_AFTER, since);
            match seen {
                Ok(Some(status)) => {
                    hall.judge(&format!("node {}", there.id), &status, since, now);
                    if sound && !status.status.exact {
                        hall.is_wrong(&format!("node {} is not exact, and nothing is wrong", there.id));
                    }
                }
                Ok(None) if sound => hall.is_wrong(&format!("node {} knows of no session", there.id)),
                Err(error) if sound => hall.is_wrong(&format!("node {} has no status: {error}", there.id)),
                Ok(None) | Err(_) => {}
            }
        });
    }

    /// After a long rest every node says the truth, the speaker has been told it, and nothing has drifted.
    pub(crate) async fn look_at_rest(&self, speech: &mut Speech) {
        for node in self.slots.iter().filter_map(|slot| slot.node.clone()) {
            let status = node.service.peek_status(&self.id).await;
            let now = Instant::now();
            let mut hall = self.hall.lock();
            match status {
                Ok(Some(status)) if status.status.exact => {
                    hall.judge_at_rest(&format!("node {}", node.id), &status, now);
                }
                other => hall.is_wrong(&format!("node {} is not exact at rest: {other:?}", node.id)),
            }
            let drifted = |drift: Drift| node.metrics.count(|seen| *seen == Measurement::Drifted { drift });
            if drifted(Drift::Count) > 0 {
                hall.is_wrong(&format!("the counts of node {} had drifted", node.id));
            }
            if self.weather == Weather::Calm && drifted(Drift::Published) + drifted(Drift::Heard) > 0 {
                hall.is_wrong(&format!("what node {} published or heard had drifted", node.id));
            }
        }
        self.look(speech);
        let last = self.log.lock().last().cloned();
        let mut hall = self.hall.lock();
        if let (Some(told), Some(_)) = (last, hall.speaker.at.as_ref()) {
            hall.judge_at_rest("the speaker at rest", &told.update, Instant::now());
        }
    }
}

impl Hall {
    pub(crate) fn is_wrong(&mut self, what: &str) {
        self.wrong.push(what.to_owned());
    }

    /// An exact status, made between `from` and `to`, has to be true.
    fn judge(&mut self, who: &str, status: &StatusUpdate, from: Instant, to: Instant) {
        self.judged.0 += 1;
        if !status.status.exact {
            return;
        }
        self.judged.1 += 1;
        let (all, languages) = self.truth.bounds(from, to);
        let count = status.status.listener_count();
        if count < all.least || count > all.most {
            self.is_wrong(&format!("{who} says {count} and exact, where there are {all:?}"));
        }
        let shown: BTreeMap<_, _> = status.status.distribution.iter().collect();
        for (language, count) in &shown {
            let most = languages.get(*language).map_or(0, |bounds| bounds.most);
            if *count > most {
                self.is_wrong(&format!(
                    "{who} says {count} for {language} and exact, where there are {most}"
                ));
            }
        }
        for (language, bounds) in &languages {
            let count = shown.get(language).copied().unwrap_or(0);
            if count < bounds.least {
                self.is_wrong(&format!(
                    "{who} says {count} for {language} and exact, where there are {bounds:?}"
                ));
            }
        }
    }

    fn judge_at_rest(&mut self, who: &str, status: &StatusUpdate, now: Instant) {
        let (all, _) = self.truth.bounds(now, now);
        if all.least != all.most {
            self.is_wrong(&format!("the simulation does not know the truth at rest: {all:?}"));
        }
        self.judge(who, status, now, now);
    }
}

impl Speech {
    /// Takes in an update: its revision is higher than the one before, and a language that is called new is.
    fn take(&mut self, told: &Told, undisturbed: bool, wrong: &mut Vec<String>) {
        let Told { speaker, update, .. } = told;
        let shown: BTreeSet<_> =
            update.status.distribution.iter().map(|(language, _)| language.clone()).collect();
        let of_one = self.speakers.entry(speaker.clone()).or_default();
        // While an engine is out of reach, two nodes may each believe to have the speaker.
        let memories = [Some(of_one), undisturbed.then_some(&mut self.all)];
        for (revision, known) in memories.into_iter().flatten() {
            if update.revision <= *revision {
                wrong.push(format!("{speaker:?} was told {} after {revision}", update.revision));
            }
            if update.reason == UpdateReason::NewLanguage && shown.is_subset(known) {
                wrong.push(format!("{speaker:?} was told of a new language, and knew {shown:?}"));
            }
            *revision = update.revision;
            known.extend(shown.iter().cloned());
        }
    }
}
