//! Reads what a speaker wants its broadcast to be.

use crate::ProtocolError;
use headcount_core::{BroadcastChange, Volume};
use serde_json::{Map, Value};

/// The volume of `setVolume`.
pub(super) fn volume_level(members: &Map<String, Value>) -> Result<Volume, ProtocolError> {
    const FIELD: &str = "volumeLevel";
    match members.get(FIELD) {
        None | Some(Value::Null) => Err(ProtocolError::missing_parameter(FIELD)),
        Some(Value::String(text)) if text.is_empty() => Err(ProtocolError::missing_parameter(FIELD)),
        Some(value) => volume(FIELD, value),
    }
}

/// The change of `speakerStateChange`. Every member that is there is a change; `null` is not a state.
pub(super) fn change(members: &Map<String, Value>) -> Result<BroadcastChange, ProtocolError> {
    const FIELD: &str = "state";
    let state = match members.get(FIELD) {
        None | Some(Value::Null) => return Err(ProtocolError::missing_parameter(FIELD)),
        Some(Value::Object(state)) if !state.is_empty() => state,
        Some(Value::String(text)) if text.is_empty() => return Err(ProtocolError::missing_parameter(FIELD)),
        Some(_) => {
            let expected = "an object with one or more of isPaused, isMuted and volume";
            return Err(ProtocolError::invalid_parameter(FIELD, expected));
        }
    };
    let mut change = BroadcastChange::default();
    for (name, value) in state {
        match name.as_str() {
            "isPaused" => change.is_paused = Some(flag("state.isPaused", value)?),
            "isMuted" => change.is_muted = Some(flag("state.isMuted", value)?),
            "volume" => change.volume = Some(volume("state.volume", value)?),
            _ => return Err(ProtocolError::unknown_state_member(name)),
        }
    }
    Ok(change)
}

fn flag(field: &'static str, value: &Value) -> Result<bool, ProtocolError> {
    value.as_bool().ok_or_else(|| ProtocolError::invalid_parameter(field, "true or false"))
}

fn volume(field: &'static str, value: &Value) -> Result<Volume, ProtocolError> {
    let volume = value.as_f64().and_then(|level| Volume::new(level).ok());
    volume.ok_or_else(|| ProtocolError::invalid_parameter(field, "a number from 0.0 to 1.0"))
}
