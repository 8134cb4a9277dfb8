//! The picture of the dashboard.

use super::board::{Board, Line as Connection};
use crate::term::{digits, format};
use headcount_protocol::received::ReceivedStatus;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph, RenderDirection, Sparkline};
use std::time::Instant;

/// A minute in milliseconds.
const MINUTE: u64 = 60_000;

/// Draws the whole dashboard. On a terminal too small for it, the count and the state of the connection.
pub(super) fn draw(frame: &mut Frame, board: &Board, now: Instant) {
    let area = frame.area();
    if area.height < 12 || area.width < 50 {
        return draw_small(frame, area, board, now);
    }
    let rows = [
        Constraint::Length(1),
        Constraint::Length(9),
        Constraint::Length(1),
        Constraint::Length(if area.height >= 24 { 6 } else { 4 }),
        Constraint::Min(0),
        Constraint::Length(1),
    ];
    let [head, top, broadcast, trend, events, foot] = Layout::vertical(rows).areas(area);
    let [count, languages] = Layout::horizontal([Constraint::Percentage(45), Constraint::Min(0)]).areas(top);
    draw_head(frame, head, board, now);
    draw_count(frame, count, board, now);
    draw_languages(frame, languages, board);
    frame.render_widget(broadcast_line(board, now), broadcast);
    draw_trend(frame, trend, board, now);
    draw_events(frame, events, board);
    draw_foot(frame, foot, board);
}

fn draw_small(frame: &mut Frame, area: Rect, board: &Board, now: Instant) {
    let mut lines =
        vec![Line::from(vec![count_text(board).bold(), " listeners".into()]), connection(board, now)];
    lines.extend(inexact(board));
    lines.push(broadcast_line(board, now));
    frame.render_widget(Paragraph::new(lines), area);
}

fn status(board: &Board) -> Option<&ReceivedStatus> {
    board.last.as_ref().map(|(status, _)| status)
}

fn count_text(board: &Board) -> String {
    status(board).map_or_else(|| "–".to_owned(), |status| format::count(status.listener_count))
}

fn draw_head(frame: &mut Frame, area: Rect, board: &Board, now: Instant) {
    let name = Line::from(vec![
        " headcount ".bold().reversed(),
        format!(" {}", board.session).bold(),
        format!("  {}", format::stopwatch(board.session_seconds(now))).into(),
    ]);
    frame.render_widget(name, area);
    frame.render_widget(connection(board, now).right_aligned(), area);
}

/// How the connection is, in words.
fn connection(board: &Board, now: Instant) -> Line<'static> {
    match &board.line {
        Connection::Connecting => Line::from("connecting…".yellow()),
        Connection::Live if board.as_speaker => Line::from("● live, as the speaker ".green()),
        Connection::Live => Line::from("● live ".green()),
        Connection::Lost { retry_at, .. } => {
            let seconds = retry_at.saturating_duration_since(now).as_secs_f64().ceil();
            Line::from(format!("connection lost, trying again in {seconds:.0} s ").red().bold())
        }
        Connection::Ended => Line::from("the session has ended ".yellow().bold()),
        Connection::Failed(_) => Line::from("no longer connected ".red().bold()),
    }
}

/// Says that the count may be short, if it may.
fn inexact(board: &Board) -> Option<Line<'static>> {
    let exact = status(board).is_none_or(|status| status.exact);
    (!exact).then(|| Line::from("NOT EXACT: there may be more listeners".black().on_yellow()))
}

fn draw_count(frame: &mut Frame, area: Rect, board: &Board, now: Instant) {
    let block = Block::bordered().title(" Listeners ");
    let inner = block.inner(area);
    let is_current = board.line == Connection::Live;
    let style = if is_current { Style::new().fg(Color::Cyan) } else { Style::new().fg(Color::DarkGray) };
    let big = status(board).and_then(|status| digits::big(status.listener_count, usize::from(inner.width)));
    let mut lines: Vec<Line> = match big {
        Some(rows) => rows.into_iter().map(|row| Line::styled(row, style)).collect(),
        None => vec![Line::from(""), Line::styled(count_text(board), style.add_modifier(Modifier::BOLD))],
    };
    let facts =
        format!("peak {}{}{}", format::count(board.peak), last_minute(board, now), reconnecting(board));
    lines.push(Line::from(facts.dim()));
    lines.extend(inexact(board));
    frame.render_widget(Paragraph::new(lines).centered().block(block), area);
}

/// How the count differs from that of a minute ago.
fn last_minute(board: &Board, now: Instant) -> String {
    let before = board.server_time(now).and_then(|time| board.trend.count_before(time, MINUTE));
    match (before, status(board)) {
        (Some(before), Some(status)) if before != status.listener_count => {
            format!("   {} in the last minute", format::difference(before, status.listener_count))
        }
        _ => String::new(),
    }
}

/// How many of those counted have lost their connection and may come back; only a speaker is told.
fn reconnecting(board: &Board) -> String {
    let audience = status(board).and_then(|status| status.audience.as_ref());
    match audience.map_or(0, |audience| audience.reconnecting) {
        0 => String::new(),
        listeners => format!("   {} reconnecting", format::count(listeners)),
    }
}

fn draw_languages(frame: &mut Frame, area: Rect, board: &Board) {
    let distribution = status(board).map_or(&[][..], |status| &status.language_distribution[..]);
    let title = match distribution.len() {
        0 => " Languages ".to_owned(),
        languages => format!(" Languages ({languages}) "),
    };
    let block = Block::bordered().title(title);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let lines = bars(distribution, usize::from(inner.width), usize::from(inner.height));
    frame.render_widget(Paragraph::new(lines), inner);
}

/// A bar for every language, as many as fit; the last line sums up the others.
fn bars(distribution: &[(String, u64)], width: usize, height: usize) -> Vec<Line<'static>> {
    const NUMBERS: usize = 16;
    let fit = if distribution.len() > height { height.saturating_sub(1) } else { height };
    let (shown, hidden) = distribution.split_at(fit.min(distribution.len()));
    let tag_width = shown.iter().map(|(tag, _)| tag.chars().count()).max().unwrap_or_default().clamp(2, 11);
    let room = width.saturating_sub(tag_width + NUMBERS + 1);
    let largest = distribution.iter().map(|(_, listeners)| *listeners).max().unwrap_or_default();
    let total: u64 = distribution.iter().map(|(_, listeners)| *listeners).sum();
    let mut lines: Vec<_> = shown
        .iter()
        .map(|(tag, listeners)| {
            let tag: String = tag.chars().take(tag_width).collect();
            let numbers =
                format!(" {:>9} {:>3} %", format::count(*listeners), format::percent(*listeners, total));
            Line::from(vec![
                Span::from(format!("{tag:<tag_width$} ")),
                bar(*listeners, largest, room).cyan(),
                Span::from(numbers),
            ])
        })
        .collect();
    if !hidden.is_empty() {
        let listeners: u64 = hidden.iter().map(|(_, listeners)| *listeners).sum();
        let text = format!("and {} more languages with {}", hidden.len(), format::listeners(listeners));
        lines.push(Line::from(text.dim()));
    }
    lines
}

/// A bar in eighths of a column, padded to `room` columns. Whoever is there at all is seen.
fn bar(part: u64, whole: u64, room: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = u128::from(part) * 8 * room as u128 / u128::from(whole.max(1));
    let eighths = usize::try_from(eighths).unwrap_or_default().max(usize::from(part > 0)).min(room * 8);
    let mut text = "█".repeat(eighths / 8);
    text.push_str(EIGHTHS[eighths % 8]);
    let drawn = text.chars().count();
    text.push_str(&" ".repeat(room.saturating_sub(drawn)));
    text
}

fn broadcast_line(board: &Board, now: Instant) -> Line<'static> {
    let Some(status) = status(board) else { return Line::from(" waiting for the first status".dim()) };
    let state = &status.broadcast;
    let since = board.server_time(now).map_or(0, |time| time.saturating_sub(state.last_state_change) / 1_000);
    let mut spans = vec![" Broadcast  ".dim()];
    spans.push(match (state.is_active, state.is_paused) {
        (false, _) => " ENDED ".black().on_red(),
        (true, true) => " PAUSED ".black().on_yellow(),
        (true, false) => " ON AIR ".black().on_green(),
    });
    if state.is_muted {
        spans.extend(["  ".into(), " MUTED ".black().on_yellow()]);
    }
    spans.push(format!("   volume {:.0} %", state.volume * 100.0).into());
    spans.push(format!("   since {}", format::stopwatch(since)).dim());
    Line::from(spans)
}

fn draw_trend(frame: &mut Frame, area: Rect, board: &Board, now: Instant) {
    let time = board.server_time(now).unwrap_or_default();
    let minutes = span(board.trend.reach(time));
    let title = if minutes == 1 { " Last minute ".to_owned() } else { format!(" Last {minutes} minutes ") };
    let block = Block::new().borders(Borders::TOP).title(title);
    let columns = board.trend.columns(usize::from(area.width), minutes * MINUTE, time);
    let spark = Sparkline::default()
        .data(&columns)
        .direction(RenderDirection::LeftToRight)
        .style(Style::new().fg(Color::Cyan));
    frame.render_widget(spark.block(block), area);
}

/// How many minutes to show of a past that reaches so many milliseconds back: few enough that it fills the width.
fn span(reach: u64) -> u64 {
    [1, 2, 5, 10].into_iter().find(|minutes| reach <= minutes * MINUTE).unwrap_or(20)
}

fn draw_events(frame: &mut Frame, area: Rect, board: &Board) {
    let block = Block::new().borders(Borders::TOP).title(" What happened ");
    let lines: Vec<_> = board
        .events
        .iter()
        .take(usize::from(area.height))
        .map(|event| {
            Line::from(vec![
                format!(" {}  ", format::time_of_day(event.at)).dim(),
                Span::styled(format!("{:<20}", event.reason), reason_style(&event.reason)),
                event.text.clone().into(),
            ])
        })
        .collect();
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

/// One colour for each reason of an update.
fn reason_style(reason: &str) -> Style {
    let colour = match reason {
        "newLanguage" => Color::Magenta,
        "listenerCountChange" => Color::Yellow,
        "requested" => Color::Cyan,
        "sessionEnded" => Color::Red,
        _ => Color::Gray,
    };
    Style::new().fg(colour)
}

fn draw_foot(frame: &mut Frame, area: Rect, board: &Board) {
    let text = match &board.line {
        Connection::Failed(failure) => format!(" {failure}   q quits"),
        Connection::Lost { why, .. } => format!(" {}: {why}   q quits", board.server),
        _ => format!(" {}   q quits", board.server),
    };
    frame.render_widget(Line::from(text.dim()), area);
}

#[cfg(test)]
mod tests;
