//! What is kept of answers, and for how long.

use super::*;
use headcount_core::{BroadcastState, LanguageDistribution, Quality, SessionStatus, UpdateReason};
use headcount_testkit::samples;

fn update() -> StatusUpdate {
    let (mut session, now) = (samples::session(1), samples::NOW);
    session.broadcast = BroadcastState::initial(now);
    let shown = LanguageDistribution::new().shown(63);
    let status = SessionStatus::at(&session, shown, &Quality::exact(now), now);
    StatusUpdate { status, reason: UpdateReason::Requested, revision: 1, audience: None }
}

#[test]
fn an_answer_is_the_same_for_its_speaker_its_question_and_its_time() {
    let (recent, speaker, within) = (Recent::default(), samples::connection("S"), Duration::from_secs(1));
    recent.keep(&speaker, None, &update(), samples::NOW);
    assert!(recent.same(&speaker, None, within, samples::at(999)).is_some());
    assert!(recent.same(&speaker, None, within, samples::at(1_000)).is_none());
    assert!(recent.same(&speaker, Some(StatusDetail::Full), within, samples::NOW).is_none());
    assert!(recent.same(&samples::connection("T"), None, within, samples::NOW).is_none());
    assert!(recent.same(&speaker, None, Duration::ZERO, samples::NOW).is_none());
}

#[test]
fn what_stands_in_is_marked_and_not_older_than_a_minute() {
    let (recent, speaker) = (Recent::default(), samples::connection("S"));
    recent.keep(&speaker, None, &update(), samples::NOW);
    let known = recent.last_known(&speaker, samples::at(59_999)).unwrap();
    assert!(!known.status.exact);
    assert_eq!(known.status.timestamp, samples::NOW);
    assert_eq!(recent.last_known(&speaker, samples::at(60_000)), None);
    recent.forget(&speaker);
    assert_eq!(recent.last_known(&speaker, samples::NOW), None);
}

#[test]
fn memory_is_bounded_and_the_old_go_first() {
    let recent = Recent::default();
    let speaker = |n: usize| samples::connection(&format!("S{n}"));
    for n in 0..KEPT {
        let at = if n < 10 { samples::NOW } else { samples::at(60_000) };
        recent.keep(&speaker(n), None, &update(), at);
    }
    recent.keep(&speaker(KEPT), None, &update(), samples::at(60_000));
    assert_eq!(recent.0.lock().len(), KEPT - 10 + 1);
    for n in 0..KEPT {
        recent.keep(&speaker(KEPT + 1 + n), None, &update(), samples::at(60_000));
    }
    assert!(recent.0.lock().len() <= KEPT);
}
