//! What happened in a room, for a report: the totals, and the steps of the timeline that are not written down
//! elsewhere yet.

use headcount_core::{
    Attendance, BroadcastState, Findings, Language, LanguageDistribution, Signal, SignalRules, Signals,
    StatusUpdate, Step, TallyIndex, Timeline, Timestamp,
};
use std::collections::VecDeque;
#[cfg(feature = "store-embedded")]
use std::time::Duration;

/// The record of one session.
pub(in crate::store) struct Chronicle {
    pub(in crate::store) attendance: Attendance,
    timeline: Timeline,
    signals: Signals,
    broadcast: BroadcastState,
    steps: VecDeque<Step>,
    /// The number of the next step; those in memory have the ones before it.
    next: u64,
    /// About how many bytes all steps so far come to on disk.
    size: u64,
    /// Whether what happens is kept at all.
    keeps: bool,
}

impl Chronicle {
    /// How many bytes the steps of a session may come to, as they are written on disk, before updates are no longer kept
    /// apart: some 20 hours of an update every two seconds in ten languages. What is counted goes on, so a busy session
    /// of 60 languages comes to 10 MB in twelve hours at the most.
    const ROOM: u64 = 4_000_000;

    /// How many steps are in memory at the most. Beyond that the two oldest of a series become one, so the curve is
    /// coarser where it is oldest and wrong nowhere.
    const MAX_STEPS: usize = 65_536;

    /// The record of a session that begins.
    pub(in crate::store) fn new(created_at: Timestamp, broadcast: BroadcastState) -> Self {
        Self::recovered(Attendance::new(created_at), Timeline::default(), broadcast, (0, 0))
    }

    /// A record as it was written down: how many steps it has, and about how many bytes they come to.
    pub(in crate::store) fn recovered(
        attendance: Attendance,
        timeline: Timeline,
        broadcast: BroadcastState,
        (next, size): (u64, u64),
    ) -> Self {
        Self {
            attendance,
            timeline,
            signals: Signals::default(),
            broadcast,
            steps: VecDeque::new(),
            next,
            size,
            keeps: true,
        }
    }

    /// From now on nothing is kept.
    pub(in crate::store) const fn stop(&mut self) {
        self.keeps = false;
    }

    /// Whether what happens is kept.
    pub(super) const fn keeps(&self) -> bool {
        self.keeps
    }

    /// A listener came, and `audience` has it already. Where it is counted, and how many are counted there.
    pub(super) fn joined(
        &mut self,
        counted_as: &Language,
        audience: &LanguageDistribution,
        now: Timestamp,
    ) -> (TallyIndex, u64) {
        match self.keeps {
            true => self.attendance.joined(counted_as, now),
            false => (TallyIndex::default(), audience.count(counted_as)),
        }
    }

    /// A listener that was counted at `tally` is gone.
    pub(super) fn left(&mut self, tally: TallyIndex, now: Timestamp) {
        if self.keeps {
            self.attendance.left_from(tally, now);
        }
    }

    /// A listener that was counted at `tally` hears another language, and `audience` has it there already. Where it is
    /// counted, and how many are counted there.
    pub(super) fn switched(
        &mut self,
        tally: TallyIndex,
        counted_as: &Language,
        audience: &LanguageDistribution,
        now: Timestamp,
    ) -> (TallyIndex, u64) {
        match self.keeps {
            true => self.attendance.switched_from(tally, counted_as, now),
            false => (tally, audience.count(counted_as)),
        }
    }

    /// A listener came from another node. Where it is counted.
    #[cfg(feature = "store-cluster")]
    pub(super) fn moved_in(&mut self, counted_as: &Language, now: Timestamp) -> TallyIndex {
        if self.keeps { self.attendance.moved_in(counted_as, now) } else { TallyIndex::default() }
    }

    /// A listener that was counted at `tally` has gone to another node.
    #[cfg(feature = "store-cluster")]
    pub(super) fn moved_out(&mut self, tally: TallyIndex, now: Timestamp) {
        if self.keeps {
            self.attendance.moved_out(tally, now);
        }
    }

    /// A listener took its place again.
    pub(super) fn resumed(&mut self) {
        if self.keeps {
            self.attendance.resumed();
        }
    }

    /// The audience is about to change.
    pub(super) fn before(&mut self, now: Timestamp, audience: &LanguageDistribution) {
        if !self.keeps {
            return;
        }
        self.signals.before(now, audience);
        let step = self.timeline.before(now, audience.iter(), &self.broadcast);
        self.keep(step);
    }

    /// Looks for what is to be signalled at `now`, with `audience` as it is.
    pub(super) fn signals(
        &mut self,
        rules: &SignalRules,
        now: Timestamp,
        audience: &LanguageDistribution,
    ) -> Findings {
        self.signals.look(rules, &mut self.attendance, audience, now)
    }

    /// Notes that somebody asked for a language that is not served; the signal, where it is the first time.
    pub(super) fn asked_in_vain(&mut self, language: &Language) -> Option<Signal> {
        if self.keeps { self.attendance.signals.asked_in_vain(language) } else { None }
    }

    /// The broadcast changed to `broadcast` at `now`.
    pub(super) fn steered(
        &mut self,
        now: Timestamp,
        audience: &LanguageDistribution,
        broadcast: BroadcastState,
    ) {
        if broadcast != self.broadcast {
            self.before(now, audience);
            self.broadcast = broadcast;
        }
    }

    /// The speaker is being told `update`.
    pub(super) fn told(&mut self, update: &StatusUpdate) {
        if self.keeps && self.size < Self::ROOM {
            let step = self.timeline.told(update);
            self.keep(step);
        }
    }

    /// The number of the first step in memory, and all of them; as the last one what is true of `audience`, if no step
    /// says it yet.
    pub(super) fn steps(&self, audience: &LanguageDistribution) -> (u64, Vec<Step>) {
        let unsaid = self.timeline.clone().flush(audience.iter(), &self.broadcast);
        (self.first(), self.steps.iter().cloned().chain(unsaid).collect())
    }

    /// The number of the first step in memory, and all of them.
    pub(in crate::store) fn written(&self) -> (u64, Vec<Step>) {
        (self.first(), self.steps.iter().cloned().collect())
    }

    /// When the last change was made that no step says yet.
    pub(in crate::store) const fn pending(&self) -> Option<Timestamp> {
        self.timeline.pending()
    }

    /// About how many bytes all steps so far come to on disk.
    pub(in crate::store) const fn size(&self) -> u64 {
        self.size
    }

    /// Steps before the one of that number are written down elsewhere.
    pub(in crate::store) fn saved(&mut self, before: u64) {
        let saved = usize::try_from(before.saturating_sub(self.first())).unwrap_or(usize::MAX);
        self.steps.drain(..saved.min(self.steps.len()));
    }

    /// Whoever listened was gone when the process died, at `at` or after the last change, whichever is later.
    #[cfg(feature = "store-embedded")]
    pub(in crate::store) fn abandoned(&mut self, at: Timestamp) {
        let at = at.max(self.attendance.total.since);
        let present: LanguageDistribution =
            self.attendance.languages.iter().map(|(language, tally)| (language, tally.count)).collect();
        if present.listener_count() > 0 {
            // They were still there at that moment, and that must not fall into one slot with their absence.
            let step = self.timeline.flush(present.iter(), &self.broadcast);
            self.keep(step);
            self.before(at.plus(Duration::from_millis(1)), &present);
            self.attendance.abandoned(at);
            // It was the process that went, not they.
            self.signals = Signals::default();
        }
    }

    fn first(&self) -> u64 {
        self.next - self.steps.len() as u64
    }

    fn merge_oldest(&mut self) {
        let Some(oldest) = self.steps.pop_front() else { return };
        let same = |step: &&mut Step| step.told.is_some() == oldest.told.is_some();
        if let Some(next) = self.steps.iter_mut().find(same) {
            *next = oldest.then(next);
        }
    }

    fn keep(&mut self, step: Option<Step>) {
        if let Some(step) = step {
            self.size += size_of(&step);
            self.next += 1;
            self.steps.push_back(step);
            if self.steps.len() > Self::MAX_STEPS {
                self.merge_oldest();
            }
        }
    }
}

/// About how many bytes a step comes to on disk: what every step has, and a few for each language.
fn size_of(step: &Step) -> u64 {
    let changes: usize = step.changes.iter().map(|(language, _)| language.as_str().len() + 5).sum();
    64 + changes as u64
}
