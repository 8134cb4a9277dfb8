//! What the board makes of the news.

use super::*;
use crate::client::Endpoint;
use crate::watch::changes::tests::status;
use headcount_core::SessionId;
use headcount_protocol::Token;
use headcount_protocol::received::{ReceivedAudience, ReceivedQuality};

/// An empty board.
pub(crate) fn board(as_speaker: bool) -> Board {
    Board::new(&Watched {
        endpoint: Endpoint::parse("http://127.0.0.1:8080").unwrap(),
        trust: crate::client::Trust::Public,
        session: SessionId::parse("golden-eagle-427").unwrap(),
        token: Token::new("abc"),
        as_speaker,
    })
}

pub(crate) fn status_news(status: ReceivedStatus) -> News {
    News::Status { status: Box::new(status), raw: String::new() }
}

pub(crate) fn lost(retry_in: Duration) -> News {
    News::Lost { why: "it broke".to_owned(), retry_in }
}

#[test]
fn watching_notes_changes_only_and_speaking_every_update() {
    for (as_speaker, events) in [(false, 1), (true, 3)] {
        let mut board = board(as_speaker);
        for at in 1..=3 {
            board.take(status_news(status(&[("es", 3)], at)), Instant::now());
        }
        assert_eq!(board.events.len(), events, "as speaker: {as_speaker}");
    }
}

#[test]
fn the_clocks_run_on_between_statuses_and_stand_still_without_a_connection() {
    let start = Instant::now();
    let later = start + Duration::from_secs(5);
    let mut board = board(false);
    board.take(status_news(status(&[], 10_000)), start);
    assert_eq!((board.session_seconds(later), board.server_time(later)), (1_852, Some(15_000)));
    board.take(lost(Duration::from_secs(1)), start);
    assert_eq!((board.session_seconds(later), board.server_time(later)), (1_847, Some(10_000)));
}

#[test]
fn the_peak_and_the_past_come_from_the_server_where_it_tells() {
    let mut board = board(true);
    let mut first = status(&[("es", 3)], 10_000);
    first.audience = Some(ReceivedAudience {
        peak_listener_count: 99,
        peak_at: 1,
        total_joins: 100,
        total_leaves: 97,
        reconnecting: 0,
        languages_seen: 4,
        revision: 7,
        quality: ReceivedQuality { exact: true, as_of: 10_000, nodes_reporting: 1, nodes_expected: 1 },
        trend: vec![(1_000, 50), (5_000, 20)],
    });
    board.take(status_news(first), Instant::now());
    assert_eq!(board.peak, 99);
    assert_eq!(board.trend.columns(2, 10_000, 10_001), [50, 20]);
}

#[test]
fn events_are_kept_newest_first_and_not_for_ever() {
    let mut board = board(false);
    for at in 0..1_000 {
        board.take(status_news(status(&[("es", at)], at)), Instant::now());
    }
    assert_eq!(board.events.len(), Board::EVENTS);
    assert_eq!(board.events[0].at, 999);
}
