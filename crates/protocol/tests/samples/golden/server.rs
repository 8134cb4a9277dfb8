//! Every answer and every push. A change of the broadcast has two: the speaker's answer, and `.listener`.

use super::story::{CREATED, NOW, Story, language};
use super::{Sample, in_folder};
use headcount_core::{
    Audience, BroadcastChange, BroadcastState, EndReason, Loss, Notice, Quality, Signal, StatusUpdate,
    Timestamp, UpdateReason, Volume,
};
use headcount_protocol::{Applied, RoleName, ServerMessage};
use std::time::Duration;

const AUDIENCE: [(&str, u64); 4] = [("es", 15), ("fr", 12), ("de", 8), ("pt", 7)];

pub(crate) fn samples(story: &Story) -> Vec<Sample> {
    let groups = [
        answers(story),
        statuses(story),
        past(story),
        changes(story),
        notices(story),
        signals(story),
        connection(story),
    ];
    groups.into_iter().flatten().collect()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn json(message: ServerMessage<'_>) -> String {
    message.to_json(at(NOW))
}

fn answers(story: &Story) -> Vec<Sample> {
    let Story { session, speaker, listener, speaker_token, resume_token, .. } = story;
    let (es, pt) = (language("es"), language("pt-BR"));
    let created = ServerMessage::SessionCreated { session, connection: speaker, speaker_token };
    let joined = ServerMessage::SessionJoined {
        session,
        target_language: &es,
        connection: listener,
        listener_count: 42,
        resume_token,
    };
    in_folder(
        "server",
        [
            ("sessionCreated", created.to_json(at(CREATED))),
            ("sessionJoined", json(joined)),
            ("languageChanged", json(ServerMessage::LanguageChanged { session, target_language: &pt })),
            ("playbackPaused", json(ServerMessage::PlaybackPaused { session: &session.id })),
        ],
    )
}

fn statuses(story: &Story) -> Vec<Sample> {
    use UpdateReason::{ListenerCountChange, NewLanguage, Periodic, Requested};
    let status = |audience: &[_], reason| write(&story.update(audience, reason));
    let mut inexact = story.update(&AUDIENCE, Periodic);
    inexact.status.exact = false;
    inexact.status.timestamp = at(NOW - 4_200);
    let mut full = story.update(&AUDIENCE, Requested);
    full.audience = Some(audience(Quality::exact(at(NOW))));
    let mut full_inexact = StatusUpdate { audience: Some(audience(restarted())), ..inexact.clone() };
    full_inexact.reason = Requested;
    in_folder(
        "server",
        [
            ("sessionStatus.requested", status(&AUDIENCE, Requested)),
            ("sessionStatus.periodic", status(&[("es", 14), ("de", 8), ("fr", 8), ("other", 2)], Periodic)),
            ("sessionStatus.listenerCountChange", status(&[("es", 1), ("unknown", 1)], ListenerCountChange)),
            ("sessionStatus.newLanguage", status(&[("es", 15), ("zh-Hant", 1)], NewLanguage)),
            ("sessionStatus.empty", status(&[], Periodic)),
            ("sessionStatus.inexact", write(&inexact)),
            ("sessionStatus.full", write(&full)),
            ("sessionStatus.fullInexact", write(&full_inexact)),
        ],
    )
}

fn past(story: &Story) -> Vec<Sample> {
    let history = story.history();
    let mut then = story.update(&[("es", 30), ("fr", 27)], UpdateReason::Requested);
    then.status.timestamp = at(CREATED + 900_000);
    then.status.duration_secs = 900;
    in_folder(
        "server",
        [
            ("sessionStatus.at", write(&then)),
            ("sessionHistory", json(ServerMessage::SessionHistory(&history))),
        ],
    )
}

fn write(update: &StatusUpdate) -> String {
    // A status brings its own time, whatever the time of writing.
    ServerMessage::SessionStatus(update).to_json(at(NOW + 1))
}

/// The count of a server that restarted a moment ago.
fn restarted() -> Quality {
    Quality { as_of: at(NOW - 4_200), inexact_until: Some(at(NOW + 8_000)), ..Quality::exact(at(NOW)) }
}

fn audience(quality: Quality) -> Audience {
    Audience {
        peak_listener_count: 57,
        peak_at: at(CREATED + 900_000),
        total_joins: 83,
        total_leaves: 41,
        reconnecting: 2,
        languages_seen: 6,
        revision: 31,
        quality,
        trend: vec![
            (at(CREATED), 0),
            (at(CREATED + 600_000), 40),
            (at(CREATED + 900_000), 57),
            (at(NOW - 7_000), 42),
        ],
    }
}

/// The broadcast after `change` was made now, and after `before` a while ago.
fn after(story: &Story, before: BroadcastChange, change: BroadcastChange) -> BroadcastState {
    story.session.broadcast.changed(before, at(NOW - 90_500)).changed(change, at(NOW))
}

fn pause(is_paused: bool) -> BroadcastChange {
    BroadcastChange { is_paused: Some(is_paused), ..BroadcastChange::default() }
}

fn mute(is_muted: bool) -> BroadcastChange {
    BroadcastChange { is_muted: Some(is_muted), ..BroadcastChange::default() }
}

/// What `setVolume` of the samples asks for.
fn quieter() -> BroadcastChange {
    BroadcastChange { volume: Volume::new(0.35).ok(), ..BroadcastChange::default() }
}

/// What `speakerStateChange` of the samples asks for.
fn all_at_once() -> BroadcastChange {
    BroadcastChange { is_paused: Some(true), is_muted: Some(true), volume: Volume::new(0.5).ok() }
}

fn changes(story: &Story) -> Vec<Sample> {
    let answer = |applied, before, change| {
        let broadcast = &after(story, before, change);
        json(ServerMessage::Applied {
            session: &story.session.id,
            applied,
            broadcast,
            listeners_notified: 42,
        })
    };
    let none = BroadcastChange::default();
    let resumed = Applied::Resumed { pause_duration: Duration::from_millis(90_500) };
    in_folder(
        "server",
        [
            ("broadcastPaused", answer(Applied::Paused, none, pause(true))),
            ("broadcastResumed", answer(resumed, pause(true), pause(false))),
            ("broadcastMuted", answer(Applied::Muted, none, mute(true))),
            ("broadcastUnmuted", answer(Applied::Unmuted, mute(true), mute(false))),
            ("volumeChanged", answer(Applied::VolumeChanged, none, quieter())),
            ("speakerStateChanged", answer(Applied::StateChanged, none, all_at_once())),
        ],
    )
}

fn notices(story: &Story) -> Vec<Sample> {
    let notice = |notice| json(ServerMessage::Notice { session: &story.session.id, notice: &notice });
    let volume = Volume::new(0.35).unwrap();
    let state = after(story, BroadcastChange::default(), all_at_once());
    let words = EndReason::Ended(Some("Thank you and good night".into()));
    in_folder(
        "server",
        [
            ("broadcastPaused.listener", notice(Notice::BroadcastPaused)),
            ("broadcastResumed.listener", notice(Notice::BroadcastResumed)),
            ("broadcastMuted.listener", notice(Notice::BroadcastMuted)),
            ("broadcastUnmuted.listener", notice(Notice::BroadcastUnmuted)),
            ("volumeChanged.listener", notice(Notice::VolumeChanged(volume))),
            ("speakerStateChanged.listener", notice(Notice::SpeakerStateChanged(state))),
            ("sessionEnded", notice(Notice::SessionEnded(words))),
            ("sessionEnded.unsaid", notice(Notice::SessionEnded(EndReason::Ended(None)))),
            ("sessionEnded.expired", notice(Notice::SessionEnded(EndReason::Expired))),
            ("sessionEnded.speakerLost", notice(Notice::SessionEnded(EndReason::SpeakerLost))),
        ],
    )
}

fn signals(story: &Story) -> Vec<Sample> {
    let signal = |signal| json(ServerMessage::Signal { session: &story.session.id, signal: &signal });
    let (since, saved) = (at(NOW - 60_000), Duration::from_secs(840));
    let idle = Signal::LanguageIdle { language: language("uk"), since };
    let active = Signal::LanguageActive { language: language("uk"), saved };
    let drop = Signal::LanguageDrop { language: language("fr"), loss: Loss { before: 12, after: 4 } };
    in_folder(
        "server",
        [
            ("languageIdle", signal(idle)),
            ("languageActive", signal(active)),
            ("languageDrop", signal(drop)),
            ("audienceDrop", signal(Signal::AudienceDrop(Loss { before: 42, after: 9 }))),
            ("unservedLanguage", signal(Signal::UnservedLanguage { language: language("pt-BR") })),
        ],
    )
}

fn connection(story: &Story) -> Vec<Sample> {
    let session = &story.session.id;
    let refreshed = |role, new_connection, resume_token| {
        json(ServerMessage::ConnectionRefreshComplete { session, role, new_connection, resume_token })
    };
    let refresh_by = at(NOW + 600_000);
    let required = ServerMessage::ConnectionRefreshRequired { session, role: RoleName::Listener, refresh_by };
    let listener = refreshed(RoleName::Listener, &story.listener, Some(&story.next_resume_token));
    in_folder(
        "server",
        [
            ("connectionRefreshComplete.speaker", refreshed(RoleName::Speaker, &story.speaker, None)),
            ("connectionRefreshComplete.listener", listener),
            ("heartbeatAck", json(ServerMessage::HeartbeatAck)),
            ("connectionRefreshRequired", json(required)),
            ("connectionWarning", json(ServerMessage::ConnectionWarning { remaining_minutes: 15 })),
        ],
    )
}
