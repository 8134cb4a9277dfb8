//! Writes the status: who is listening, as section 2 of the contract has it.

use super::writing::Broadcast;
use headcount_core::{Audience, Quality, ShownDistribution, StatusUpdate, Timestamp};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// About how many bytes the message will have, a little more rather than less, so that it is written without
/// moving it.
pub(super) fn size_hint(update: &StatusUpdate) -> usize {
    const FIXED: usize = 384;
    const A_LANGUAGE: usize = 24;
    const A_POINT: usize = 24;
    let audience = update.audience.as_ref().map_or(0, |audience| FIXED + A_POINT * audience.trend.len());
    FIXED + A_LANGUAGE * update.status.distribution.iter().len() + audience
}

/// Writes every member but `type`. Old clients compare the bytes of what they know, so the two members beyond the
/// contract come last, and only when there is something to say.
pub(super) fn write<M: SerializeMap>(map: &mut M, update: &StatusUpdate) -> Result<(), M::Error> {
    let status = &update.status;
    map.serialize_entry("sessionId", status.session.as_str())?;
    map.serialize_entry("listenerCount", &status.listener_count())?;
    map.serialize_entry("languageDistribution", &Languages(&status.distribution))?;
    map.serialize_entry("sessionDuration", &status.duration_secs)?;
    map.serialize_entry("broadcastState", &Broadcast(&status.broadcast))?;
    map.serialize_entry("timestamp", &status.timestamp.as_millis())?;
    map.serialize_entry("updateReason", update.reason.as_str())?;
    if let Some(audience) = &update.audience {
        map.serialize_entry("audience", &Detail(audience))?;
    }
    if status.exact { Ok(()) } else { map.serialize_entry("exact", &false) }
}

pub(crate) struct Languages<'a>(pub(crate) &'a ShownDistribution);

impl Serialize for Languages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(language, count)| (language.as_str(), count)))
    }
}

struct Detail<'a>(&'a Audience);

impl Serialize for Detail<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let audience = self.0;
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("peakListenerCount", &audience.peak_listener_count)?;
        map.serialize_entry("peakAt", &audience.peak_at.as_millis())?;
        map.serialize_entry("totalJoins", &audience.total_joins)?;
        map.serialize_entry("totalLeaves", &audience.total_leaves)?;
        map.serialize_entry("reconnecting", &audience.reconnecting)?;
        map.serialize_entry("languagesSeen", &audience.languages_seen)?;
        map.serialize_entry("revision", &audience.revision)?;
        map.serialize_entry("quality", &Trust(&audience.quality))?;
        map.serialize_entry("trend", &Curve(&audience.trend))?;
        map.end()
    }
}

struct Trust<'a>(&'a Quality);

impl Serialize for Trust<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("exact", &self.0.is_exact())?;
        map.serialize_entry("asOf", &self.0.as_of.as_millis())?;
        map.serialize_entry("nodesReporting", &self.0.nodes_reporting)?;
        map.serialize_entry("nodesExpected", &self.0.nodes_expected)?;
        map.end()
    }
}

struct Curve<'a>(&'a [(Timestamp, u64)]);

impl Serialize for Curve<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut points = serializer.serialize_seq(Some(self.0.len()))?;
        for (at, count) in self.0 {
            points.serialize_element(&(at.as_millis(), count))?;
        }
        points.end()
    }
}
