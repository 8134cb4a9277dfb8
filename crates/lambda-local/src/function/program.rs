//! What a function runs, and in which surroundings.

use super::log::FunctionLog;
use crate::stack::REGION;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::process::Command;

/// The time of day, for deadlines and events.
pub(crate) type Clock = Arc<dyn headcount_core::ports::Clock>;

/// What a function runs.
pub(crate) struct Program {
    /// The name of the function.
    pub(crate) name: &'static str,
    /// The `bootstrap`.
    pub(crate) path: PathBuf,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) timeout: Duration,
    pub(crate) memory_mb: u64,
    pub(crate) log: FunctionLog,
    pub(crate) clock: Clock,
}

impl Program {
    /// The command that starts a process which asks for its events at `runtime_api`.
    pub(super) fn command(&self, runtime_api: &str) -> Command {
        let mut command = Command::new(&self.path);
        command.env_clear();
        command.envs([
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &self.memory_mb.to_string()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_REGION", REGION),
            // Everything here wants requests to be signed, and nothing looks at the signature.
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
        ]);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(self.log.output()).kill_on_drop(true);
        // A Ctrl-C in the terminal is for us; we end the processes ourselves.
        #[cfg(unix)]
        command.process_group(0);
        command
    }
}
