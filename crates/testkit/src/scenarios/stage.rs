//! Where a story is played: a service that runs, and what may be said about it beforehand.

use async_trait::async_trait;
use std::any::Any;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// One way to run Headcount.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Starts a service with these rules and nothing in it. Other limits than those of the rules must be out of the way.
    async fn stage(&self, rules: Rules) -> Stage;

    /// A folder for what was heard where that differs from what should have been.
    fn scratch(&self) -> &Path;
}

/// What a story needs to be set. Everything else is as the contract has it by default.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How long after the last status the next is sent. A driver that cannot take so short a time takes the shortest
    /// it can and says so in [`Stage::period`].
    pub period: Duration,
    /// How long a change of the audience is held back after another was told. A driver that cannot set it has 1 s.
    pub gap: Duration,
    /// How long a listener counts after its connection was cut. A driver that cannot set it has 5 s, so that a story
    /// may want it long or short, and not this long.
    pub grace: Duration,
    /// How many listeners a session may have.
    pub max_listeners: u32,
    /// The languages that listeners may choose; every one if there are none.
    pub languages: &'static [&'static str],
    /// Whether speakers have to log in.
    pub logins: bool,
    /// How many questions a second a speaker may ask; 0 is as many as it likes.
    pub questions_per_second: u32,
}

impl Default for Rules {
    /// Nothing is told only because time has passed, changes are told soon, nothing is refused for being too much,
    /// anybody may speak.
    fn default() -> Self {
        Self {
            period: Duration::from_secs(900),
            gap: Duration::from_millis(200),
            grace: Duration::from_secs(5),
            max_listeners: 10_000,
            languages: &[],
            logins: false,
            questions_per_second: 0,
        }
    }
}

/// A service that runs, until this is dropped.
pub struct Stage {
    /// Where clients connect, without a query: `ws://127.0.0.1:8080/prod`.
    pub url: String,
    /// How long after the last status the next is sent.
    pub period: Duration,
    /// Makes a login token of a user. Called where the rules want logins.
    pub login: fn(&str) -> String,
    /// What this way to run Headcount does otherwise, by the contract.
    pub differences: Differences,
    /// What keeps the service running.
    pub running: Box<dyn Any + Send>,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What the contract lets one way to run Headcount do otherwise than the server, by name. All are off by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Differences {
    /// The service closes with whatever code, except what is too big: "the close code cannot be chosen; the message
    /// `sessionEnded` is authoritative".
    pub any_close_code: bool,
    /// A refused upgrade has a body of API Gateway's own: no answer of a function reaches a client that is not
    /// connected. The status is that of the contract, and a client that offers the subprotocol is told the rest.
    pub bare_refusals: bool,
}
