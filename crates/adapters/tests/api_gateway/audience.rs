//! A notice to a session, and the end of its connections.

use super::*;
use axum::http::Method;
use headcount_core::ports::{AudienceChannel, CloseReason, Rendering};
use headcount_core::{EndReason, Notice};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::sync::Barrier;

/// The connections that were asked for with `method`; each was asked for once.
fn addressed(server: &ScriptedHttp, method: &Method) -> BTreeSet<String> {
    let seen = server.seen();
    let of = |seen: &Seen| seen.path.rsplit('/').next().unwrap_or_default().to_owned();
    let all: BTreeSet<_> = seen.iter().filter(|seen| seen.method == *method).map(of).collect();
    assert_eq!(all.len(), seen.len(), "one was asked for twice, or with another method");
    all
}

#[tokio::test]
async fn a_notice_goes_to_every_listener_and_not_to_the_speaker() {
    let server = ScriptedHttp::start(|_, _| Answer::Status(200)).await;
    let gateway = gateway_to(&server, Listed::with(25)).await;
    let (session, notice) = (samples::session_id(1), Notice::BroadcastPaused);
    assert_eq!(gateway.tell(&session, &notice, samples::NOW).await, 25);
    let addressed = addressed(&server, &Method::POST);
    assert_eq!((addressed.len(), addressed.contains("speaker%3D")), (25, false));
    let text = JsonRendering.notice(&session, &notice, samples::NOW);
    assert!(server.seen().iter().all(|seen| seen.body == text));
}

#[tokio::test]
async fn the_end_is_told_to_the_speaker_too_who_is_not_counted() {
    let server = ScriptedHttp::start(|_, _| Answer::Status(200)).await;
    let gateway = gateway_to(&server, Listed::with(3)).await;
    let ended = Notice::SessionEnded(EndReason::Expired);
    assert_eq!(gateway.tell(&samples::session_id(1), &ended, samples::NOW).await, 3);
    assert!(addressed(&server, &Method::POST).contains("speaker%3D"));
}

#[tokio::test]
async fn who_is_gone_or_cannot_be_reached_is_not_counted_and_keeps_nobody_from_the_rest() {
    let server = ScriptedHttp::start(|seen, _| match &seen.path {
        path if path.ends_with("/l3%3D") => Answer::Status(410),
        path if path.ends_with("/l14%3D") => Answer::Status(403),
        _ => Answer::Status(200),
    })
    .await;
    let gateway = gateway_to(&server, Listed::with(20)).await;
    let told = gateway.tell(&samples::session_id(1), &Notice::BroadcastMuted, samples::NOW).await;
    assert_eq!((told, addressed(&server, &Method::POST).len()), (18, 20));
}

#[tokio::test]
async fn a_page_that_cannot_be_read_costs_only_itself() {
    let server = ScriptedHttp::start(|_, _| Answer::Status(200)).await;
    let mut listed = Listed::with(30);
    listed.0[1] = None;
    let gateway = gateway_to(&server, listed).await;
    let told = gateway.tell(&samples::session_id(1), &Notice::BroadcastMuted, samples::NOW).await;
    assert_eq!(told, 20);
}

/// The server answers four at once and never fewer, so with fewer at a time nobody would be told.
#[tokio::test]
async fn as_many_are_addressed_at_a_time_as_may_be_and_no_more() {
    let four = Arc::new(Barrier::new(4));
    let server = ScriptedHttp::start(move |_, _| Answer::Together(four.clone())).await;
    let limits = AudienceLimits { at_a_time: 4, ..AudienceLimits::default() };
    let gateway = gateway_at(&server.url, limits, Listed::with(40)).await;
    let told = gateway.tell(&samples::session_id(1), &Notice::BroadcastMuted, samples::NOW).await;
    assert_eq!(told, 40);
    assert_eq!(server.most_at_once(), 4);
}

#[tokio::test]
async fn a_silent_api_holds_nobody_longer_than_the_limit() {
    let server = ScriptedHttp::start(|seen, _| match &seen.path {
        path if path.ends_with("/l0%3D") => Answer::Status(200),
        _ => Answer::Silence,
    })
    .await;
    let limits = AudienceLimits { at_a_time: 2, time: Duration::from_millis(200) };
    let gateway = gateway_at(&server.url, limits, Listed::with(500)).await;
    let began = Instant::now();
    let told = gateway.tell(&samples::session_id(1), &Notice::BroadcastMuted, samples::NOW).await;
    assert_eq!(told, 1, "who was told before the time was over counts");
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn closing_deletes_the_connection_and_one_that_is_gone_is_closed() {
    for status in [204, 410, 403] {
        let server = ScriptedHttp::start(move |_, _| Answer::Status(status)).await;
        let gateway = gateway_to(&server, Listed::with(3)).await;
        gateway.close(&samples::connection("old="), CloseReason::Superseded).await;
        assert_eq!(addressed(&server, &Method::DELETE), BTreeSet::from(["old%3D".to_owned()]), "{status}");
    }
}

#[tokio::test]
async fn all_of_a_session_are_closed_the_speaker_too() {
    let server = ScriptedHttp::start(|_, before| Answer::Status(if before == 0 { 410 } else { 204 })).await;
    let gateway = gateway_to(&server, Listed::with(12)).await;
    gateway.close_all(&samples::session_id(1), CloseReason::SessionEnded).await;
    let closed = addressed(&server, &Method::DELETE);
    assert_eq!((closed.len(), closed.contains("speaker%3D")), (13, true));
}
