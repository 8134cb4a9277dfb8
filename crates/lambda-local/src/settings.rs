//! What can be set.

use crate::function::FunctionLog;
use crate::gateway::ConnectionLimits;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// How the stack is played. [`Settings::new`] has defaults for everything but the programs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The function: a `bootstrap` of this machine's architecture.
    pub bootstrap: PathBuf,
    /// DynamoDB: the program that `scripts/emulator` builds.
    pub emulator: PathBuf,
    /// Where the WebSocket API listens; port 0, the default, takes any free one.
    pub listen: SocketAddr,
    /// Parameters of the template by their names, such as `StatusCacheMs`, in place of its defaults. Here, unlike on AWS,
    /// `SpeakerAuth` may be `none`, and by default it is: anybody may create sessions.
    pub parameters: Vec<(String, String)>,
    /// More environment variables of the functions, in place of the template's.
    pub environment: Vec<(String, String)>,
    /// How often the rule fires; `None`, the default, is as often as the template says.
    pub sweep_every: Option<Duration>,
    /// How often the stream is looked at. Lambda does so four times a second, which is the default.
    pub poll_every: Duration,
    /// When a message of the queue that was not worked off comes again; `None`, the default, is as the template says.
    pub visibility: Option<Duration>,
    /// What a connection is held to.
    pub connections: ConnectionLimits,
    /// How many processes the function has that answers clients. 4 by default, at least 1.
    pub request_instances: usize,
    /// How many the function has that tells speakers what changes. 2 by default, at least 1.
    pub update_instances: usize,
    /// Where the log of the functions goes.
    pub log: FunctionLog,
}

impl Settings {
    /// The defaults, around these two programs.
    #[must_use]
    pub fn new(bootstrap: impl Into<PathBuf>, emulator: impl Into<PathBuf>) -> Self {
        Self {
            bootstrap: bootstrap.into(),
            emulator: emulator.into(),
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            parameters: vec![("SpeakerAuth".to_owned(), "none".to_owned())],
            environment: Vec::new(),
            sweep_every: None,
            poll_every: Duration::from_millis(250),
            visibility: None,
            connections: ConnectionLimits::default(),
            request_instances: 4,
            update_instances: 2,
            log: FunctionLog::Discarded,
        }
    }

    /// Sets one parameter of the template.
    #[must_use]
    pub fn with(mut self, parameter: &str, value: impl Into<String>) -> Self {
        self.parameters.push((parameter.to_owned(), value.into()));
        self
    }
}
