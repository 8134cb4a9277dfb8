//! Tests of the first look, by a clock that only moves when told.

use crate::{FirstLook, Heard, Quotas, Rate, RetryAfter};
use headcount_core::ports::Clock;
use headcount_testkit::ManualClock;
use std::sync::Arc;
use std::time::Duration;

fn look(rate: Rate) -> (FirstLook<&'static str>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::default());
    let port: Arc<dyn Clock> = Arc::clone(&clock) as _;
    (FirstLook::new(rate, &port), clock)
}

const MESSAGES: Rate = Rate { burst: 10, interval: Duration::from_millis(100) };

#[test]
fn who_is_heard_once_a_second_is_never_worth_a_call() {
    let (look, clock) = look(MESSAGES);
    for _ in 0..100 {
        assert_eq!(look.check(&"quiet"), Ok(Heard::Seldom));
        clock.advance(Duration::from_secs(1));
    }
}

#[test]
fn who_is_heard_often_is_counted_and_then_refused() {
    let (look, clock) = look(MESSAGES);
    assert_eq!(look.check(&"loud"), Ok(Heard::Seldom));
    for _ in 1..10 {
        assert_eq!(look.check(&"loud"), Ok(Heard::Often));
    }
    assert_eq!(look.check(&"loud"), Err(RetryAfter { seconds: 1 }));
    assert_eq!(look.check(&"quiet"), Ok(Heard::Seldom), "each is heard apart");
    clock.advance(Duration::from_millis(100));
    assert_eq!(look.check(&"loud"), Ok(Heard::Often));
    clock.advance(Duration::from_secs(1));
    assert_eq!(look.check(&"loud"), Ok(Heard::Seldom));
}

#[test]
fn a_clock_that_goes_back_refuses_and_does_not_break() {
    let (look, clock) = look(MESSAGES);
    clock.advance(Duration::from_secs(60));
    assert_eq!(look.check(&"a"), Ok(Heard::Seldom));
    clock.set(headcount_testkit::samples::at(0));
    assert!(look.check(&"a").is_err());
    assert_eq!(look.check(&"b"), Ok(Heard::Seldom));
}

#[test]
fn the_quotas_are_rates() {
    let quotas = Quotas::default();
    let rate = |burst, millis| Some(Rate { burst, interval: Duration::from_millis(millis) });
    assert_eq!(quotas.status_query_rate(), rate(2, 500));
    assert_eq!(quotas.control_message_rate(), rate(10, 100));
    assert_eq!(quotas.session_rate(), rate(50, 72_000));
    assert_eq!(quotas.connection_rate(), rate(1_000, 100));
    let off = Quotas { connections_per_minute: 0, ..quotas };
    assert_eq!(off.connection_rate(), None);
}
