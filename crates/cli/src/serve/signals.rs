//! The signals that stop a server: the first lets it drain, the second ends it at once.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGINT and SIGTERM.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Takes both from now on, so that they no longer end the process by themselves.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the first one. From then on the next one ends the process, with the exit code that a shell gives a
    /// process that died of it.
    pub(super) async fn first(mut self) {
        let name = self.next().await.0;
        tracing::info!(signal = name, "stopping; another signal ends it at once");
        tokio::spawn(async move { std::process::exit(self.next().await.1) });
    }

    async fn next(&mut self) -> (&'static str, i32) {
        tokio::select! {
            _ = self.interrupt.recv() => ("SIGINT", 128 + SignalKind::interrupt().as_raw_value()),
            _ = self.terminate.recv() => ("SIGTERM", 128 + SignalKind::terminate().as_raw_value()),
        }
    }
}
