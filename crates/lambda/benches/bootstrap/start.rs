//! How long the function takes to start, and what it then holds.

use crate::arguments::Arguments;
use crate::cloud::Cloud;
use crate::figures::Figures;
use crate::function::Function;
use crate::process::resident;

/// How often it is started.
const STARTS: usize = 20;

/// Measures it.
pub(crate) fn measure(cloud: &Cloud, arguments: &Arguments, figures: &mut Figures) {
    let settings = [("HEADCOUNT_SPEAKER_AUTH", "none")];
    let mut times = Vec::new();
    let mut held = Vec::new();
    for _ in 0..STARTS {
        let function = Function::start(cloud, arguments, &settings);
        times.push(function.took_to_start);
        held.extend(resident(function.pid()));
    }
    figures.note_times("start of the process to its first `next`", times, Some(30.0));
    figures.note_memory("resident memory when idle", held.into_iter().max(), Some(16.0));
    figures.explain("the most of all starts");
}
