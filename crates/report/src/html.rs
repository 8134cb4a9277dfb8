//! The report as a page of its own: nothing is loaded, no script runs, and it prints well.

use crate::chart;
use crate::names;
use crate::report::{LanguageFigures, Report};
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};

impl Report {
    /// The report as an HTML page that needs nothing else.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = format!("{} · Headcount report", self.session_id);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (title) }
                    style { (PreEscaped(include_str!("report.css"))) }
                }
                body {
                    main {
                        (self.head())
                        (self.figures())
                        (self.curve_section())
                        (self.language_section())
                        (self.switch_section())
                        (self.signal_section())
                        (self.small_print())
                    }
                }
            }
        };
        page.into_string()
    }

    fn head(&self) -> Markup {
        html! {
            header {
                p.kicker { "Headcount report" }
                h1 { (self.session_id) }
                p {
                    (moment(self.created_at)) " to "
                    @match self.ended_at {
                        Some(ended) => { (moment(ended)) ", " (duration(self.duration)) }
                        None => { "now, live for " (duration(self.duration)) }
                    }
                    ". Spoken in " (names::of(&self.source_language).0) "."
                }
            }
        }
    }

    fn figures(&self) -> Markup {
        let all = &self.listeners;
        let figures = [
            (all.peak.to_string(), "listeners at the peak".to_owned()),
            (format!("{:.1}", all.average), "listeners on average".to_owned()),
            (self.languages.len().to_string(), "languages heard".to_owned()),
            (format!("{:.0}", all.listener_minutes), "listener-minutes".to_owned()),
            (all.joins.to_string(), format!("joins, {} leaves", all.leaves)),
            (all.reconnects_absorbed.to_string(), "reconnects absorbed".to_owned()),
        ];
        html! {
            section.figures aria-label="Figures" {
                @for (figure, what) in figures {
                    div { b { (figure) } span { (what) } }
                }
            }
        }
    }

    fn curve_section(&self) -> Markup {
        let picture = chart::svg(self);
        html! {
            section {
                h2 { "Listeners over time" }
                @if picture.is_empty() {
                    p { "The session is too young for a curve." }
                } @else {
                    figure {
                        div role="img" aria-label=(self.curve_in_words()) { (PreEscaped(picture)) }
                        figcaption {
                            @for band in chart::bands(self) {
                                span.key {
                                    span.swatch style=(format!("background:rgb({},{},{})", band.colour.0, band.colour.1, band.colour.2)) {}
                                    (band.name)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn curve_in_words(&self) -> String {
        let all = &self.listeners;
        format!(
            "Listeners by language over {}: the peak was {} at {}, {} in the end.",
            duration(self.duration),
            all.peak,
            moment(all.peak_at),
            all.at_end
        )
    }

    fn language_section(&self) -> Markup {
        html! {
            section {
                h2 { "Languages" }
                @if self.languages.is_empty() {
                    p { "Nobody has listened." }
                } @else {
                    table {
                        thead {
                            tr {
                                th { "Language" }
                                th.n { "Peak" } th.n { "Average" } th.n { "Listener-minutes" } th.n { "Share" }
                                th.n { "Joins" } th.n { "Leaves" } th { "First heard" }
                            }
                        }
                        tbody { @for of in &self.languages { (self.language_row(of)) } }
                    }
                }
            }
        }
    }

    fn language_row(&self, of: &LanguageFigures) -> Markup {
        let (english, own) = names::of(&of.language);
        let all = self.listeners.listener_minutes;
        let share = if all > 0.0 { of.listener_minutes / all * 100.0 } else { 0.0 };
        html! {
            tr {
                th scope="row" {
                    (english)
                    @if let Some(own) = own.filter(|own| *own != english) {
                        " " span.own lang=(of.language) dir="auto" { (own) }
                    }
                }
                td.n { (of.peak) } td.n { (format!("{:.1}", of.average)) }
                td.n { (format!("{:.0}", of.listener_minutes)) } td.n { (format!("{share:.0} %")) }
                td.n { (of.joins) } td.n { (of.leaves) } td { (moment(of.first_heard)) }
            }
        }
    }

    fn switch_section(&self) -> Markup {
        html! {
            @if !self.switches.is_empty() {
                section {
                    h2 { "Changes of language" }
                    table {
                        thead { tr { th { "From" } th { "To" } th.n { "Times" } } }
                        tbody {
                            @for of in self.switches.iter().take(20) {
                                tr { td { (names::of(&of.from).0) } td { (names::of(&of.to).0) } td.n { (of.count) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn signal_section(&self) -> Markup {
        let signals = &self.signals;
        html! {
            @if signals.any() {
                section {
                    h2 { "Signals" }
                    @if !signals.languages.is_empty() {
                        table {
                            thead { tr { th { "Language" } th.n { "Idle" } th.n { "Minutes saved" } th.n { "Sudden losses" } } }
                            tbody {
                                @for of in &signals.languages {
                                    tr {
                                        th scope="row" { (names::of(&of.language).0) }
                                        td.n { (of.idle) } td.n { (format!("{:.1}", of.saved_minutes)) } td.n { (of.drops) }
                                    }
                                }
                            }
                        }
                    }
                    p {
                        "Translation that nobody heard could have been stopped for "
                        (format!("{:.1}", signals.saved_minutes)) " minutes in all. The whole audience fell suddenly "
                        (signals.audience_drops) " times."
                        @for of in &signals.unserved {
                            " " (names::of(&of.language).0) ", which was not offered, was asked for " (of.asked) " times."
                        }
                    }
                }
            }
        }
    }

    fn small_print(&self) -> Markup {
        let updates: u64 = self.updates.values().sum();
        html! {
            footer {
                p {
                    "The speaker was sent " (updates) " updates. The broadcast was paused for "
                    (duration(self.broadcast.paused)) " and muted for " (duration(self.broadcast.muted)) "."
                }
                p {
                    "As of " (moment(self.as_of)) ". A listener counts from the moment it joins to the moment it leaves; who comes "
                    "back within the grace has not left. Times are UTC. Nothing in this report names a person."
                }
            }
        }
    }
}

/// A moment as people write it, in UTC and to the second.
fn moment(millis: u64) -> String {
    let millis = i64::try_from(millis).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(at) => at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        // Beyond the years that calendars have.
        Err(_) => millis.to_string(),
    }
}

fn duration(seconds: u64) -> String {
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}
