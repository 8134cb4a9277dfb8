//! How a command fails: one line that says what to do, and an exit code that scripts can tell apart.

use std::process::ExitCode;

/// Why a command did not do what was asked. The text is for the person at the terminal; it holds no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line or the configuration is wrong.
    #[error("{0}")]
    Usage(String),
    /// The server cannot be reached, or cannot answer now.
    #[error("{0}")]
    Unavailable(String),
    /// The fault is on this side.
    #[error("{0}")]
    Internal(String),
    /// The server says no.
    #[error("{0}")]
    Refused(String),
}

impl Failure {
    /// The code for wrong usage, which clap's own complaints get too.
    pub(crate) const USAGE: u8 = 64;

    /// The code as `sysexits.h` of BSD names them: `EX_USAGE`, `EX_UNAVAILABLE`, `EX_SOFTWARE`, `EX_NOPERM`.
    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => Self::USAGE,
            Self::Unavailable(_) => 69,
            Self::Internal(_) => 70,
            Self::Refused(_) => 77,
        }
    }

    /// The same, for `main`.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    /// A failure to read or write something local: the terminal, a file, a child process.
    pub(crate) fn local(doing: &str, error: &std::io::Error) -> Self {
        Self::Internal(format!("could not {doing}: {error}"))
    }
}
