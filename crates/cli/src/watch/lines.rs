//! The dashboard without a terminal: a line for every change, or the messages themselves.

use super::changes;
use super::feed::{Feed, News};
use crate::failure::Failure;
use crate::status;
use crate::term::{self, format};
use headcount_protocol::received::ReceivedStatus;
use tokio::signal::ctrl_c;

/// Prints every message as the server wrote it.
///
/// # Errors
/// The server cannot be reached or refuses.
pub(super) async fn json(feed: Feed) -> Result<(), Failure> {
    each(feed, |news| match news {
        News::Status { raw, .. } | News::Other { raw, .. } => Some(raw.clone()),
        News::Lost { why, retry_in } => {
            complain(why, retry_in.as_secs_f64());
            None
        }
        News::Open | News::Over(_) => None,
    })
    .await
}

/// Prints a line for every change, or in the speaker's seat for every status.
///
/// # Errors
/// The server cannot be reached or refuses.
pub(super) async fn plain(feed: Feed, as_speaker: bool) -> Result<(), Failure> {
    let mut last: Option<ReceivedStatus> = None;
    each(feed, move |news| match news {
        News::Status { status, .. } => {
            let changes = changes::between(last.as_ref(), status);
            let before = last.as_ref().map_or(0, |status| status.listener_count);
            let shown = (as_speaker || !changes.is_empty()).then(|| line(before, status, as_speaker));
            last = Some(status.as_ref().clone());
            shown
        }
        News::Lost { why, retry_in } => {
            complain(why, retry_in.as_secs_f64());
            None
        }
        News::Over(Ok(())) => Some("the session has ended".to_owned()),
        News::Open | News::Other { .. } | News::Over(Err(_)) => None,
    })
    .await
}

/// Prints what `show` makes of the news until they are over, the reader has gone, or Ctrl-C.
async fn each(mut feed: Feed, mut show: impl FnMut(&News) -> Option<String>) -> Result<(), Failure> {
    loop {
        let news = tokio::select! {
            news = feed.next() => news,
            _ = ctrl_c() => break,
        };
        if let Some(line) = show(&news)
            && term::write(&format!("{line}\n")).is_err()
        {
            // The reader of the pipe has seen enough.
            break;
        }
        if let News::Over(end) = news {
            return end;
        }
    }
    feed.stop().await;
    Ok(())
}

fn complain(why: &str, seconds: f64) {
    term::complain(&format!("headcount: connection lost ({why}), trying again in {seconds:.0} s"));
}

/// One status in one line.
pub(super) fn line(before: u64, status: &ReceivedStatus, with_reason: bool) -> String {
    let mut line = format!(
        "{}  {:>7} {:<7}  {}",
        format::time_of_day(status.timestamp),
        format::count(status.listener_count),
        format::difference(before, status.listener_count),
        format::languages(&status.language_distribution, 6),
    );
    let broadcast = status::broadcast(&status.broadcast);
    if broadcast != "on air, volume 100 %" {
        line.push_str(&format!("  [{broadcast}]"));
    }
    if !status.exact {
        line.push_str("  [not exact]");
    }
    if with_reason {
        line.push_str(&format!("  {}", status.update_reason));
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::changes::tests::status;

    #[test]
    fn a_line_says_what_matters_and_no_more() {
        let mut status = status(&[("es", 1_500), ("fr", 12)], 1_699_501_847_000);
        let shown = line(1_500, &status, false);
        assert!(shown.ends_with("  1,512 ▲12      es 1,500  fr 12"), "{shown:?}");
        status.broadcast.is_muted = true;
        status.exact = false;
        let shown = line(1_512, &status, true);
        assert!(shown.ends_with("[on air, muted, volume 100 %]  [not exact]  requested"), "{shown:?}");
    }
}
