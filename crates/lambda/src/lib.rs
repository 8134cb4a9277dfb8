//! Headcount on AWS Lambda: one function that everything wakes, over the rules of `headcount-core`.
//!
//! The way of an event: [`Trigger`] tells what it is, [`App::invoke`] sends it on. `socket` brings answers back;
//! `door`, `conversation`, `entrance` and `status` make them. `sweep` is the schedule, `deferred`
//! the work queue, `stream` the changes of the table of connections, `audit` what is compared with it. `arming` keeps the time between two sweeps.
//! Nothing outlives an invocation that the next one needs: what is kept in the process saves work, no more.

mod app;
mod arming;
mod audit;
mod caller;
mod compose;
mod config;
mod conversation;
mod counts;
mod deferred;
mod door;
mod entrance;
mod failures;
mod function;
mod gate;
mod guests;
mod limits;
mod newcomers;
mod permit;
mod recent;
mod refusal;
mod runtime;
mod socket;
mod speakers;
mod status;
mod stream;
mod sweep;
mod tallies;
#[cfg(test)]
mod tests;
mod trigger;
mod work;

pub use app::{App, AudienceLog, Outlet, ReplyMode, Settings, Surroundings};
pub use arming::{Wake, Wakes};

pub use compose::{Composed, compose};
pub use config::{Config, Problems};
pub use function::Failed;
pub use gate::{Logins, SigningKeys};
pub use guests::{Guest, Guests};
pub use limits::Counters;
pub use runtime::run;
pub use sweep::{SweepError, SweepReport};
pub use tallies::{Audited, Heard, Seen, Tallies};
pub use trigger::{Body, Image, QueueMessage, SocketEvent, SocketKind, StreamRecord, Trigger, sweep_input};
pub use work::{NoWork, QueueError, Wanted, Work, WorkQueue};
