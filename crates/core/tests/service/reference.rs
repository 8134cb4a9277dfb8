//! What the speaker is to be told, written once more from the page of rules and from nothing else.
//!
//! Slow and plain: time goes by in ticks, and at every tick everything is looked at anew.

use headcount_core::UpdateReason;
use std::collections::{BTreeMap, BTreeSet};

/// The least time in a history, in milliseconds; everything in it happens at a multiple of it.
pub(crate) const TICK: u64 = 50;
const PERIOD: u64 = 30_000;
const THRESHOLD: u64 = 10;
const RECONNECT_GRACE: u64 = 5_000;
const SPEAKER_GRACE: u64 = 30_000;

/// The tag that is never new.
pub(crate) const UNKNOWN: &str = "unknown";

/// One message to the speaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) at: u64,
    pub(crate) reason: UpdateReason,
    pub(crate) languages: BTreeMap<String, u64>,
}

struct Listener {
    tag: &'static str,
    gone_by: Option<u64>,
}

/// The session as the rules have it. Times are milliseconds since its creation.
pub(crate) struct Reference {
    gap: u64,
    now: u64,
    listeners: BTreeMap<usize, Listener>,
    /// `None` while a speaker is attached.
    speaker_gone_by: Option<u64>,
    last_count: u64,
    last_told: u64,
    last_triggered: Option<u64>,
    announced: BTreeSet<String>,
    told: Vec<Told>,
    ended: bool,
}

impl Reference {
    pub(crate) fn new(gap: u64) -> Self {
        Self {
            gap,
            now: 0,
            listeners: BTreeMap::new(),
            speaker_gone_by: None,
            last_count: 0,
            last_told: 0,
            last_triggered: None,
            announced: BTreeSet::new(),
            told: Vec::new(),
            ended: false,
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    pub(crate) fn has_speaker(&self) -> bool {
        self.speaker_gone_by.is_none()
    }

    pub(crate) fn count(&self) -> u64 {
        self.listeners.len() as u64
    }

    /// Whether that listener counts, and whether it is connected.
    pub(crate) fn state(&self, listener: usize) -> (bool, bool) {
        let found = self.listeners.get(&listener);
        (found.is_some(), found.is_some_and(|listener| listener.gone_by.is_none()))
    }

    pub(crate) fn take_told(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    pub(crate) fn join(&mut self, listener: usize, tag: &'static str) {
        self.listeners.insert(listener, Listener { tag, gone_by: None });
        self.look();
    }

    pub(crate) fn resume(&mut self, listener: usize, tag: Option<&'static str>) {
        let place = self.listeners.get_mut(&listener).unwrap();
        place.gone_by = None;
        place.tag = tag.unwrap_or(place.tag);
        self.look();
    }

    pub(crate) fn leave(&mut self, listener: usize) {
        self.listeners.remove(&listener);
        self.look();
    }

    pub(crate) fn cut(&mut self, listener: usize) {
        self.listeners.get_mut(&listener).unwrap().gone_by = Some(self.now + RECONNECT_GRACE);
        self.look();
    }

    pub(crate) fn ask(&mut self) {
        self.tell(UpdateReason::Requested);
    }

    pub(crate) fn lose_speaker(&mut self) {
        self.speaker_gone_by = Some(self.now + SPEAKER_GRACE);
    }

    pub(crate) fn attach_speaker(&mut self) {
        self.speaker_gone_by = None;
        self.tell(self.reason().unwrap_or(UpdateReason::Periodic));
    }

    pub(crate) fn wait(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.now += TICK;
            self.ended |= self.speaker_gone_by.is_some_and(|by| by <= self.now);
            if self.ended {
                continue;
            }
            let now = self.now;
            self.listeners.retain(|_, listener| listener.gone_by.is_none_or(|by| by > now));
            self.look();
        }
    }

    fn look(&mut self) {
        if let (true, Some(reason)) = (self.has_speaker(), self.reason()) {
            self.tell(reason);
        }
    }

    fn languages(&self) -> BTreeMap<String, u64> {
        let mut languages = BTreeMap::new();
        for listener in self.listeners.values() {
            *languages.entry(listener.tag.to_owned()).or_default() += 1;
        }
        languages
    }

    fn reason(&self) -> Option<UpdateReason> {
        let gap_is_over = self.last_triggered.is_none_or(|last| self.now >= last + self.gap);
        let is_new = |tag: &String| tag != UNKNOWN && !self.announced.contains(tag);
        let (was, is) = (self.last_count, self.count());
        if gap_is_over && self.languages().keys().any(is_new) {
            Some(UpdateReason::NewLanguage)
        } else if gap_is_over && was.abs_diff(is) * 100 > THRESHOLD * was {
            Some(UpdateReason::ListenerCountChange)
        } else {
            (self.now >= self.last_told + PERIOD).then_some(UpdateReason::Periodic)
        }
    }

    fn tell(&mut self, reason: UpdateReason) {
        let languages = self.languages();
        self.announced.extend(languages.keys().cloned());
        (self.last_count, self.last_told) = (self.count(), self.now);
        if matches!(reason, UpdateReason::NewLanguage | UpdateReason::ListenerCountChange) {
            self.last_triggered = Some(self.now);
        }
        self.told.push(Told { at: self.now, reason, languages });
    }
}
