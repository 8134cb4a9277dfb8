//! What was measured, as a table and as JSON.

use serde_json::{Value, json};
use std::time::Duration;

/// The figures, in the order in which they are shown.
#[derive(Default)]
pub(crate) struct Figures(Vec<Figure>);

struct Figure {
    what: String,
    unit: &'static str,
    /// Least, median, most.
    values: [f64; 3],
    runs: usize,
    /// What it should be at the most.
    goal: Option<f64>,
    note: String,
}

impl Figures {
    /// Notes values of `unit`, with the most that their median should be.
    pub(crate) fn note(
        &mut self,
        what: impl Into<String>,
        unit: &'static str,
        values: impl IntoIterator<Item = f64>,
        goal: Option<f64>,
    ) {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_unstable_by(f64::total_cmp);
        let (Some(least), Some(most)) = (values.first(), values.last()) else { return };
        let values_shown = [*least, values[values.len() / 2], *most];
        self.0.push(Figure {
            what: what.into(),
            unit,
            values: values_shown,
            runs: values.len(),
            goal,
            note: String::new(),
        });
    }

    /// Notes durations in milliseconds.
    pub(crate) fn note_times(
        &mut self,
        what: impl Into<String>,
        times: impl IntoIterator<Item = Duration>,
        goal: Option<f64>,
    ) {
        self.note(what, "ms", times.into_iter().map(|time| time.as_secs_f64() * 1e3), goal);
    }

    /// Notes an amount of memory, if it is known.
    pub(crate) fn note_memory(&mut self, what: impl Into<String>, bytes: Option<u64>, goal: Option<f64>) {
        #[expect(clippy::cast_precision_loss, reason = "no process has so much memory")]
        self.note(what, "MiB", bytes.map(|bytes| bytes as f64 / 1_048_576.0), goal);
    }

    /// Says something about the last figure.
    pub(crate) fn explain(&mut self, note: impl Into<String>) {
        if let Some(last) = self.0.last_mut() {
            last.note = note.into();
        }
    }

    pub(crate) fn to_table(&self) -> String {
        let widest = self.0.iter().map(|figure| figure.what.chars().count()).max().unwrap_or(0);
        let head =
            format!("{:widest$}  {:>10} {:>10} {:>10}       runs  goal", "", "least", "median", "most");
        let lines = self.0.iter().map(|figure| figure.line(widest));
        std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn to_json(&self) -> String {
        let figures: Vec<Value> = self.0.iter().map(Figure::to_json).collect();
        serde_json::to_string_pretty(&json!({ "figures": figures })).unwrap()
    }
}

impl Figure {
    fn reached(&self) -> Option<bool> {
        self.goal.map(|goal| self.values[1] <= goal)
    }

    fn line(&self, widest: usize) -> String {
        let Self { what, unit, values: [least, median, most], runs, .. } = self;
        let goal = match (self.goal, self.reached()) {
            (Some(goal), Some(reached)) => format!("≤ {goal} {}", if reached { "yes" } else { "NO" }),
            _ => String::new(),
        };
        let gap = widest - what.chars().count();
        let line = format!(
            "{what}{:gap$}  {least:>10.2} {median:>10.2} {most:>10.2} {unit:<5} {runs:>4}  {goal}  {}",
            "", self.note
        );
        line.trim_end().to_owned()
    }

    fn to_json(&self) -> Value {
        let Self { what, unit, values: [least, median, most], runs, goal, note } = self;
        json!({
            "what": what, "unit": unit, "least": least, "median": median, "most": most,
            "runs": runs, "goal": goal, "reached": self.reached(), "note": note,
        })
    }
}
