//! File descriptors: every connection is one, and the system limits them.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Allows this process as many as it may have, and says how many those are; `None` is no limit.
///
/// The soft limit is often 1,024, for the sake of programs that use `select`.
pub(crate) fn raise() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return current;
    }
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    if raised.is_ok() { maximum } else { current }
}
