//! The rules of Headcount: what a session, a listener and a count are, and when the speaker is told.
//!
//! No I/O, no runtime, no serialisation, no clock: time and randomness come in as arguments, the world comes in
//! through [`ports`]. Start with [`ports`] for what surrounds the rules, [`UpdateLedger`] for when the speaker is
//! told, and [`service::StatusService`] for how it all moves.

mod account;
mod attendance;
mod broadcast;
pub mod cluster;
mod connection;
mod connection_id;
mod distribution;
mod event;
mod history;
mod language;
mod ledger;
mod link;
mod measurement;
mod notice;
mod policy;
pub mod ports;
mod served;
pub mod service;
mod session;
mod session_id;
mod signals;
mod status;
mod timeline;
mod timestamp;
mod user_id;

pub use account::{Account, Contribution, End, EndKind, Ended};
pub use attendance::{Attendance, Switches, Tallies, Tally, TallyIndex};
pub use broadcast::{BroadcastChange, BroadcastState, InvalidVolume, Volume};
pub use connection::{Connection, Place, Role};
pub use connection_id::{ConnectionId, InvalidConnectionId};
pub use distribution::{LanguageDistribution, ShownDistribution};
pub use event::Event;
pub use history::{AudienceHistory, Trend};
pub use language::{InvalidLanguage, Language};
pub use ledger::UpdateLedger;
pub use link::{Link, LinkId, Scope};
pub use measurement::{Drift, Measurement, SendFailure};
pub use notice::Notice;
pub use policy::UpdatePolicy;
pub use served::{ServedLanguages, TooManyLanguages};
pub use session::{EndReason, QualityTier, Session, SessionChange, SpeakerSeat};
pub use session_id::{InvalidSessionId, SessionId};
pub use signals::{Findings, LanguageSignals, Loss, Signal, SignalKind, SignalRules, SignalTotals, Signals};
pub use status::{Audience, Quality, SessionStatus, StatusDetail, StatusUpdate, UpdateReason};
pub use timeline::{History, HistoryPoint, Moment, Replay, Span, Step, Timeline, Told, WrongSpan};
pub use timestamp::Timestamp;
pub use user_id::{InvalidUserId, UserId};
