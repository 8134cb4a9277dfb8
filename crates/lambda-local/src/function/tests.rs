//! A function whose program is not there. What one does that is there, the tests of the real one show
//! (`crates/lambda/tests/stack`).

use super::*;
use headcount_server::SystemClock;
use serde_json::json;
use tokio::time::Instant;

fn function(waiting: usize) -> Function {
    let program = Program {
        name: "requests",
        path: "/nowhere/bootstrap".into(),
        environment: Vec::new(),
        timeout: Duration::from_secs(5),
        memory_mb: 256,
        log: FunctionLog::Discarded,
        clock: Arc::new(SystemClock::default()),
    };
    Function::new(program, 1, waiting, CancellationToken::new(), TaskTracker::new())
}

fn not_started(returned: &Result<Value, InvokeError>) -> bool {
    matches!(returned, Err(InvokeError::NotStarted(why)) if why.contains("/nowhere/bootstrap"))
}

#[tokio::test(start_paused = true)]
async fn a_program_that_does_not_start_is_started_again_after_a_while() {
    let (function, start) = (function(9), Instant::now());
    for waited_ms in [0, 100, 300] {
        assert!(not_started(&function.invoke(json!({})).await));
        assert_eq!(start.elapsed().as_millis(), waited_ms);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_more_than_can_wait_is_throttled() {
    let function = function(1);
    assert!(not_started(&function.invoke(json!({})).await));
    let invoke = || function.invoke(json!({}));
    let (runs, waits, comes_on_top) = tokio::join!(invoke(), invoke(), invoke());
    assert!(not_started(&runs) && not_started(&waits), "{runs:?} {waits:?}");
    assert_eq!(comes_on_top, Err(InvokeError::Throttled));
}

#[tokio::test]
async fn who_stops_starts_nothing() {
    let function = function(1);
    function.0.stopping.cancel();
    assert_eq!(function.invoke(json!({})).await, Err(InvokeError::Stopped));
}
