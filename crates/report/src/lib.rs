//! What a session's account says, for people and for programs. Pure: an account and a moment come in, a text goes out.
//!
//! [`Report`] has the figures, worked out once; [`Report::to_json`], [`Report::to_csv`] and [`Report::to_html`] write
//! the same ones. [`told_at`] says what a session's speaker was told at some moment, or would have been.

mod chart;
mod html;
mod names;
mod report;
mod signals;
mod table;
mod told;

pub use report::{BroadcastFigures, LanguageFigures, ListenerFigures, Report, SwitchFigures};
pub use signals::{LanguageSignalFigures, SignalFigures, UnservedFigures};
pub use table::Table;
pub use told::told_at;
