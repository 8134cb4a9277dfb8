//! The dashboard on a terminal: keys in, pictures out, and the terminal as it was before on every way out.

use super::board::{Board, Line};
use super::draw;
use super::feed::Feed;
use crate::failure::Failure;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::interval;

/// The terminal in our hands. Going out of scope gives it back; a panic gives it back before it is reported.
struct Screen(DefaultTerminal);

impl Screen {
    fn take() -> Result<Self, Failure> {
        ratatui::try_init().map(Self).map_err(|error| {
            // Half of the set-up may have happened.
            ratatui::restore();
            Failure::local("take over the terminal; try --plain", &error)
        })
    }

    fn draw(&mut self, board: &Board) -> Result<(), Failure> {
        let drawn = self.0.draw(|frame| draw::draw(frame, board, Instant::now()));
        drawn.map(|_| ()).map_err(|error| Failure::local("draw on the terminal", &error))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

/// Whether the person wants to leave, or to see the picture anew.
enum Wish {
    Leave,
    Redraw,
}

/// Reads keys on a thread of its own until it is dropped.
struct Keys {
    wishes: mpsc::Receiver<Wish>,
    wanted: Arc<AtomicBool>,
}

impl Keys {
    fn read() -> Self {
        const LOOK_UP_EVERY: Duration = Duration::from_millis(100);
        // More keys than fit wait in the terminal.
        let (sender, wishes) = mpsc::channel(8);
        let wanted = Arc::new(AtomicBool::new(true));
        let still_wanted = Arc::clone(&wanted);
        spawn_blocking(move || {
            while still_wanted.load(Ordering::Relaxed) {
                let wish =
                    match event::poll(LOOK_UP_EVERY).and_then(|ready| ready.then(event::read).transpose()) {
                        Ok(Some(event)) => wish(&event),
                        Ok(None) => None,
                        // The terminal has gone away.
                        Err(_) => Some(Wish::Leave),
                    };
                if let Some(wish) = wish
                    && sender.blocking_send(wish).is_err()
                {
                    return;
                }
            }
        });
        Self { wishes, wanted }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::Relaxed);
    }
}

fn wish(event: &Event) -> Option<Wish> {
    match event {
        Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) => None,
        Event::Key(KeyEvent { code: KeyCode::Char('q' | 'Q') | KeyCode::Esc, .. }) => Some(Wish::Leave),
        Event::Key(KeyEvent { code: KeyCode::Char('c' | 'd'), modifiers, .. })
            if modifiers.contains(KeyModifiers::CONTROL) =>
        {
            Some(Wish::Leave)
        }
        Event::Resize(..) => Some(Wish::Redraw),
        _ => None,
    }
}

/// Shows the board until the person leaves.
///
/// # Errors
/// The server cannot be reached or refuses, or the terminal fails.
pub(super) async fn show(mut feed: Feed, mut board: Board) -> Result<(), Failure> {
    let stop = |kind| signal(kind).map_err(|error| Failure::local("listen for signals", &error));
    let (mut terminate, mut hang_up) = (stop(SignalKind::terminate())?, stop(SignalKind::hangup())?);
    let mut screen = Screen::take()?;
    let mut keys = Keys::read();
    let mut clock = interval(Duration::from_millis(250));
    loop {
        screen.draw(&board)?;
        let is_over = matches!(board.line, Line::Ended | Line::Failed(_));
        tokio::select! {
            news = feed.next(), if !is_over => board.take(news, Instant::now()),
            wish = keys.wishes.recv() => match wish {
                Some(Wish::Redraw) => {}
                Some(Wish::Leave) | None => break,
            },
            _ = clock.tick() => {}
            _ = terminate.recv() => break,
            _ = hang_up.recv() => break,
        }
        // What failed before anything was seen is better read on the plain terminal.
        if matches!(board.line, Line::Failed(_)) && board.last.is_none() {
            break;
        }
    }
    drop(screen);
    feed.stop().await;
    match board.line {
        Line::Failed(failure) => Err(failure),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<Wish> {
        wish(&Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn q_escape_and_control_c_leave_and_other_keys_do_nothing() {
        for (code, modifiers) in [
            (KeyCode::Char('q'), KeyModifiers::NONE),
            (KeyCode::Char('Q'), KeyModifiers::SHIFT),
            (KeyCode::Esc, KeyModifiers::NONE),
            (KeyCode::Char('c'), KeyModifiers::CONTROL),
        ] {
            assert!(matches!(pressed(code, modifiers), Some(Wish::Leave)), "{code:?}");
        }
        assert!(pressed(KeyCode::Char('c'), KeyModifiers::NONE).is_none());
        assert!(pressed(KeyCode::Enter, KeyModifiers::NONE).is_none());
        assert!(matches!(wish(&Event::Resize(80, 24)), Some(Wish::Redraw)));
    }
}
