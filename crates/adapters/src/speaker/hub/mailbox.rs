//! What waits to be written to one connection: a small queue with one reader and any number of writers.

use super::Text;
use headcount_core::ports::CloseReason;
use parking_lot::Mutex;
use std::{
    collections::VecDeque,
    task::{Context, Poll, Waker},
};

/// How much may wait for one connection. When either is reached, the connection reads too slowly: all that
/// waits is dropped and the connection closes with [`CloseKind::SlowConsumer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// How many messages; 1 or more.
    pub messages: usize,
    /// How many bytes of messages. One message alone may be longer, so that a healthy connection is never
    /// taken for a slow one.
    pub bytes: usize,
}

impl Default for QueueLimits {
    /// 64 messages, 256 KiB.
    fn default() -> Self {
        Self { messages: 64, bytes: 256 * 1024 }
    }
}

/// Why a connection is closed from within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseKind {
    /// A newer connection took its place.
    Superseded,
    /// Its session has ended.
    SessionEnded,
    /// It reads too slowly.
    SlowConsumer,
    /// The server is going away.
    Draining,
    /// An operator dropped it through the management API.
    Dropped,
}

impl From<CloseReason> for CloseKind {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::Superseded => Self::Superseded,
            CloseReason::SessionEnded => Self::SessionEnded,
        }
    }
}

/// What the connection has to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Write this message.
    Text(Text),
    /// Close; nothing comes after it.
    Close(CloseKind),
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    /// It waits for the reader.
    Queued,
    /// It was one too many: from now on the connection is closing as a slow consumer.
    Overrun,
    /// The connection is closing or gone.
    Refused,
}

/// The queue of one connection. It holds no buffer while nothing waits in it, so an idle one is 88 bytes with
/// the counters of its `Arc`.
#[derive(Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Text>,
    bytes: usize,
    phase: Phase,
    reader: Option<Waker>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// What waits is still written, then comes the close.
    Closing(CloseKind),
    /// The reader is gone.
    Gone,
}

impl Mailbox {
    /// Queues `text`, or begins the close if it is one too many.
    pub(super) fn post(&self, text: &Text, limits: &QueueLimits) -> Posted {
        self.change(|state| {
            if state.phase != Phase::Open {
                return Posted::Refused;
            }
            if state.is_overrun_by(text, limits) {
                state.forget_waiting();
                state.phase = Phase::Closing(CloseKind::SlowConsumer);
                return Posted::Overrun;
            }
            state.bytes += text.len();
            state.waiting.push_back(text.clone());
            Posted::Queued
        })
    }

    /// Lets the connection close after what waits; says whether this is what closes it.
    pub(super) fn close(&self, kind: CloseKind) -> bool {
        self.change(|state| {
            let open = state.phase == Phase::Open;
            if open {
                state.phase = Phase::Closing(kind);
            }
            open
        })
    }

    /// Refuses everything from now on: nobody reads any more.
    pub(super) fn abandon(&self) {
        self.change(|state| {
            state.forget_waiting();
            state.phase = Phase::Gone;
        });
    }

    /// Whether messages are taken.
    pub(super) fn is_open(&self) -> bool {
        self.state.lock().phase == Phase::Open
    }

    /// What is to be done next, if there is anything yet.
    pub(super) fn try_next(&self) -> Option<Outgoing> {
        self.state.lock().next()
    }

    /// Waits for what is to be done next.
    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Outgoing> {
        let mut state = self.state.lock();
        let next = state.next();
        state.ready_or_wait(next, context)
    }

    /// Waits for the queue to be overrun.
    pub(super) fn poll_overrun(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        let overrun = (state.phase == Phase::Closing(CloseKind::SlowConsumer)).then_some(());
        state.ready_or_wait(overrun, context)
    }

    /// Changes the state and wakes the reader, but not under the lock that the reader wants.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock();
        let result = change(&mut state);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        result
    }
}

impl State {
    fn is_overrun_by(&self, text: &Text, limits: &QueueLimits) -> bool {
        !self.waiting.is_empty()
            && (self.waiting.len() >= limits.messages || self.bytes + text.len() > limits.bytes)
    }

    fn next(&mut self) -> Option<Outgoing> {
        let Some(text) = self.waiting.pop_front() else {
            return match self.phase {
                Phase::Closing(kind) => Some(Outgoing::Close(kind)),
                Phase::Open | Phase::Gone => None,
            };
        };
        self.bytes -= text.len();
        if self.waiting.is_empty() {
            self.forget_waiting();
        }
        Some(Outgoing::Text(text))
    }

    /// Empties the queue and gives its buffer back.
    fn forget_waiting(&mut self) {
        self.waiting = VecDeque::new();
        self.bytes = 0;
    }

    fn ready_or_wait<T>(&mut self, ready: Option<T>, context: &Context<'_>) -> Poll<T> {
        match ready {
            Some(ready) => Poll::Ready(ready),
            None => {
                match &mut self.reader {
                    Some(reader) => reader.clone_from(context.waker()),
                    none => *none = Some(context.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests;
