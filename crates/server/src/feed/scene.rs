//! What a scope shows of an event. Of one language it shows nothing from which the others could be told.

use headcount_core::{
    Event, Language, LanguageDistribution, Notice, Scope, Signal, StatusUpdate, Timestamp, UpdateReason,
};

/// What is shown of an event.
pub(super) enum Showing<'a> {
    Nothing,
    /// The event does not tell; whoever looks will see.
    Look,
    Status(StatusUpdate),
    Notice(Notice, Timestamp),
    Signal(&'a Signal, Timestamp),
    /// After it, nothing.
    End(Notice, Timestamp),
}

/// What those who watch one language have seen of it.
#[derive(Default)]
pub(super) struct Seen {
    /// Its count, and whether that was exact; `None` where not all of them have seen the same.
    count: Option<(u64, bool)>,
    /// Whether any of them has seen a listener of it.
    heard: bool,
}

impl Seen {
    /// All of them see `update`.
    pub(super) fn saw(&mut self, scope: &Scope, update: &StatusUpdate) {
        if scope.language().is_some() {
            let count = update.status.listener_count();
            self.count = Some((count, update.status.exact));
            self.heard |= count > 0;
        }
    }

    /// One of them sees `update`, and the others have seen something else perhaps.
    pub(super) fn showed_to_one(&mut self, scope: &Scope, update: &StatusUpdate) {
        self.saw(scope, update);
        self.count = None;
    }
}

/// What `scope` shows of `event` to those who have `seen` so much.
pub(super) fn showing<'a>(scope: &Scope, event: &'a Event, seen: &mut Seen) -> Showing<'a> {
    match event {
        Event::Started(_) => Showing::Nothing,
        Event::Told(update) => match scope {
            // How much the speaker wants to be told besides is its own affair.
            Scope::All => Showing::Status(StatusUpdate { audience: None, ..update.clone() }),
            Scope::Language(language) => status_of(language, update, seen),
        },
        Event::Steered(session) => {
            Showing::Notice(Notice::SpeakerStateChanged(session.broadcast), session.updated_at)
        }
        Event::Signalled { signal, at, .. } if scope.shows(signal) => Showing::Signal(signal, *at),
        Event::Signalled { .. } => Showing::Nothing,
        Event::Ended { reason, at, .. } => Showing::End(Notice::SessionEnded(reason.clone()), *at),
    }
}

/// What of `update` concerns `language`. When the speaker was told because of other languages, or asked, is not shown.
fn status_of(language: &Language, update: &StatusUpdate, seen: &mut Seen) -> Showing<'static> {
    let distribution = &update.status.distribution;
    let count_of =
        |wanted: &Language| distribution.iter().find(|(shown, _)| *shown == wanted).map(|(_, count)| count);
    let count = match count_of(language) {
        Some(count) => count,
        // It is perhaps among those that had no room.
        None if count_of(&Language::other()).is_some() => return Showing::Look,
        None => 0,
    };
    if seen.count == Some((count, update.status.exact)) {
        return Showing::Nothing;
    }
    let is_new = update.reason == UpdateReason::NewLanguage && count > 0 && !seen.heard;
    let reason = if is_new { UpdateReason::NewLanguage } else { UpdateReason::ListenerCountChange };
    let mut cut = StatusUpdate { reason, audience: None, ..update.clone() };
    cut.status.distribution = LanguageDistribution::from_iter([(language, count)]).shown(1);
    seen.saw(&Scope::Language(language.clone()), &cut);
    Showing::Status(cut)
}
