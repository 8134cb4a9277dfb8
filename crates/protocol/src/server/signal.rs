//! Writes what the speaker asked to hear of besides the counts.

use crate::MessageKind;
use headcount_core::{Loss, Signal, SignalRules};
use serde::ser::SerializeMap;

pub(super) const fn kind(signal: &Signal) -> MessageKind {
    match signal {
        Signal::LanguageIdle { .. } => MessageKind::LanguageIdle,
        Signal::LanguageActive { .. } => MessageKind::LanguageActive,
        Signal::LanguageDrop { .. } => MessageKind::LanguageDrop,
        Signal::AudienceDrop(_) => MessageKind::AudienceDrop,
        Signal::UnservedLanguage { .. } => MessageKind::UnservedLanguage,
    }
}

/// Writes the members after `sessionId`.
pub(super) fn write<M: SerializeMap>(map: &mut M, signal: &Signal) -> Result<(), M::Error> {
    match signal {
        Signal::LanguageIdle { language, since } => {
            map.serialize_entry("language", language.as_str())?;
            map.serialize_entry("idleSince", &since.as_millis())
        }
        Signal::LanguageActive { language, saved } => {
            map.serialize_entry("language", language.as_str())?;
            map.serialize_entry("savedSeconds", &saved.as_secs())
        }
        Signal::LanguageDrop { language, loss } => {
            map.serialize_entry("language", language.as_str())?;
            write_loss(map, loss)
        }
        Signal::AudienceDrop(loss) => write_loss(map, loss),
        Signal::UnservedLanguage { language } => map.serialize_entry("language", language.as_str()),
    }
}

fn write_loss<M: SerializeMap>(map: &mut M, loss: &Loss) -> Result<(), M::Error> {
    map.serialize_entry("before", &loss.before)?;
    map.serialize_entry("after", &loss.after)?;
    map.serialize_entry("percent", &loss.percent())?;
    map.serialize_entry("withinSeconds", &SignalRules::DROP_WITHIN.as_secs())
}
