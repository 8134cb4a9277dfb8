//! How many calls an invocation makes, and how many of them one after the other.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long every call takes while trips are followed: long enough for all calls that are made together to be under way
/// before the first of them has its answer.
const SLOWLY: Duration = Duration::from_millis(20);

/// One call under way.
pub(crate) struct Trip {
    depth: usize,
}

/// All calls, and those since the following began.
#[derive(Default)]
pub(crate) struct Trips(Mutex<State>);

#[derive(Default)]
struct State {
    /// How long every call takes; none is answered at once.
    latency: Duration,
    followed: Option<Followed>,
}

/// The operations by how many answers in a row each had to wait for.
#[derive(Default)]
pub(crate) struct Followed {
    steps: Vec<Vec<String>>,
    answered: usize,
}

impl Trips {
    /// From here on, every call takes so long.
    pub(crate) fn take(&self, latency: Duration) {
        self.0.lock().latency = latency;
    }

    /// Follows all calls from here on.
    pub(crate) fn follow(&self) {
        *self.0.lock() = State { latency: SLOWLY, followed: Some(Followed::default()) };
    }

    /// What was followed.
    pub(crate) fn stop(&self) -> Followed {
        std::mem::take(&mut *self.0.lock()).followed.unwrap_or_default()
    }

    /// A call has come: it cannot have been made before the answers were there that have been given.
    pub(crate) async fn begin(&self, operation: &str) -> Trip {
        let (trip, latency) = self.0.lock().begin(operation);
        if latency > Duration::ZERO {
            tokio::time::sleep(latency).await;
        }
        trip
    }

    /// Its answer is about to be given.
    pub(crate) fn end(&self, trip: Trip) {
        if let Some(followed) = &mut self.0.lock().followed {
            followed.answered = followed.answered.max(trip.depth + 1);
        }
    }
}

impl State {
    fn begin(&mut self, operation: &str) -> (Trip, Duration) {
        let depth = self.followed.as_mut().map_or(0, |followed| followed.begin(operation));
        (Trip { depth }, self.latency)
    }
}

impl Followed {
    fn begin(&mut self, operation: &str) -> usize {
        let depth = self.answered;
        self.steps.resize_with(self.steps.len().max(depth + 1), Vec::new);
        self.steps[depth].push(operation.to_owned());
        depth
    }

    /// How many steps there were before the first that only writes: by then the answer is known.
    pub(crate) fn until_known(&self) -> usize {
        let reads = |step: &Vec<String>| step.iter().any(|operation| is_read(operation));
        self.steps.iter().position(|step| !reads(step)).unwrap_or(self.steps.len())
    }

    /// All steps, in words.
    pub(crate) fn in_words(&self) -> String {
        self.steps.iter().map(|step| step_in_words(step)).collect::<Vec<_>>().join(", ")
    }
}

fn step_in_words(step: &[String]) -> String {
    let mut counts = BTreeMap::new();
    for operation in step {
        *counts.entry(operation.as_str()).or_insert(0) += 1;
    }
    let words = counts.into_iter().map(|(operation, count)| match count {
        1 => operation.to_owned(),
        _ => format!("{operation} ×{count}"),
    });
    words.collect::<Vec<_>>().join(" + ")
}

fn is_read(operation: &str) -> bool {
    ["GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"].contains(&operation)
}
