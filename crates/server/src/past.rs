//! What was: how a session went and what its speaker was told at some moment, for both ways to ask.

use crate::app::App;
use headcount_core::{Account, History, SessionId, Span, StatusUpdate, Timestamp, WrongSpan};
use headcount_protocol::{HistoryQuery, ProtocolError, ServerMessage};

#[cfg(test)]
mod tests;

/// How many points a history has at the most, unless the step says otherwise.
const POINTS: usize = 360;

impl App {
    /// The account of the session of that name.
    pub(crate) async fn account(&self, id: &SessionId) -> Result<Account, ProtocolError> {
        let found =
            self.history.account(id, self.now()).await.map_err(|failed| self.store_failed(&failed))?;
        found.ok_or_else(ProtocolError::session_not_found)
    }

    /// Does `work` beside the tasks of the sockets: going through the account of a long session takes milliseconds,
    /// for which they should not wait.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ProtocolError> {
        tokio::task::spawn_blocking(work).await.map_err(|_| self.work_failed())
    }
}

/// The stretch of `account` that is asked for.
pub(crate) fn history(
    account: &Account,
    asked: HistoryQuery,
    now: Timestamp,
) -> Result<History, ProtocolError> {
    Ok(History::of(account, span(account, asked, now, POINTS)?))
}

/// The message with the stretch of `account` that is asked for, in at most `longest` bytes: with fewer points where no
/// step is asked for, refused where one is.
pub(crate) fn history_within(
    longest: usize,
    account: &Account,
    asked: HistoryQuery,
    now: Timestamp,
) -> Result<String, ProtocolError> {
    let mut points = POINTS;
    loop {
        let history = History::of(account, span(account, asked, now, points)?);
        let text = ServerMessage::SessionHistory(&history).to_json(now);
        if text.len() <= longest {
            return Ok(text);
        }
        if asked.step.is_some() || points <= 2 {
            let expected = format!("so long that the answer has at most {longest} bytes");
            return Err(ProtocolError::invalid_parameter("step", &expected));
        }
        points /= 2;
    }
}

/// What of the session's life is asked for; without a step, in at most `points` points.
fn span(
    account: &Account,
    asked: HistoryQuery,
    now: Timestamp,
    points: usize,
) -> Result<Span, ProtocolError> {
    let (first, last) = life(account, now);
    let from = asked.from.unwrap_or(first).max(first);
    let to = asked.to.unwrap_or(last).min(last);
    if from > last {
        return Err(ProtocolError::invalid_parameter("from", "no later than now, or the end of the session"));
    }
    let backwards =
        || ProtocolError::invalid_parameter("to", "no earlier than from, or the beginning of the session");
    match asked.step {
        _ if to < from => Err(backwards()),
        None => Ok(Span::whole(from, to, points)),
        Some(step) => Span::new(from, to, step).map_err(|wrong| match wrong {
            WrongSpan::Backwards => backwards(),
            WrongSpan::TooFine => {
                ProtocolError::invalid_parameter("step", "long enough for at most 1,000 points")
            }
        }),
    }
}

/// What the speaker of `account`'s session was told at `at`, or would have been.
pub(crate) fn told(account: &Account, at: Timestamp, now: Timestamp) -> Result<StatusUpdate, ProtocolError> {
    let outside =
        || ProtocolError::invalid_parameter("at", "a moment between the session's beginning and now");
    let told = (at <= now).then(|| headcount_report::told_at(account, at)).flatten();
    told.ok_or_else(outside)
}

/// From when to when there is something to say.
fn life(account: &Account, now: Timestamp) -> (Timestamp, Timestamp) {
    (account.created_at, account.end.map_or(now, |end| end.at).max(account.created_at))
}
