//! A report's figures, in each of its forms, and a session's history.
#![allow(clippy::unwrap_used, reason = "a test fails where it finds an error")]

use headcount_core::{
    Account, Attendance, AudienceHistory, BroadcastChange, BroadcastState, End, EndKind, History, Language,
    LanguageDistribution, QualityTier, SessionId, SessionStatus, Span, StatusUpdate, Timeline, Timestamp,
    UpdateReason, WrongSpan,
};
use headcount_report::{Report, Table, told_at};
use std::sync::Arc;
use std::time::Duration;

const BEGIN: u64 = 1_800_000_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(BEGIN + seconds * 1_000)
}

/// A session of an hour: listeners come in three languages, one changes, the speaker pauses for a minute and is told
/// every thirty seconds.
fn account() -> (Account, Vec<StatusUpdate>) {
    let tags = ["es", "uk", "pt-BR"].map(|tag| Language::parse(tag).unwrap());
    let (mut timeline, mut audience) = (Timeline::default(), LanguageDistribution::new());
    let (mut attendance, mut broadcast) = (Attendance::new(at(0)), BroadcastState::initial(at(0)));
    let (mut steps, mut told) = (Vec::new(), Vec::new());
    for second in 0..3_600_u64 {
        let now = at(second);
        if second % 60 == 0 {
            let language = &tags[usize::try_from(second / 60 % 3).unwrap()];
            steps.extend(timeline.before(now, audience.iter(), &broadcast));
            audience.add(language);
            attendance.joined(language, now);
        }
        if second == 1_200 || second == 1_260 {
            steps.extend(timeline.before(now, audience.iter(), &broadcast));
            let pause = BroadcastChange { is_paused: Some(second == 1_200), ..BroadcastChange::default() };
            broadcast = broadcast.changed(pause, now);
        }
        if second == 2_000 {
            steps.extend(timeline.before(now, audience.iter(), &broadcast));
            audience.remove(&tags[0]);
            audience.add(&tags[1]);
            attendance.switched(&tags[0], &tags[1], now);
        }
        if second % 30 == 7 {
            let status = SessionStatus {
                session: SessionId::pick(427),
                distribution: audience.shown(63),
                duration_secs: second,
                broadcast,
                timestamp: now,
                exact: true,
            };
            let revision = told.len() as u64 + 1;
            let update = StatusUpdate { status, reason: UpdateReason::Periodic, revision, audience: None };
            steps.extend(timeline.told(&update));
            told.push(update);
        }
    }
    steps.extend(timeline.flush(audience.iter(), &broadcast));
    let account = Account {
        session: SessionId::pick(427),
        source_language: Language::parse("en").unwrap(),
        quality_tier: QualityTier::Standard,
        created_at: at(0),
        end: Some(End { at: at(3_600), kind: EndKind::Ended, listeners: 60 }),
        history: Arc::new(AudienceHistory::new(at(0))),
        attendance,
        steps,
    };
    (account, told)
}

#[test]
fn every_form_shows_the_same_figures() {
    let (account, told) = account();
    let report = Report::of(&account, at(99_999));
    // The n-th listener came in minute n - 1 and stayed: 60 + 59 + … + 1 minutes.
    assert_eq!((report.listeners.peak, report.listeners.listener_minutes), (60, 1_830.0));
    assert_eq!((report.listeners.average, report.duration), (30.5, 3_600));
    assert_eq!((report.broadcast.paused, report.broadcast.muted), (60, 0));
    assert_eq!(report.updates["periodic"], told.len() as u64);
    assert_eq!((report.switches[0].from.as_str(), report.switches[0].to.as_str()), ("es", "uk"));
    let minutes: f64 = report.languages.iter().map(|of| of.listener_minutes).sum();
    assert!((minutes - 1_830.0).abs() < 0.2, "{minutes}");

    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!((&json["listeners"]["peak"], &json["endReason"]), (&60.into(), &"ended".into()));
    assert_eq!(json["curve"].as_array().unwrap().last().unwrap()["listenerCount"], 60);
    let csv = report.to_csv(Table::Languages);
    assert!(
        csv.starts_with("language,peak,peakAt,average,joins,leaves,listenerMinutes,firstHeard\r\n"),
        "{csv}"
    );
    assert!(csv.contains("\r\n*,60,"), "{csv}");
    let curve = report.to_csv(Table::Curve);
    assert_eq!(curve.lines().count(), report.curve.len() + 1);
    assert_eq!(report.to_csv(Table::Switches), "from,to,count\r\nes,uk,1\r\n");
    let page = report.to_html();
    for shown in ["<svg", "Ukrainian", "Portuguese (BR)", ">60<", ">30.5<", "1830", "1 min 00 s"] {
        assert!(page.contains(shown), "{shown} is not in the page");
    }
    assert!(!page.contains("http://www.w3.org/1999/xlink") && !page.contains("<script"), "nothing is loaded");
}

#[test]
fn a_session_in_which_nothing_happened_has_a_report() {
    let (mut account, _) = account();
    (account.attendance, account.steps, account.end) = (Attendance::new(at(0)), Vec::new(), None);
    for now in [at(0), at(10)] {
        let report = Report::of(&account, now);
        assert_eq!((report.listeners.average, report.languages.len()), (0.0, 0));
        assert!(report.to_html().contains("Nobody has listened"));
        assert_eq!(report.to_csv(Table::Switches), "from,to,count\r\n");
    }
}

#[test]
fn a_history_says_what_was_true_at_each_moment() {
    let (account, _) = account();
    let span = Span::new(at(0), at(3_600), Duration::from_secs(600)).unwrap();
    let history = History::of(&account, span);
    let counts: Vec<_> = history.points.iter().map(|point| point.listener_count).collect();
    assert_eq!(counts, [1, 11, 21, 31, 41, 51, 60]);
    let heard: Vec<_> =
        history.points[6].counts.iter().map(|(language, count)| (language.as_str(), *count)).collect();
    assert_eq!(heard, [("es", 19), ("pt-BR", 20), ("uk", 21)]);
    assert_eq!((history.points[6].count_of("uk"), history.points[6].count_of("fr")), (21, 0));
    let early = Span::new(Timestamp::from_millis(BEGIN - 60_000), at(60), Duration::ZERO).unwrap();
    assert!(History::of(&account, early).points.iter().all(|point| point.at >= at(0)));
}

#[test]
fn a_span_has_a_beginning_an_end_and_not_too_many_points() {
    let step = Span::MIN_STEP;
    assert_eq!(Span::new(at(5), at(4), step), Err(WrongSpan::Backwards));
    assert_eq!(Span::new(at(0), at(4_996), Duration::ZERO), Err(WrongSpan::TooFine));
    let longest = Span::new(at(0), at(4_995), Duration::ZERO).unwrap();
    assert_eq!(longest.moments().count(), Span::MAX_POINTS);
    let uneven = Span::new(at(0), at(12), step).unwrap();
    assert_eq!(uneven.moments().collect::<Vec<_>>(), [at(0), at(5), at(10), at(12)]);
    for points in [0, 2, 360, usize::MAX] {
        let span = Span::whole(at(0), Timestamp::MAX, points);
        assert!((2..=points.clamp(2, Span::MAX_POINTS)).contains(&span.moments().count()), "{points}");
    }
    assert_eq!(Span::whole(at(5), at(4), 9).moments().collect::<Vec<_>>(), [at(5)]);
}

#[test]
fn at_the_moment_of_an_update_the_history_says_what_it_said() {
    let (account, told) = account();
    for update in &told {
        let said = told_at(&account, update.status.timestamp).unwrap();
        assert_eq!((said.status, said.revision), (update.status.clone(), update.revision));
    }
    assert!(told_at(&account, Timestamp::from_millis(BEGIN - 1)).is_none());
    assert!(told_at(&account, at(3_600)).is_none(), "it has ended");
}
