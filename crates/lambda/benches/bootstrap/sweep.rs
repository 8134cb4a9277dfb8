//! How long the schedule's sweep takes over a thousand sessions of fifty listeners.

use crate::arguments::Arguments;
use crate::audience;
use crate::cloud::{Calls, Cloud};
use crate::figures::Figures;
use crate::function::Function;
use crate::process::{cpu, most_resident};
use serde_json::{Value, json};
use std::time::Duration;

const SESSIONS: usize = 1_000;
const LISTENERS: usize = 50;
/// How often each sweep is measured, each time with a new process.
const RUNS: usize = 5;

const OURS: [(&str, &str); 1] = [("HEADCOUNT_SPEAKER_AUTH", "none")];
const OTHERS: [(&str, &str); 2] = [("TABLE_WRITERS", "others"), ("SESSIONS_SCAN_FALLBACK", "true")];

/// How long every call takes where a sweep is measured that waits, about as DynamoDB does.
const LATENCY: Duration = Duration::from_millis(5);
/// And where there is no time for all sessions in one invocation: the function begins with none after 4 s.
const TOO_SLOW: Duration = Duration::from_millis(50);

/// Measures it.
pub(crate) fn measure(cloud: &Cloud, arguments: &Arguments, figures: &mut Figures) {
    cloud.clear();
    let maker = Function::start(cloud, arguments, &OURS);
    let session = audience::create(&maker);
    audience::join(&maker, &session, 0..LISTENERS);
    drop(maker);
    audience::copy(cloud, &session, SESSIONS - 1);
    audience::told_earlier(cloud, Duration::from_secs(40));
    sweep(cloud, arguments, "our tables", &OURS, figures);
    wait(cloud, arguments, LATENCY, figures);
    wait(cloud, arguments, TOO_SLOW, figures);
    cloud.clear();
    audience::attach(cloud, SESSIONS, LISTENERS);
    sweep(cloud, arguments, "tables of others", &OTHERS, figures);
}

/// Sweeps when all are due, and again when none is.
fn sweep(
    cloud: &Cloud,
    arguments: &Arguments,
    tables: &str,
    settings: &[(&str, &str)],
    figures: &mut Figures,
) {
    let seed = cloud.shared.tables.lock().clone();
    let mut all = Sweeps::default();
    let mut none = Sweeps::default();
    let mut most = None;
    for _ in 0..RUNS {
        *cloud.shared.tables.lock() = seed.clone();
        let function = Function::start(cloud, arguments, settings);
        all.run(cloud, &function, SESSIONS);
        none.run(cloud, &function, 0);
        most = most.max(most_resident(function.pid()));
    }
    all.note(format!("sweep of {SESSIONS} × {LISTENERS}, {tables}, all due"), figures);
    none.note(format!("sweep of {SESSIONS} × {LISTENERS}, {tables}, none due"), figures);
    figures.note_memory(format!("most resident memory of the sweeps, {tables}"), most, None);
    *cloud.shared.tables.lock() = seed;
}

/// The sweeps of one kind.
#[derive(Default)]
struct Sweeps {
    wall: Vec<Duration>,
    cpu: Vec<Duration>,
    queued: usize,
}

impl Sweeps {
    fn run(&mut self, cloud: &Cloud, function: &Function<'_>, due: usize) {
        *cloud.shared.calls.lock() = Calls::default();
        let before = cpu(function.pid());
        let returned = function.invoke(&rule());
        let after = cpu(function.pid());
        let report = returned.value;
        assert_eq!((&report["updatesSent"], &report["updatesFailed"]), (&json!(due), &json!(0)), "{report}");
        let calls = cloud.shared.calls.lock();
        assert_eq!(calls.posted, due);
        self.queued = calls.queued.len();
        self.wall.push(returned.took);
        self.cpu.extend(before.zip(after).map(|(before, after)| after - before));
    }

    fn note(self, what: String, figures: &mut Figures) {
        figures.note_times(format!("{what}: wall clock"), self.wall, Some(1_800.0));
        figures.explain(format!("{} wake-ups queued", self.queued));
        figures.note_times(format!("{what}: processor"), self.cpu, Some(1_000.0));
    }
}

/// Sweeps once where every call takes `latency`, until all that was handed on is done.
fn wait(cloud: &Cloud, arguments: &Arguments, latency: Duration, figures: &mut Figures) {
    let seed = cloud.shared.tables.lock().clone();
    let function = Function::start(cloud, arguments, &OURS);
    *cloud.shared.calls.lock() = Calls::default();
    cloud.shared.trips.take(latency);
    let mut took = vec![function.invoke(&rule()).took];
    while let Some(rest) = handed_on(cloud) {
        let record = json!({ "eventSource": "aws:sqs", "messageId": "1", "body": rest });
        took.push(function.invoke(&json!({ "Records": [record] })).took);
    }
    cloud.shared.trips.take(Duration::ZERO);
    assert_eq!(cloud.shared.calls.lock().posted, SESSIONS, "every session is told once");
    let parts = took.len();
    let each = latency.as_millis();
    figures.note_times(
        format!("sweep, our tables, all due, each call takes {each} ms: wall clock"),
        took,
        None,
    );
    figures.explain(format!("in {parts} invocations, every session told once"));
    *cloud.shared.tables.lock() = seed;
}

/// The rest of a sweep that was left in the queue.
fn handed_on(cloud: &Cloud) -> Option<String> {
    let queued = std::mem::take(&mut cloud.shared.calls.lock().queued);
    let is_sweep = |message: &String| {
        serde_json::from_str::<Value>(message).is_ok_and(|message| message["work"] == "sweep")
    };
    queued.into_iter().find(is_sweep)
}

fn rule() -> Value {
    serde_json::from_str(include_str!("../../samples/rule.json")).unwrap()
}
