//! File descriptors: every connection is one, and the system limits them.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What a server needs besides its clients: the store, logs, listeners, the runtime.
const BESIDES_CLIENTS: u64 = 64;

/// Makes room for `max_connections` (0 is no limit) and logs a warning where there is less.
///
/// The soft limit, often 1,024 for the sake of programs that use `select`, is raised to the hard one.
pub(super) fn prepare_for(max_connections: u32) {
    let Some(room) = raise().map(|limit| limit.saturating_sub(BESIDES_CLIENTS)) else { return };
    if max_connections == 0 || room < u64::from(max_connections) {
        tracing::warn!(
            room,
            max_connections,
            "open files are limited to fewer connections than allowed; raise the limit (ulimit -n, LimitNOFILE) or \
             lower --max-connections"
        );
    }
}

/// Raises the limit as far as this process may. Returns what it is then; `None` is no limit.
fn raise() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return current;
    }
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if raised.is_ok() { maximum } else { current }
}
