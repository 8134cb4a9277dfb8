//! The rule that fires again and again, and the event by which it does.

use crate::dead_letters::DeadLetters;
use crate::function::{Clock, Invoke, InvokeError};
use crate::ids;
use crate::stack::{ACCOUNT, REGION, STACK, Source, arn};
use headcount_core::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// The rule of the template.
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) function: Arc<dyn Invoke>,
    pub(crate) clock: Clock,
    pub(crate) dead: DeadLetters,
}

impl Rule {
    /// Fires every `period`, until it is dropped. What fails is not tried again: the next one comes soon.
    pub(crate) async fn run(self, period: Duration) {
        let mut ticks = interval_at(Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if self.fire().await.is_err() {
                self.dead.add("rule", "the sweep failed");
            }
        }
    }

    /// Fires now; what the function returns.
    pub(crate) async fn fire(&self) -> Result<Value, InvokeError> {
        self.function.invoke(event(self.clock.now())).await
    }
}

/// Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html>
fn event(at: Timestamp) -> Value {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    json!({
        "version": "0",
        "id": ids::uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": REGION,
        "resources": [arn(Source::Rule, &format!("{STACK}-UpdatesSweep"))],
        "detail": {},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_is_that_of_a_rule() {
        let event = event(Timestamp::from_millis(1_795_521_600_123));
        assert_eq!(
            (&event["source"], &event["detail-type"]),
            (&json!("aws.events"), &json!("Scheduled Event"))
        );
        assert_eq!(event["time"], "2026-11-24T12:00:00Z");
        assert_eq!(
            event["resources"][0],
            "arn:aws:events:us-east-1:000000000000:rule/headcount-local-UpdatesSweep"
        );
    }
}
