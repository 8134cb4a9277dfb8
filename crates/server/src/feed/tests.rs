//! What those hear who look on: every event once and in order, however they come and go.

use super::*;
use headcount_adapters::ids::RandomIds;
use headcount_core::{
    BroadcastState, EndReason, Language, LanguageDistribution, Loss, Quality, QualityTier, SessionStatus,
    Signal, SpeakerSeat, StatusUpdate, Timestamp, UpdateReason,
};
use serde_json::Value;

const NOW: u64 = 1_800_000_000_000;

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

fn session() -> Session {
    let at = Timestamp::from_millis(NOW);
    Session {
        id: SessionId::parse("golden-eagle-427").unwrap(),
        owner: None,
        source_language: language("en"),
        quality_tier: QualityTier::Standard,
        created_at: at,
        updated_at: at,
        expires_at: at.plus(Duration::from_secs(7_200)),
        broadcast: BroadcastState::initial(at),
        paused_since: None,
        speaker: SpeakerSeat::Never,
        links: Vec::new(),
        languages: headcount_core::ServedLanguages::default(),
    }
}

/// What the speaker is told at `n` milliseconds, where so many listen and `shown` languages fit.
fn update(n: u64, reason: UpdateReason, counts: &[(&str, u64)], shown: usize) -> StatusUpdate {
    let counts: Vec<_> = counts.iter().map(|(tag, count)| (language(tag), *count)).collect();
    let distribution: LanguageDistribution = counts.iter().map(|(tag, count)| (tag, *count)).collect();
    let now = Timestamp::from_millis(NOW + n);
    let quality = Quality::exact(now);
    let status = SessionStatus::at(&session(), distribution.shown(shown), &quality, now);
    StatusUpdate { status, reason, revision: n, audience: None }
}

fn told(n: u64, counts: &[(&str, u64)]) -> Event {
    Event::Told(update(n, UpdateReason::ListenerCountChange, counts, 63))
}

fn ended() -> Event {
    let (session, reason) = (Arc::new(session()), EndReason::Ended(None));
    Event::Ended { session, reason, at: Timestamp::from_millis(NOW + 99), listeners: 0 }
}

fn feeds() -> Feeds {
    Feeds::new(Arc::new(RandomIds))
}

fn watch(feeds: &Feeds, scope: &Scope, last: Option<&str>) -> Watcher {
    let (session, hang_up) = (session(), CancellationToken::new());
    feeds.watch(Wanted { session: &session, scope, link: None, last, hang_up }).unwrap()
}

/// The identifier and the data of an event.
fn read(text: &Bytes) -> (String, Value) {
    let text = std::str::from_utf8(text).unwrap();
    let field = |name: &str| {
        let (_, rest) = text.split_once(&format!("{name}: ")).unwrap();
        rest.split_once('\n').unwrap().0.to_owned()
    };
    let data: Value = field("data").parse().unwrap();
    assert_eq!(data["type"], field("event"));
    (field("id"), data)
}

/// What a watcher has heard by now, as its counts, and the last identifier.
fn heard(watcher: &mut Watcher) -> (Vec<Value>, Option<String>) {
    let said = watcher.said_by_now();
    let read: Vec<_> = said.iter().map(|said| read(&watcher.pass(said))).collect();
    let last = read.last().map(|(id, _)| id.clone());
    (read.into_iter().map(|(_, data)| data).collect(), last)
}

fn counts(messages: &[Value]) -> Vec<u64> {
    messages.iter().map(|message| message["listenerCount"].as_u64().unwrap()).collect()
}

fn missed(watcher: &mut Watcher) -> Vec<u64> {
    match watcher.resume() {
        Resume::Rest(missed) => missed.iter().map(|said| read(&said.text).1).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    }
    .iter()
    .map(|message| message["listenerCount"].as_u64().unwrap())
    .collect()
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_for_one_who_comes_back_at_any_moment() {
    // Leaves after so many events, and comes back after so many more.
    for (leaves, back) in [(0, 0), (0, 5), (1, 1), (3, 40), (39, 40), (40, 40)] {
        let (feeds, scope) = (feeds(), Scope::All);
        let mut watcher = watch(&feeds, &scope, None);
        // The status at the beginning has the identifier to come back with before there is any event.
        let mut last = read(&watcher.brief(&update(0, UpdateReason::Requested, &[], 63))).0;
        let mut all = Vec::new();
        (1..=leaves).for_each(|n| feeds.observe(&told(n, &[("es", n)])));
        let (messages, id) = heard(&mut watcher);
        all.extend(counts(&messages));
        last = id.unwrap_or(last);
        drop(watcher);
        (leaves + 1..=back).for_each(|n| feeds.observe(&told(n, &[("es", n)])));
        let mut watcher = watch(&feeds, &scope, Some(&last));
        all.extend(missed(&mut watcher));
        (back + 1..=60).for_each(|n| feeds.observe(&told(n, &[("es", n)])));
        all.extend(counts(&heard(&mut watcher).0));
        assert_eq!(all, (1..=60).collect::<Vec<_>>(), "left after {leaves}, back after {back}");
    }
}

#[tokio::test]
async fn what_is_not_kept_any_more_is_said_to_be_missing() {
    let (feeds, scope) = (feeds(), Scope::All);
    let first = read(&watch(&feeds, &scope, None).brief(&update(0, UpdateReason::Requested, &[], 63))).0;
    (1..=256).for_each(|n| feeds.observe(&told(n, &[("es", n)])));
    assert_eq!(missed(&mut watch(&feeds, &scope, Some(&first))).len(), 256);
    feeds.observe(&told(257, &[("es", 257)]));
    let run = first.split_once('-').unwrap().0;
    let of_another_run = format!("{:016x}-3", u64::from_str_radix(run, 16).unwrap() ^ 1);
    for last in [first.as_str(), &of_another_run, &format!("{run}-258"), "", "-", "nonsense", "1-1", "\u{0}"]
    {
        let mut watcher = watch(&feeds, &scope, Some(last));
        assert!(matches!(watcher.resume(), Resume::Missed), "{last}");
        let (id, data) = read(&watcher.resync(Timestamp::from_millis(5)));
        assert_eq!((id, &data["missed"]), (format!("{run}-257"), &true.into()));
    }
}

#[tokio::test]
async fn one_language_shows_nothing_of_the_others() {
    let feeds = feeds();
    let mut french = watch(&feeds, &Scope::Language(language("fr")), None);
    let new = |n, counts: &[(&str, u64)]| Event::Told(update(n, UpdateReason::NewLanguage, counts, 63));
    let drop_of =
        |tag: &str| Signal::LanguageDrop { language: language(tag), loss: Loss { before: 9, after: 2 } };
    let signalled =
        |signal| Event::Signalled { session: session().id, signal, at: Timestamp::from_millis(NOW + 50) };
    let events = [
        new(1, &[("es", 4)]),
        new(2, &[("es", 4), ("fr", 1)]),
        // Of the Germans they hear nothing, not even that somebody came.
        new(3, &[("es", 4), ("fr", 1), ("de", 1)]),
        told(4, &[("es", 90), ("fr", 1)]),
        signalled(drop_of("es")),
        signalled(Signal::AudienceDrop(Loss { before: 99, after: 9 })),
        signalled(drop_of("fr")),
        told(5, &[("es", 90)]),
        new(6, &[("fr", 2), ("pt", 1)]),
        Event::Steered(Arc::new(session())),
        ended(),
    ];
    events.iter().for_each(|event| feeds.observe(event));
    let messages = heard(&mut french).0;
    let said: Vec<_> = messages
        .iter()
        .map(|message| {
            let reason = message["updateReason"].as_str();
            (message["type"].as_str().unwrap(), reason, message["languageDistribution"].to_string())
        })
        .collect();
    let status = |reason, distribution: &str| ("sessionStatus", Some(reason), distribution.to_owned());
    let other = |kind| (kind, None, "null".to_owned());
    assert_eq!(
        said,
        [
            status("listenerCountChange", "{}"),
            status("newLanguage", r#"{"fr":1}"#),
            other("languageDrop"),
            status("listenerCountChange", "{}"),
            // It is not new any more, whatever is.
            status("listenerCountChange", r#"{"fr":2}"#),
            other("speakerStateChanged"),
            other("sessionEnded"),
        ]
    );
    let all = Value::from(messages).to_string();
    for hint in ["es", "de", "pt", "other", "90", "99"] {
        assert!(
            !all.contains(&format!("\"{hint}\"")) && !all.contains(&format!(":{hint},")),
            "{hint}: {all}"
        );
    }
}

#[tokio::test]
async fn a_language_that_has_no_room_in_a_status_is_looked_for_by_one_of_those_who_watch() {
    let (feeds, scope) = (feeds(), Scope::Language(language("fr")));
    let (mut one, mut other) = (watch(&feeds, &scope, None), watch(&feeds, &scope, None));
    feeds.observe(&Event::Told(update(1, UpdateReason::Periodic, &[("es", 9), ("de", 8), ("fr", 3)], 1)));
    for watcher in [&mut one, &mut other] {
        assert!(matches!(watcher.hear().await, Some(Heard::Look)));
    }
    let period = Duration::from_secs(30);
    assert_eq!((one.has_to_look(period), other.has_to_look(period)), (true, false));
    one.say(&update(2, UpdateReason::Requested, &[("fr", 3)], 1));
    for watcher in [&mut one, &mut other] {
        assert_eq!(counts(&heard(watcher).0), [3]);
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_told_one_of_those_who_watch_looks() {
    let (feeds, period) = (feeds(), Duration::from_secs(30));
    let (one, other) = (watch(&feeds, &Scope::All, None), watch(&feeds, &Scope::All, None));
    tokio::time::advance(Duration::from_secs(29)).await;
    assert!(!one.has_to_look(period));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!((other.has_to_look(period), one.has_to_look(period)), (true, false));
    tokio::time::advance(Duration::from_secs(29)).await;
    feeds.observe(&told(1, &[]));
    tokio::time::advance(Duration::from_secs(29)).await;
    assert!(!one.has_to_look(period));
}

#[tokio::test]
async fn who_does_not_keep_up_is_cut_off_and_the_others_are_not() {
    let (feeds, scope, session) = (feeds(), Scope::All, session());
    let hang_up = CancellationToken::new();
    let wanted =
        Wanted { session: &session, scope: &scope, link: None, last: None, hang_up: hang_up.clone() };
    let mut slow = feeds.watch(wanted).unwrap();
    let mut quick = watch(&feeds, &scope, None);
    for n in 1..=65 {
        assert!(!hang_up.is_cancelled());
        feeds.observe(&told(n, &[]));
        assert_eq!(heard(&mut quick).0.len(), 1);
    }
    assert!(hang_up.is_cancelled());
    let last = heard(&mut slow).1.unwrap();
    assert!(slow.hear().await.is_none());
    assert_eq!(missed(&mut watch(&feeds, &scope, Some(&last))).len(), 1);
}

#[tokio::test]
async fn a_link_that_is_taken_back_ends_its_streams_only() {
    let (feeds, scope, session) = (feeds(), Scope::All, session());
    let by = |n| {
        let (link, hang_up) = (headcount_core::LinkId::of(n), CancellationToken::new());
        feeds
            .watch(Wanted { session: &session, scope: &scope, link: Some(&link), last: None, hang_up })
            .unwrap()
    };
    let (mut first, mut second) = (by(1), by(2));
    feeds.observe(&told(1, &[]));
    feeds.revoke(&session.id, &headcount_core::LinkId::of(1));
    assert!(first.hear().await.is_none());
    assert!(second.hear().await.is_some());
}

#[tokio::test]
async fn the_end_is_kept_for_those_who_were_away_and_not_for_the_next_session_of_the_name() {
    let (feeds, scope) = (feeds(), Scope::All);
    let last = read(&watch(&feeds, &scope, None).brief(&update(0, UpdateReason::Requested, &[], 63))).0;
    feeds.observe(&told(1, &[]));
    feeds.observe(&ended());
    let id = session().id;
    let rest: Vec<_> = feeds.rest(&id, &scope, &last).iter().map(read).collect();
    assert_eq!(
        rest.iter().map(|(_, data)| &data["type"]).collect::<Vec<_>>(),
        ["sessionStatus", "sessionEnded"]
    );
    assert!(feeds.rest(&id, &scope, &rest[1].0).is_empty());
    assert_eq!(feeds.rest(&id, &scope, "nonsense").len(), 1);
    assert!(feeds.rest(&id, &Scope::Language(language("fr")), &last).is_empty());
    assert!(feeds.ended(&id).is_some());

    let next = Session { created_at: Timestamp::from_millis(NOW + 1_000), ..session() };
    let hang_up = CancellationToken::new();
    let wanted = Wanted { session: &next, scope: &scope, link: None, last: Some(&last), hang_up };
    let mut watcher = feeds.watch(wanted).unwrap();
    assert!(matches!(watcher.resume(), Resume::Missed));
    // The end of the earlier one comes late, and is none of this one.
    feeds.observe(&ended());
    assert!(watcher.said_by_now().is_empty() && feeds.ended(&id).is_none());
}

#[tokio::test(start_paused = true)]
async fn who_has_gone_leaves_nothing_behind() {
    let feeds = feeds();
    let scopes: Vec<_> =
        ["es", "fr", "de"].iter().map(|tag| Scope::Language(language(tag))).chain([Scope::All]).collect();
    let watchers: Vec<_> = scopes.iter().map(|scope| watch(&feeds, scope, None)).collect();
    assert_eq!((feeds.watchers(), feeds.0.open.lock().count), (4, 4));
    drop(watchers);
    assert_eq!((feeds.watchers(), feeds.0.open.lock().count), (0, 4));
    tokio::time::advance(KEPT_FOR + Duration::from_secs(1)).await;
    let other = Session { id: SessionId::pick(7), ..session() };
    feeds.observe(&Event::Started(Arc::new(other)));
    let open = feeds.0.open.lock();
    assert_eq!((open.count, open.channels.len()), (0, 0));
}

#[tokio::test]
async fn there_are_only_so_many() {
    let (feeds, scope, session) = (feeds(), Scope::All, session());
    let one_more = || {
        let hang_up = CancellationToken::new();
        feeds.watch(Wanted { session: &session, scope: &scope, link: None, last: None, hang_up })
    };
    let watchers: Vec<_> = (0..MAX_WATCHERS_OF_ONE).map(|_| one_more().unwrap()).collect();
    assert_eq!(one_more().err(), Some(TooManyWatchers));
    assert_eq!(feeds.watchers(), MAX_WATCHERS_OF_ONE);
    drop(watchers);
    assert!(one_more().is_ok());
    const { assert!(MAX_CHANNELS > MAX_WATCHERS) };
}
