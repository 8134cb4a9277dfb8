//! What the dashboard shows, drawn on a terminal in memory.

use super::super::board::tests::{board, lost, status_news};
use super::*;
use crate::failure::Failure;
use crate::watch::changes::tests::status as status_of;
use crate::watch::feed::News;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::time::Duration;

fn picture(board: &Board, width: u16, height: u16, now: Instant) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(frame, board, now)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect()
}

fn shows(picture: &[String], text: &str) {
    assert!(picture.iter().any(|row| row.contains(text)), "{text:?} in\n{}", picture.join("\n"));
}

fn hides(picture: &[String], text: &str) {
    assert!(!picture.iter().any(|row| row.contains(text)), "{text:?} in\n{}", picture.join("\n"));
}

#[test]
fn everything_has_its_place() {
    let now = Instant::now();
    let mut board = board(false);
    board.take(
        status_news(status_of(&[("es", 15), ("fr", 12), ("de", 8), ("pt", 7)], 1_699_501_847_000)),
        now,
    );
    let picture = picture(&board, 80, 24, now);
    shows(&picture, "headcount  golden-eagle-427  30:47");
    shows(&picture, "● live");
    shows(&picture, "███   ███         ███");
    shows(&picture, "peak 42");
    shows(&picture, "Languages (4)");
    shows(&picture, "36 %");
    shows(&picture, " ON AIR    volume 100 %   since 30:47");
    shows(&picture, "42 listeners ▲42");
    shows(&picture, "http://127.0.0.1:8080   q quits");
    hides(&picture, "NOT EXACT");
}

#[test]
fn bars_are_as_long_as_their_share_of_the_largest() {
    let distribution = [("es", 100), ("fr", 50), ("de", 1)].map(|(tag, n)| (tag.to_owned(), n));
    let bars: Vec<String> = bars(&distribution, 40, 5).iter().map(ToString::to_string).collect();
    let blocks = |line: &str| line.chars().filter(|c| *c == '█').count();
    assert_eq!((blocks(&bars[0]), blocks(&bars[1]), blocks(&bars[2])), (21, 10, 0));
    assert!(bars[2].contains('▏'), "one listener is seen: {:?}", bars[2]);
    assert!(bars.iter().all(|line| line.chars().count() == 40), "{bars:?}");
}

#[test]
fn the_curve_spans_what_there_is_of_a_past() {
    let now = Instant::now();
    let mut board = board(false);
    let first = 1_699_501_847_000;
    board.take(status_news(status_of(&[("es", 3)], first)), now);
    shows(&picture(&board, 80, 24, now), "Last minute");
    board.take(status_news(status_of(&[("es", 9)], first + 3 * MINUTE)), now);
    let picture = picture(&board, 80, 24, now);
    shows(&picture, "Last 5 minutes");
    let top = picture.iter().position(|row| row.contains("Last 5 minutes")).unwrap() + 1;
    assert_eq!(picture[top].trim_start(), "█", "only the newest count reaches the top");
    assert_eq!(span(u64::MAX), 20);
}

#[test]
fn languages_that_do_not_fit_are_summed_up() {
    let distribution: Vec<_> = (0..20).map(|n| (format!("l{n}"), 100 - n)).collect();
    let bars = bars(&distribution, 40, 7);
    assert_eq!(bars.len(), 7);
    let hidden: u64 = (6..20).map(|n| 100 - n).sum();
    assert_eq!(
        bars[6].to_string(),
        format!("and 14 more languages with {} listeners", format::count(hidden))
    );
}

#[test]
fn a_count_that_may_be_short_says_so() {
    let now = Instant::now();
    let mut board = board(false);
    let mut status = status_of(&[("es", 1)], 1);
    status.exact = false;
    board.take(status_news(status), now);
    for (width, height) in [(80, 24), (40, 8)] {
        shows(&picture(&board, width, height, now), "NOT EXACT");
    }
}

#[test]
fn a_lost_connection_counts_down_and_keeps_the_last_picture() {
    let now = Instant::now();
    let mut board = board(false);
    board.take(status_news(status_of(&[("es", 3)], 1_699_501_847_000)), now);
    board.take(lost(Duration::from_secs(3)), now);
    let later = now + Duration::from_millis(1_500);
    shows(&picture(&board, 80, 24, now), "connection lost, trying again in 3 s");
    let picture = picture(&board, 80, 24, later);
    shows(&picture, "connection lost, trying again in 2 s");
    shows(&picture, "30:47");
}

#[test]
fn pause_mute_volume_and_end_are_seen() {
    let now = Instant::now();
    let mut board = board(false);
    let mut status = status_of(&[], 1_699_501_847_000);
    status.broadcast.is_paused = true;
    status.broadcast.is_muted = true;
    status.broadcast.volume = 0.35;
    board.take(status_news(status), now);
    let shown = picture(&board, 80, 24, now);
    shows(&shown, "PAUSED");
    shows(&shown, "MUTED");
    shows(&shown, "volume 35 %");
    board.take(News::Over(Ok(())), now);
    shows(&picture(&board, 80, 24, now), "the session has ended");
}

#[test]
fn a_speaker_sees_why_each_update_came() {
    let now = Instant::now();
    let mut board = board(true);
    let mut status = status_of(&[("es", 1)], 1);
    status.update_reason = "newLanguage".to_owned();
    board.take(status_news(status), now);
    let picture = picture(&board, 80, 24, now);
    shows(&picture, "newLanguage         1 listener ▲1");
    shows(&picture, "live, as the speaker");
}

#[test]
fn a_failure_stays_to_be_read() {
    let now = Instant::now();
    let mut board = board(false);
    board.take(News::Over(Err(Failure::Refused("another connection took this place".to_owned()))), now);
    let picture = picture(&board, 80, 24, now);
    shows(&picture, "no longer connected");
    shows(&picture, "another connection took this place");
}

#[test]
fn every_size_can_be_drawn() {
    let now = Instant::now();
    let mut board = board(true);
    let languages: Vec<_> = (0..64).map(|n| (format!("x-very-long-tag-{n}"), u64::MAX / 128)).collect();
    let mut status = status_of(&[], 1);
    status.listener_count = languages.iter().map(|(_, n)| n).sum();
    status.language_distribution = languages;
    board.take(status_news(status), now);
    for width in 1..100 {
        for height in [1, 2, 5, 11, 12, 13, 20, 24, 50] {
            picture(&board, width, height, now);
        }
    }
}
