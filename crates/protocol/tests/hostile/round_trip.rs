//! What our own clients write, the server reads as it was meant.

use headcount_core::{
    BroadcastChange, EndReason, Language, QualityTier, ServedLanguages, SessionId, StatusDetail, Timestamp,
    Volume,
};
use headcount_protocol::{
    ClientMessage, CreateSession, HistoryQuery, JoinSession, RefreshConnection, Refreshing, Token,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::time::Duration;

fn session() -> impl Strategy<Value = SessionId> {
    any::<u64>().prop_map(SessionId::pick)
}

fn language() -> impl Strategy<Value = Language> {
    let tags = ["es", "pt-BR", "zh-Hant", "sr-Latn-RS", "es-419", "de-1996", "ja"];
    select(tags.to_vec()).prop_map(|tag| Language::parse(tag).unwrap())
}

fn token() -> impl Strategy<Value = Option<Token>> {
    option::of(prop_oneof!["[A-Za-z0-9._-]{1,200}", ".{1,40}"].prop_map(Token::new))
}

fn volume() -> impl Strategy<Value = Volume> {
    (0.0..=1.0).prop_map(|level| Volume::new(level).unwrap())
}

fn moment() -> impl Strategy<Value = Option<Timestamp>> {
    option::of(any::<u64>().prop_map(Timestamp::from_millis))
}

fn history() -> impl Strategy<Value = HistoryQuery> {
    let step = option::of(any::<u64>().prop_map(Duration::from_millis));
    (moment(), moment(), step).prop_map(|(from, to, step)| HistoryQuery { from, to, step })
}

fn change() -> impl Strategy<Value = BroadcastChange> {
    let change = (option::of(any::<bool>()), option::of(any::<bool>()), option::of(volume()));
    let change =
        change.prop_map(|(is_paused, is_muted, volume)| BroadcastChange { is_paused, is_muted, volume });
    change.prop_filter("a change changes something", |change| *change != BroadcastChange::default())
}

fn refreshing() -> impl Strategy<Value = Refreshing> {
    let listener = (option::of(language()), token())
        .prop_filter("a listener names its language or its place", |(language, token)| {
            language.is_some() || token.is_some()
        })
        .prop_map(|(target_language, resume_token)| Refreshing::Listener { target_language, resume_token });
    prop_oneof![token().prop_map(|token| Refreshing::Speaker { token }), listener]
}

fn message() -> impl Strategy<Value = ClientMessage> {
    let tier = select(vec![QualityTier::Standard, QualityTier::Premium]);
    let served =
        proptest::collection::vec(language(), 0..4).prop_map(|served| ServedLanguages::new(served).unwrap());
    let create = (language(), tier, served, token());
    let create = create.prop_map(|(source_language, quality_tier, languages, token)| {
        ClientMessage::CreateSession(CreateSession { source_language, quality_tier, languages, token })
    });
    let join = (session(), language(), token(), token());
    let join = join.prop_map(|(session, target_language, token, resume_token)| {
        ClientMessage::JoinSession(JoinSession { session, target_language, token, resume_token })
    });
    let detail = option::of(select(vec![StatusDetail::Basic, StatusDetail::Full]));
    let refresh = (session(), refreshing());
    let words = option::of(".{1,128}");
    prop_oneof![
        create,
        join,
        (detail, moment()).prop_map(|(detail, at)| ClientMessage::GetSessionStatus { detail, at }),
        history().prop_map(ClientMessage::GetSessionHistory),
        volume().prop_map(ClientMessage::SetVolume),
        change().prop_map(ClientMessage::SpeakerStateChange),
        language().prop_map(|target_language| ClientMessage::ChangeLanguage { target_language }),
        refresh.prop_map(|(session, role)| ClientMessage::RefreshConnection(RefreshConnection {
            session,
            role
        })),
        words.prop_map(|words| ClientMessage::EndSession(EndReason::Ended(words))),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(message in message()) {
        prop_assert_eq!(ClientMessage::parse(message.to_json()), Ok(message));
    }
}
