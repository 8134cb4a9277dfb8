//! How long a warm function takes to answer `getSessionStatus`, from the event to the answer at the Runtime API.

use crate::arguments::Arguments;
use crate::audience::{self, SPEAKER};
use crate::cloud::Cloud;
use crate::figures::Figures;
use crate::function::Function;
use crate::process::{cpu, most_resident};
use serde_json::json;

/// How often each question is asked.
const ASKED: usize = 300;
/// How often before that, so that connections are open and pages in memory.
const BEFORE: usize = 20;

/// The audiences, and how many milliseconds an answer may take: a tenth of what the Python function of old took, which
/// answered wrongly at 50,000.
const SIZES: [(usize, Option<f64>); 3] = [(500, Some(2.2)), (5_000, Some(17.8)), (50_000, None)];

/// Asks about audiences in tables that the function writes. They are made by letting everybody join, one by one.
pub(crate) fn of_our_tables(cloud: &Cloud, arguments: &Arguments, figures: &mut Figures) {
    cloud.clear();
    let settings = [("HEADCOUNT_SPEAKER_AUTH", "none"), ("HEADCOUNT_MAX_LISTENERS", "100000")];
    let function = Function::start(cloud, arguments, &settings);
    let session = audience::create(&function);
    let (mut there, mut joins) = (0, Vec::new());
    for (listeners, goal) in SIZES {
        joins = audience::join(&function, &session, there..listeners);
        there = listeners;
        ask(&function, "our tables", listeners, goal, figures);
    }
    figures.note_times("joining, our tables, 5,001st to 50,000th", joins, None);
    follow(cloud, &function, "our tables", Some(2.0), figures);
    remember(&function, "our tables", figures);
}

/// Asks about audiences in tables of others.
pub(crate) fn of_tables_of_others(cloud: &Cloud, arguments: &Arguments, figures: &mut Figures) {
    for (listeners, goal) in SIZES {
        cloud.clear();
        audience::attach(cloud, 1, listeners);
        let function = Function::start(cloud, arguments, &[("TABLE_WRITERS", "others")]);
        ask(&function, "tables of others", listeners, goal, figures);
        follow(
            cloud,
            &function,
            &format!("tables of others, {listeners} listeners"),
            goal.map(|_| 2.0),
            figures,
        );
        if listeners == SIZES[2].0 {
            remember(&function, "tables of others", figures);
        }
    }
}

/// Asks, sees that the answer is exact, and takes the time.
fn ask(function: &Function<'_>, tables: &str, listeners: usize, goal: Option<f64>, figures: &mut Figures) {
    let once = || {
        let asked = function.say(SPEAKER, &json!({ "action": "getSessionStatus" }));
        let status = asked.value;
        assert_eq!(status["listenerCount"], listeners, "{status}");
        assert_ne!(status["exact"], false, "{status}");
        asked.took
    };
    for _ in 0..BEFORE {
        once();
    }
    let before = cpu(function.pid());
    let times: Vec<_> = (0..ASKED).map(|_| once()).collect();
    let after = cpu(function.pid());
    figures.note_times(format!("question, {tables}, {listeners} listeners"), times, goal);
    if let (Some(before), Some(after)) = (before, after) {
        let each = (after - before) / u32::try_from(ASKED).unwrap();
        figures.explain(format!("processor {:.2} ms", each.as_secs_f64() * 1e3));
    }
}

/// Counts the calls that one question leads to. Where others write, a language whose rows fill more than a page costs one
/// more for each page.
fn follow(cloud: &Cloud, function: &Function<'_>, tables: &str, goal: Option<f64>, figures: &mut Figures) {
    cloud.shared.trips.follow();
    function.say(SPEAKER, &json!({ "action": "getSessionStatus" }));
    let followed = cloud.shared.trips.stop();
    #[expect(clippy::cast_precision_loss, reason = "a question leads to a handful of calls")]
    let trips = followed.until_known() as f64;
    figures.note(format!("question, {tables}: round trips in a row until known"), "trips", [trips], goal);
    figures.explain(format!("all: {}", followed.in_words()));
}

fn remember(function: &Function<'_>, tables: &str, figures: &mut Figures) {
    let most = most_resident(function.pid());
    figures.note_memory(format!("most resident memory after 50,000 listeners, {tables}"), most, Some(64.0));
}
