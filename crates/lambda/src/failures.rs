//! What of a batch has failed, and how one part of an invocation fails without the others.

use futures_util::FutureExt;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;

/// The parts of a batch that are to come again.
#[derive(Default)]
pub(crate) struct Failures(Mutex<Vec<String>>);

impl Failures {
    /// The part of that name failed.
    pub(crate) fn add(&self, name: &str) {
        self.0.lock().push(name.to_owned());
    }

    /// The answer that Lambda wants (`ReportBatchItemFailures`). An empty name in it makes the whole batch come again.
    pub(crate) fn report(&self) -> Value {
        let failed = self.0.lock();
        let items: Vec<Value> = failed.iter().map(|name| json!({ "itemIdentifier": name })).collect();
        json!({ "batchItemFailures": items })
    }
}

#[cfg(panic = "abort")]
compile_error!(
    "build with panic = \"unwind\": a part of an invocation that panics must not end the function"
);

/// What `part` comes to; `None` where it panics. The panic's own message is in the log.
///
/// What it was about to do may be half done. That is as after a process that was killed: the stores are changed in
/// single steps, and whoever comes next looks into them.
pub(crate) async fn guarded<T>(part: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(part).catch_unwind().await.ok()
}
