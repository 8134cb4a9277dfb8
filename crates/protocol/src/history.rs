//! The history of a session: what is asked for, over WebSocket and HTTP alike, and how it is written.

use crate::ProtocolError;
use headcount_core::{History, HistoryPoint, Language, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};
use std::time::Duration;

#[cfg(test)]
mod tests;

/// Which stretch of a session's history is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Its first moment; `None` is when the session began.
    pub from: Option<Timestamp>,
    /// Its last moment; `None` is now, or when the session ended.
    pub to: Option<Timestamp>,
    /// From one point to the next; `None` leaves it to the server.
    pub step: Option<Duration>,
}

impl HistoryQuery {
    pub(crate) fn read(members: &Map<String, Value>) -> Result<Self, ProtocolError> {
        Ok(Self {
            from: moment(members, "from")?,
            to: moment(members, "to")?,
            step: millis(members, "step")?.map(Duration::from_millis),
        })
    }

    /// Reads the decoded parameters `from`, `to` and `step` of `GET /sessions/{id}/history`. Others are ignored; of one
    /// given twice the last counts.
    ///
    /// # Errors
    /// `INVALID_PARAMETER`.
    pub fn parse<K: AsRef<str>, V: AsRef<str>>(
        query: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, ProtocolError> {
        let mut asked = Self::default();
        for (name, value) in query {
            let number = |field| value.as_ref().parse::<u64>().map_err(|_| no_millis(field));
            match (name.as_ref(), value.as_ref()) {
                (_, "") => {}
                ("from", _) => asked.from = Some(Timestamp::from_millis(number("from")?)),
                ("to", _) => asked.to = Some(Timestamp::from_millis(number("to")?)),
                ("step", _) => asked.step = Some(Duration::from_millis(number("step")?)),
                _ => {}
            }
        }
        Ok(asked)
    }
}

/// The moment called `name`, in milliseconds since the Unix epoch; `None` where it is not there.
pub(crate) fn moment(
    members: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<Timestamp>, ProtocolError> {
    Ok(millis(members, name)?.map(Timestamp::from_millis))
}

fn millis(members: &Map<String, Value>, name: &'static str) -> Result<Option<u64>, ProtocolError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| no_millis(name)),
    }
}

fn no_millis(name: &'static str) -> ProtocolError {
    ProtocolError::invalid_parameter(name, "a whole number of milliseconds")
}

/// About how many bytes the history will have, a little more rather than less.
pub(crate) fn size_hint(history: &History) -> usize {
    const FIXED: usize = 256;
    const A_POINT: usize = 112;
    const A_LANGUAGE: usize = 16;
    let languages: usize = history.points.iter().map(|point| point.counts.len()).sum();
    FIXED + A_POINT * history.points.len() + A_LANGUAGE * languages
}

/// Writes every member of a history.
pub(crate) fn write<M: SerializeMap>(map: &mut M, history: &History) -> Result<(), M::Error> {
    let step = u64::try_from(history.span.step().as_millis()).unwrap_or(u64::MAX);
    map.serialize_entry("sessionId", history.session.as_str())?;
    map.serialize_entry("from", &history.span.from().as_millis())?;
    map.serialize_entry("to", &history.span.to().as_millis())?;
    map.serialize_entry("step", &step)?;
    map.serialize_entry("points", &Points(&history.points))
}

/// The `points` of a history, and the `curve` of a report, as the wire has them.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a>(pub &'a [HistoryPoint]);

impl Serialize for Points<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Point))
    }
}

struct Point<'a>(&'a HistoryPoint);

impl Serialize for Point<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("at", &self.0.at.as_millis())?;
        map.serialize_entry("listenerCount", &self.0.listener_count)?;
        map.serialize_entry("max", &self.0.max)?;
        map.serialize_entry("languageDistribution", &Counts(&self.0.counts))?;
        map.end()
    }
}

struct Counts<'a>(&'a [(Language, u64)]);

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(language, count)| (language.as_str(), *count)))
    }
}
