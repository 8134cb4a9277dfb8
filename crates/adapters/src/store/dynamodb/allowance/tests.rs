//! The names of counters, and requests at the ends of their ranges.

use super::{Allowance, Request, Step, counter};
use headcount_core::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

const TWO_A_SECOND: Allowance = Allowance { burst: 2, interval: Duration::from_millis(500) };

#[test]
fn a_counter_is_named_by_a_hash_of_what_it_counts_and_of_its_allowance() {
    let name = counter("connect from 203.0.113.7", TWO_A_SECOND);
    assert_eq!(name, counter("connect from 203.0.113.7", TWO_A_SECOND));
    assert!(name.len() == 37 && name.starts_with("rate#") && !name.contains("203"), "{name}");
    let others = [
        counter("connect from 203.0.113.8", TWO_A_SECOND),
        counter("", TWO_A_SECOND),
        counter("connect from 203.0.113.7", Allowance { burst: 3, ..TWO_A_SECOND }),
        counter("connect from 203.0.113.7", Allowance { interval: Duration::from_secs(1), ..TWO_A_SECOND }),
        name,
    ];
    assert_eq!(others.iter().collect::<BTreeSet<_>>().len(), others.len());
}

#[test]
fn no_allowance_and_no_time_are_too_large_or_too_small() {
    for burst in [0, 1, u32::MAX] {
        for interval in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            for now in [Timestamp::EPOCH, Timestamp::MAX] {
                let request = Request::new(Allowance { burst, interval }, now);
                assert_eq!(request.step(None), Ok(Step::FromNow));
                assert!(request.step(Some(request.latest)).is_ok(), "{request:?}");
                for step in [Step::FromNow, Step::FromThere] {
                    let names = step.change().to_owned() + step.condition();
                    assert!(request.values(step).keys().all(|name| names.contains(name)));
                }
            }
        }
    }
}
