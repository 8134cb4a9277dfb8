//! Small valid things, so that a test says only what matters to it.

use headcount_core::ports::{Joiner, WantedRole};
use headcount_core::service::NewSession;
use headcount_core::{
    BroadcastState, ConnectionId, Language, Link, LinkId, Place, QualityTier, Scope, ServedLanguages,
    Session, SessionId, SpeakerSeat, Timestamp,
};
use std::time::Duration;

/// When tests begin: 2027-01-15T08:00:00Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// [`NOW`] and `millis` more.
#[must_use]
pub const fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + millis)
}

/// The session id number `n`; different for every `n` below [`SessionId::CHOICES`].
#[must_use]
pub fn session_id(n: u64) -> SessionId {
    SessionId::pick(n)
}

/// A session created at [`NOW`] that nobody has spoken in, with two hours to live.
#[must_use]
pub fn session(n: u64) -> Session {
    Session {
        id: session_id(n),
        owner: None,
        source_language: language("en"),
        quality_tier: QualityTier::Standard,
        created_at: NOW,
        updated_at: NOW,
        expires_at: NOW.plus(Duration::from_secs(2 * 60 * 60)),
        broadcast: BroadcastState::initial(NOW),
        paused_since: None,
        speaker: SpeakerSeat::Never,
        languages: ServedLanguages::default(),
        links: Vec::new(),
    }
}

/// What makes a session in English that nobody owns and that declares nothing.
#[must_use]
pub fn new_session() -> NewSession {
    let (quality_tier, languages) = (QualityTier::Standard, ServedLanguages::default());
    NewSession { owner: None, source_language: language("en"), quality_tier, languages }
}

/// The language of that tag.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap_or_else(|_| panic!("{tag} is not a language tag"))
}

/// The language number `n`; different for every `n` below 17,576.
#[must_use]
pub fn numbered_language(n: usize) -> Language {
    let letter = |n: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[n % 26]);
    language(&format!("en-x-q{}{}{}", letter(n / 676), letter(n / 26), letter(n)))
}

/// The connection of that name.
///
/// # Panics
/// If the name is none.
#[must_use]
pub fn connection(name: &str) -> ConnectionId {
    ConnectionId::parse(name).unwrap_or_else(|_| panic!("{name} is not a connection id"))
}

/// Somebody who wants to hear session number `session` in `tag`, where there is always room.
#[must_use]
pub fn listener(name: &str, session: u64, tag: &str, now: Timestamp) -> Joiner {
    let role = WantedRole::Listener { language: Some(language(tag)), resume: None, max_listeners: u64::MAX };
    Joiner { connection: connection(name), session: session_id(session), role, now }
}

/// Somebody who wants `place` back in session number `session`, in the language that it had.
#[must_use]
pub fn resumer(name: &str, session: u64, place: &Place, now: Timestamp) -> Joiner {
    let role = WantedRole::Listener { language: None, resume: Some(place.clone()), max_listeners: u64::MAX };
    Joiner { connection: connection(name), session: session_id(session), role, now }
}

/// Somebody who wants to speak in session number `session`.
#[must_use]
pub fn speaker(name: &str, session: u64, now: Timestamp) -> Joiner {
    Joiner { connection: connection(name), session: session_id(session), role: WantedRole::Speaker, now }
}

/// Link `n` of a session, until so many milliseconds after [`NOW`]. Odd ones show one language and have a label.
#[must_use]
pub fn link(n: u64, expires: u64) -> Link {
    let odd = n % 2 == 1;
    Link {
        id: LinkId::of(n),
        scope: if odd { Scope::Language(numbered_language(1)) } else { Scope::All },
        label: odd.then(|| format!("\u{201c}booth\u{201d} {n}")),
        created_at: NOW,
        expires_at: at(expires),
    }
}
