//! What each sample of a client means.

use crate::read;
use headcount_core::{
    BroadcastChange, EndReason, Language, QualityTier, Scope, ServedLanguages, SessionId, StatusDetail,
    Timestamp, Volume,
};
use headcount_protocol::http::{Activity, NewLink, NewSession, SessionPatch};
use headcount_protocol::{
    ClientMessage, CreateSession, HistoryQuery, JoinSession, RefreshConnection, Refreshing, Token,
};
use std::time::Duration;

pub(crate) fn session() -> SessionId {
    SessionId::parse("golden-eagle-427").unwrap()
}

pub(crate) fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

pub(crate) fn token(text: &str) -> Option<Token> {
    Some(Token::new(text))
}

pub(crate) fn create(token: Option<Token>) -> CreateSession {
    let (quality_tier, languages) = (QualityTier::Standard, ServedLanguages::default());
    CreateSession { source_language: language("en"), quality_tier, languages, token }
}

pub(crate) fn join(resume_token: Option<Token>) -> JoinSession {
    JoinSession { session: session(), target_language: language("es"), token: None, resume_token }
}

pub(crate) fn refresh(role: Refreshing) -> RefreshConnection {
    RefreshConnection { session: session(), role }
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn volume(level: f64) -> Volume {
    Volume::new(level).unwrap()
}

/// The name of each file and the message in it.
fn expected() -> Vec<(&'static str, ClientMessage)> {
    use ClientMessage as M;
    let portuguese = M::ChangeLanguage { target_language: language("pt-BR") };
    let all = BroadcastChange { is_paused: Some(true), is_muted: Some(true), volume: Some(volume(0.5)) };
    let unmute = BroadcastChange { is_muted: Some(false), ..BroadcastChange::default() };
    let speaker = Refreshing::Speaker { token: token("speaker-token-of-golden-eagle-427") };
    let listener =
        Refreshing::Listener { target_language: Some(language("es")), resume_token: token("resume-token-1") };
    let first_quarter = HistoryQuery {
        from: Some(at(1_699_500_000_000)),
        to: Some(at(1_699_500_900_000)),
        step: Some(Duration::from_secs(300)),
    };
    let served = ServedLanguages::new(["es", "fr"].map(language)).unwrap();
    vec![
        ("createSession", M::CreateSession(create(token("login-token-of-ada")))),
        ("createSession.shortest", M::CreateSession(create(None))),
        ("createSession.languages", M::CreateSession(CreateSession { languages: served, ..create(None) })),
        ("joinSession", M::JoinSession(join(None))),
        ("joinSession.resume", M::JoinSession(join(token("resume-token-1")))),
        ("getSessionStatus", M::GetSessionStatus { detail: None, at: None }),
        ("getSessionStatus.full", M::GetSessionStatus { detail: Some(StatusDetail::Full), at: None }),
        ("getSessionStatus.at", M::GetSessionStatus { detail: None, at: Some(at(1_699_500_900_000)) }),
        ("getSessionHistory", M::GetSessionHistory(HistoryQuery::default())),
        ("getSessionHistory.part", M::GetSessionHistory(first_quarter)),
        ("pauseBroadcast", M::PauseBroadcast),
        ("resumeBroadcast", M::ResumeBroadcast),
        ("muteBroadcast", M::MuteBroadcast),
        ("unmuteBroadcast", M::UnmuteBroadcast),
        ("setVolume", M::SetVolume(volume(0.35))),
        ("speakerStateChange", M::SpeakerStateChange(all)),
        ("speakerStateChange.one", M::SpeakerStateChange(unmute)),
        ("changeLanguage", portuguese.clone()),
        ("switchLanguage", portuguese),
        ("pausePlayback", M::PausePlayback),
        ("refreshConnection.speaker", M::RefreshConnection(refresh(speaker))),
        ("refreshConnection.listener", M::RefreshConnection(refresh(listener))),
        ("endSession", M::EndSession(EndReason::Ended(Some("Thank you and good night".into())))),
        ("endSession.unsaid", M::EndSession(EndReason::Ended(None))),
        ("heartbeat", M::Heartbeat),
        ("audioChunk", M::Audio),
        ("sendAudio", M::Audio),
    ]
}

pub(crate) fn paths() -> impl Iterator<Item = String> {
    expected().into_iter().map(|(name, _)| format!("client/{name}.json"))
}

#[test]
fn every_message_of_a_client_means_what_is_expected() {
    for (path, (_, message)) in paths().zip(expected()) {
        assert_eq!(ClientMessage::parse(read(&path)), Ok(message), "{path}");
    }
}

#[test]
fn a_client_in_rust_writes_what_the_samples_show() {
    // Where there are two ways to say one thing, the client has its own.
    let others = ["createSession.shortest", "switchLanguage", "audioChunk", "sendAudio"];
    for (path, (name, message)) in paths().zip(expected()) {
        assert_eq!(read(&path) == message.to_json(), !others.contains(&name), "{path}");
    }
}

#[test]
fn every_request_over_http_means_what_is_expected() {
    let languages = ServedLanguages::new(["es", "fr"].map(language)).unwrap();
    let created =
        NewSession { source_language: language("en"), quality_tier: QualityTier::Standard, languages };
    assert_eq!(NewSession::parse(read("http/createSession.request.json")), Ok(created));
    let patched = SessionPatch {
        status: Some(Activity::Paused),
        source_language: None,
        quality_tier: Some(QualityTier::Premium),
        languages: ServedLanguages::new([language("es")]).ok(),
    };
    assert_eq!(SessionPatch::parse(read("http/patchSession.request.json")), Ok(patched));
    let link = NewLink {
        scope: Scope::Language(language("fr")),
        expires_in: Some(Duration::from_secs(3_600)),
        label: Some("French booth".to_owned()),
    };
    assert_eq!(NewLink::parse(read("http/createLink.request.json")), Ok(link));
}
