//! The Lambda Runtime API: takes events, gives answers, until the platform ends us.

use crate::app::App;
use crate::function::Failed;
use headcount_core::ports::Clock;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

impl From<Failed> for Diagnostic {
    fn from(failed: Failed) -> Self {
        Self { error_type: failed.kind().to_owned(), error_message: failed.to_string() }
    }
}

/// The longest that Lambda lets an invocation run.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Serves invocations for as long as the process lives.
///
/// # Errors
/// The Runtime API could not be talked to.
pub async fn run(app: Arc<App>, clock: Arc<dyn Clock>) -> Result<(), lambda_runtime::Error> {
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let app = Arc::clone(&app);
        let within = Duration::from_millis(event.context.deadline.saturating_sub(clock.now().as_millis()));
        async move { app.invoke(&event.payload, within.min(LONGEST)).await }
    }))
    .await
}
