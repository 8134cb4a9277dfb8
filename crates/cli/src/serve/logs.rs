//! The log of a server, on standard error.

use crate::config::LogFormat;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts to log. Colours follow the terminal and NO_COLOR.
pub(super) fn start(format: LogFormat, filter: EnvFilter) {
    // A reader that has gone must not end the server: without this, a line that cannot be written is reported to
    // the same standard error, which panics.
    let log = tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false);
    let log = log.with_writer(std::io::stderr);
    match format {
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).init()
        }
        LogFormat::Pretty => log.with_ansi(colours()).init(),
    }
}

fn colours() -> bool {
    std::io::stderr().is_terminal() && !anstyle_query::no_color()
}
