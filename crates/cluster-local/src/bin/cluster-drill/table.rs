//! The figures as a table that people and Markdown can read.

use crate::figures::Figures;

const COLUMNS: [&str; 10] = [
    "drill",
    "listeners",
    "something wrong",
    "a count inexact",
    "right again after",
    "exact but wrong",
    "ghosts",
    "lost, returned",
    "speaker told (in 1 s)",
    "twice, out of order, re-announced",
];

/// One row a drill, and a line for what it alone measures.
pub(crate) fn table(figures: &[Figures]) -> String {
    let rows: Vec<[String; 10]> = figures.iter().map(row).collect();
    let mut widths = COLUMNS.map(str::len);
    for row in &rows {
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = (*width).max(cell.len()));
    }
    let line = |cells: &[String]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("| {} |\n", padded.join(" | "))
    };
    let mut text = line(&COLUMNS.map(str::to_owned));
    text += &line(&widths.map(|width| "-".repeat(width)));
    rows.iter().for_each(|row| text += &line(row));
    figures.iter().for_each(|figures| text += &apart(figures));
    text
}

fn row(figures: &Figures) -> [String; 10] {
    let seconds = |time: f64| format!("{time:.1} s");
    let settled = figures.unsettled.is_none();
    [
        figures.drill.to_owned(),
        figures.listeners.to_string(),
        seconds(figures.fault),
        seconds(figures.inexact),
        if settled { seconds(figures.right_after) } else { "never".to_owned() },
        format!("{} of {}", figures.wrong_exact, figures.exact),
        figures.ghosts.to_string(),
        format!("{}, {}", figures.lost, figures.returned),
        format!("{} ({})", figures.told, figures.most_told_in_a_second),
        format!("{}, {}, {}", figures.doubled, figures.gone_back, figures.announced_twice),
    ]
}

fn apart(figures: &Figures) -> String {
    let mut text = format!(
        "\n{}: {} statuses, half of them within {:.1} ms, 99 % within {:.1} ms, {} without an answer.",
        figures.drill, figures.statuses, figures.answer_p50_ms, figures.answer_p99_ms, figures.unanswered
    );
    if let (true, Some(back), Some(right)) =
        (figures.lost > 0, figures.back_after, figures.right_after_last_return)
    {
        text += &format!(
            " The last listener was back after {back:.1} s; {right:.1} s later every node was right."
        );
    }
    if figures.worst_over != 0 || figures.worst_under != 0 {
        text += &format!(" The worst exact counts: {:+} and {:+}.", figures.worst_over, figures.worst_under);
    }
    if let Some(new) = &figures.new_language {
        text += &format!(
            " A new language was told within {:.0} ms (half) and {:.0} ms (99 %) in {} rounds; {} were not told.",
            new.p50_ms, new.p99_ms, new.rounds, new.missed
        );
    }
    text + "\n"
}
