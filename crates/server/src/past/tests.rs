//! Which stretches of a session's life can be asked for, and what fits into a message.

use super::*;
use headcount_core::{Attendance, AudienceHistory, BroadcastState, Language, QualityTier, SessionId, Step};
use headcount_protocol::{Details, ErrorCode};
use std::sync::Arc;
use std::time::Duration;

const BEGIN: u64 = 1_800_000_000_000;
const HOURS: u64 = 12 * 3_600;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(BEGIN + seconds * 1_000)
}

/// A session that began twelve hours ago, with one listener in each of `languages` languages from its first minute on.
fn account(languages: u8) -> Account {
    let letter = |n: u8| char::from(b'a' + n % 26);
    let tags = (0..languages).map(|n| Language::parse(&format!("{}{}", letter(n / 26), letter(n))).unwrap());
    let step = Step {
        at: at(60),
        whole: true,
        changes: tags.map(|tag| (tag, 1)).collect(),
        broadcast: Some(BroadcastState::initial(at(0))),
        told: None,
    };
    Account {
        session: SessionId::pick(427),
        source_language: Language::parse("en").unwrap(),
        quality_tier: QualityTier::Standard,
        created_at: at(0),
        end: None,
        history: Arc::new(AudienceHistory::new(at(0))),
        attendance: Attendance::new(at(0)),
        steps: vec![step],
    }
}

fn asked(from: Option<u64>, to: Option<u64>, step: Option<u64>) -> HistoryQuery {
    HistoryQuery { from: from.map(at), to: to.map(at), step: step.map(Duration::from_secs) }
}

fn refused_field<T: std::fmt::Debug>(answer: Result<T, ProtocolError>) -> &'static str {
    match answer.unwrap_err() {
        error if error.code() != ErrorCode::InvalidParameter => panic!("{error}"),
        error => match error.details() {
            Some(Details::Field(field)) => field,
            _ => panic!("no field: {error}"),
        },
    }
}

#[test]
fn what_is_asked_for_is_cut_to_the_life_of_the_session() {
    let account = account(1);
    let now = at(HOURS);
    let all = history(&account, HistoryQuery::default(), now).unwrap();
    assert_eq!((all.span.from(), all.span.to()), (at(0), now));
    assert!((300..=POINTS).contains(&all.points.len()), "{}", all.points.len());
    let before = HistoryQuery { from: Some(Timestamp::EPOCH), to: Some(Timestamp::MAX), step: None };
    assert_eq!(history(&account, before, now), Ok(all));
    let moment = history(&account, asked(Some(90), Some(90), None), now).unwrap();
    assert_eq!(moment.points.iter().map(|point| point.listener_count).collect::<Vec<_>>(), [1]);
    for (from, to, step, field) in [
        (Some(HOURS + 1), None, None, "from"),
        (Some(9), Some(8), None, "to"),
        (Some(9), Some(8), Some(5), "to"),
        (None, None, Some(5), "step"),
    ] {
        assert_eq!(refused_field(history(&account, asked(from, to, step), now)), field);
    }
    let long_gone = HistoryQuery { to: Some(Timestamp::EPOCH), ..HistoryQuery::default() };
    assert_eq!(refused_field(history(&account, long_gone, now)), "to");
}

#[test]
fn an_answer_that_is_too_long_has_fewer_points_or_is_refused() {
    let (account, now, longest) = (account(60), at(HOURS), 64 * 1_024);
    let whole = ServerMessage::SessionHistory(&history(&account, HistoryQuery::default(), now).unwrap());
    assert!(whole.to_json(now).len() > longest, "else this tests nothing");
    let text = history_within(longest, &account, HistoryQuery::default(), now).unwrap();
    assert!((longest / 4..=longest).contains(&text.len()), "{}", text.len());
    assert_eq!(refused_field(history_within(longest, &account, asked(None, None, Some(60)), now)), "step");
    assert!(history_within(longest, &account, asked(None, None, Some(600)), now).is_ok());
    assert_eq!(refused_field(history_within(9, &account, HistoryQuery::default(), now)), "step");
}

#[test]
fn a_moment_that_is_not_in_the_life_of_the_session_has_no_status() {
    let account = account(2);
    let now = at(HOURS);
    let counts =
        [at(0), at(59), at(60), now].map(|at| told(&account, at, now).unwrap().status.listener_count());
    assert_eq!(counts, [0, 0, 2, 2]);
    for outside in [Timestamp::EPOCH, Timestamp::from_millis(BEGIN - 1), at(HOURS + 1), Timestamp::MAX] {
        assert_eq!(refused_field(told(&account, outside, now)), "at");
    }
}
